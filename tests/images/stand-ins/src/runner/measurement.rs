//! Measurements for InfluxDB 1.8: whether they arrive is nobody's trouble.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::environment::Environment;

/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Writes a measurement in the background.
pub(super) fn save(environment: &Environment, name: &str, tags: &[(&str, &str)], fields: &str) {
    let Some(address) = address(&environment.influx_uri) else {
        return;
    };
    let address = address.to_owned();
    let request = request(
        environment,
        &address,
        &line(environment, name, tags, fields),
    );
    tokio::spawn(tokio::time::timeout(PATIENCE, async move {
        drop(send(&address, &request).await);
    }));
}

async fn send(address: &str, request: &str) -> io::Result<()> {
    let mut connection = TcpStream::connect(address).await?;
    connection.write_all(request.as_bytes()).await?;
    // Who hangs up before the answer may not be heard.
    connection.read_to_end(&mut Vec::new()).await?;
    Ok(())
}

fn address(uri: &str) -> Option<&str> {
    uri.strip_prefix("http://")?.split('/').next()
}

fn request(environment: &Environment, address: &str, line: &str) -> String {
    let bucket = &environment.runtime_id;
    let length = line.len();
    format!(
        "POST /api/v2/write?org=&bucket={bucket}&precision=ns HTTP/1.1\r\nHost: {address}\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{line}"
    )
}

fn line(environment: &Environment, name: &str, tags: &[(&str, &str)], fields: &str) -> String {
    let own = [
        ("node", environment.node_name.as_str()),
        ("version", environment.version.as_str()),
        ("workflow", environment.workflow_name.as_str()),
    ];
    let mut line = escaped(name);
    for (tag, value) in tags
        .iter()
        .chain(&own)
        .filter(|(_, value)| !value.is_empty())
    {
        line.extend([",", tag, "=", &escaped(value)]);
    }
    format!("{line} {fields}")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, ',' | '=' | ' ') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_what_follows_the_scheme() {
        assert_eq!(
            address("http://kre-influxdb:8086"),
            Some("kre-influxdb:8086")
        );
        assert_eq!(
            address("http://kre-influxdb:8086/x"),
            Some("kre-influxdb:8086")
        );
        assert_eq!(address("unused"), None);
    }

    #[test]
    fn what_separates_tags_is_escaped() {
        assert_eq!(escaped("a b,c=d"), r"a\ b\,c\=d");
    }
}
