//! As much of DNS as it takes to find one IPv4 address.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{net::UdpSocket, time::timeout};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The longest answer that UDP carries without extensions.
const LONGEST: usize = 512;

/// Stands in the question and in its answer: one socket asks one question.
const ID: u16 = 0x6b72;

/// "Please ask others too": a question of the standard kind.
const RECURSION: u16 = 0x0100;

/// An IPv4 address, of the internet.
const A: u16 = 1;
const IN: u16 = 1;

/// Asks one server for the address of a name.
pub(super) async fn look_up(name: &str, resolver: SocketAddr) -> io::Result<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
    socket.connect(resolver).await?;
    socket.send(&question(name)).await?;
    let mut answer = [0; LONGEST];
    let length = timeout(PATIENCE, socket.recv(&mut answer)).await??;
    let found = answer.get(..length).and_then(address);
    found.ok_or_else(|| io::Error::other(format!("no address is known: `{name}`")))
}

/// Writes the question for the address of a name.
fn question(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    // One question, and no records in the three other sections.
    for word in [ID, RECURSION, 1, 0, 0, 0] {
        bytes.extend(word.to_be_bytes());
    }
    for label in name.trim_end_matches('.').split('.') {
        bytes.push(u8::try_from(label.len()).unwrap_or(0));
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    for word in [A, IN] {
        bytes.extend(word.to_be_bytes());
    }
    bytes
}

/// Reads the first address of an answer.
fn address(answer: &[u8]) -> Option<Ipv4Addr> {
    let mut rest = answer;
    if word(&mut rest)? != ID {
        return None;
    }
    skip(&mut rest, 2)?;
    let questions = word(&mut rest)?;
    let answers = word(&mut rest)?;
    skip(&mut rest, 4)?;
    for _ in 0..questions {
        skip_name(&mut rest)?;
        skip(&mut rest, 4)?;
    }
    for _ in 0..answers {
        skip_name(&mut rest)?;
        let (kind, class) = (word(&mut rest)?, word(&mut rest)?);
        skip(&mut rest, 4)?;
        let length = word(&mut rest)?;
        let (data, after) = rest.split_at_checked(length.into())?;
        rest = after;
        if (kind, class) == (A, IN) {
            return <[u8; 4]>::try_from(data).ok().map(Ipv4Addr::from);
        }
    }
    None
}

fn word(rest: &mut &[u8]) -> Option<u16> {
    let (word, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u16::from_be_bytes(*word))
}

fn skip(rest: &mut &[u8], length: usize) -> Option<()> {
    *rest = rest.get(length..)?;
    Some(())
}

/// Skips a name: labels up to an empty one, or up to a pointer to others.
fn skip_name(rest: &mut &[u8]) -> Option<()> {
    loop {
        let length = *rest.first()?;
        match length {
            0 => return skip(rest, 1),
            0xc0.. => return skip(rest, 2),
            _ => skip(rest, 1 + usize::from(length))?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers a question with records, each of them named by a pointer to the question.
    fn answer(records: &[(u16, &[u8])]) -> Vec<u8> {
        let mut bytes = question("nats.kre-demo");
        bytes[7] = u8::try_from(records.len()).unwrap();
        for (kind, data) in records {
            bytes.extend([0xc0, 12]);
            bytes.extend(kind.to_be_bytes());
            bytes.extend(IN.to_be_bytes());
            bytes.extend(5_u32.to_be_bytes());
            bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            bytes.extend(*data);
        }
        bytes
    }

    #[test]
    fn the_address_follows_the_names_that_lead_to_it() {
        let answer = answer(&[(5, &[0xc0, 12]), (A, &[127, 3, 0, 9])]);

        assert_eq!(address(&answer), Some(Ipv4Addr::new(127, 3, 0, 9)));
    }

    #[test]
    fn an_answer_without_addresses_has_none() {
        assert_eq!(address(&answer(&[])), None);
    }

    #[test]
    fn an_answer_that_ends_early_has_no_address() {
        let whole = answer(&[(A, &[127, 3, 0, 9])]);

        assert!((0..whole.len()).all(|length| address(&whole[..length]).is_none()));
    }

    #[test]
    fn an_answer_to_somebody_else_has_no_address() {
        let mut answer = answer(&[(A, &[127, 3, 0, 9])]);
        answer[0] += 1;

        assert_eq!(address(&answer), None);
    }
}
