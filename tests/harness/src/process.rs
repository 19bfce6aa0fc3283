//! Commands with a deadline, each in a process group of its own.
//!
//! A group makes it possible to interrupt a command as a terminal does (the command and what it
//! started get the signal), and to leave nothing running when a test gives up.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{self, Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How often a running command is looked at.
const POLL: Duration = Duration::from_millis(5);

/// How long the output may stay open after the command has ended: descendants may hold it.
const OUTPUT_GRACE: Duration = Duration::from_secs(5);

/// A command that was started and not yet waited for; dropping it kills its process group.
#[derive(Debug)]
pub struct Running {
    command: String,
    child: Child,
    stdout: Stream,
    stderr: Stream,
    since: Instant,
    deadline: Duration,
}

impl Running {
    /// Starts a command, with `input` on its stdin.
    ///
    /// After `deadline`, [`Running::wait`] kills it.
    pub fn start(mut command: Command, input: &str, deadline: Duration) -> io::Result<Self> {
        let stdin = if input.is_empty() {
            Stdio::null()
        } else {
            Stdio::piped()
        };
        let mut child = command
            .process_group(0)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            let input = input.to_owned();
            // A command may end without reading its input: then nobody misses the rest.
            thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        }
        Ok(Self {
            command: line(&command),
            stdout: Stream::of(child.stdout.take()),
            stderr: Stream::of(child.stderr.take()),
            child,
            since: Instant::now(),
            deadline,
        })
    }

    /// Returns the process id of the command, which is also the id of its group.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells whether the command has ended.
    pub fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Returns what the command has written to stdout until now.
    pub fn stdout_so_far(&self) -> String {
        self.stdout.text()
    }

    /// Interrupts the group, as Ctrl-C in a terminal does.
    pub fn interrupt(&self) -> io::Result<()> {
        self.signal(Signal::INT)
    }

    /// Kills the group: nothing in it can save anything.
    pub fn kill(&self) -> io::Result<()> {
        self.signal(Signal::KILL)
    }

    /// Waits until `condition` holds; `false` means that the command ended or expired before.
    pub fn until(&mut self, mut condition: impl FnMut(&Self) -> bool) -> io::Result<bool> {
        while !condition(self) {
            if self.has_ended()? || self.since.elapsed() > self.deadline {
                return Ok(false);
            }
            thread::sleep(POLL);
        }
        Ok(true)
    }

    /// Waits for the end of the command, or kills its group when the deadline has passed.
    pub fn wait(mut self) -> io::Result<Output> {
        let mut expired = false;
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if !expired && self.since.elapsed() > self.deadline {
                expired = true;
                self.kill()?;
            }
            thread::sleep(POLL);
        };
        let took = self.since.elapsed();
        self.drain(status)?;
        Ok(Output {
            command: std::mem::take(&mut self.command),
            status,
            stdout: self.stdout.text(),
            stderr: self.stderr.text(),
            expired,
            took,
        })
    }

    /// Waits for the rest of the output, but not for ever.
    fn drain(&self, status: ExitStatus) -> io::Result<()> {
        let ended = Instant::now();
        while !(self.stdout.is_complete() && self.stderr.is_complete()) {
            if ended.elapsed() > OUTPUT_GRACE {
                self.kill()?;
                let text = format!("{status}, but a process that it started held its output");
                return Err(io::Error::other(text));
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        match kill_process_group(Pid::from_child(&self.child), signal) {
            // The group is gone: what the signal was to achieve is achieved.
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The id of a command that was waited for may belong to somebody else by now.
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            // Nobody is left to report a failure to.
            drop(self.kill());
            drop(self.child.wait());
        }
    }
}

/// What a command that has ended left behind.
#[derive(Debug, Clone)]
pub struct Output {
    /// The command line.
    pub command: String,
    /// How the command ended.
    pub status: ExitStatus,
    /// What it wrote to stdout; bytes that are no UTF-8 are replaced.
    pub stdout: String,
    /// What it wrote to stderr; bytes that are no UTF-8 are replaced.
    pub stderr: String,
    /// It did not end before its deadline and was killed.
    pub expired: bool,
    /// From start to end.
    pub took: Duration,
}

impl Output {
    /// Returns the exit code; `None` if a signal ended the command.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Tells whether the command ended by itself and said so.
    pub fn succeeded(&self) -> bool {
        self.status.success() && !self.expired
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            command,
            status,
            stdout,
            stderr,
            expired,
            took,
        } = self;
        let how = match (expired, status.signal()) {
            (true, _) => "killed at its deadline".to_owned(),
            (false, Some(signal)) => format!("ended by signal {signal}"),
            (false, None) => format!("exit code {}", status.code().unwrap_or_default()),
        };
        writeln!(f, "$ {command}")?;
        writeln!(f, "({how}, after {took:.1?})")?;
        writeln!(f, "--- stdout\n{}", stdout.trim_end())?;
        write!(f, "--- stderr\n{}", stderr.trim_end())
    }
}

/// Returns the ids of the processes that this one has started, and of those that they have.
///
/// One whose parent has ended before it belongs to nobody. Linux only.
pub fn descendants() -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let id = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        if let Some((parent, id)) = id.and_then(|id| Some((parent(id)?, id))) {
            children.entry(parent).or_default().push(id);
        }
    }
    let mut found = children.remove(&process::id()).unwrap_or_default();
    let mut next = 0;
    while let Some(id) = found.get(next) {
        found.extend(children.remove(id).unwrap_or_default());
        next += 1;
    }
    found
}

fn parent(id: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program, in brackets, may hold anything; state and parent follow it.
    let (_, rest) = text.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// A pipe that a thread reads into memory.
#[derive(Debug)]
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Stream {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let reader = pipe.map(|pipe| {
            let bytes = Arc::clone(&bytes);
            thread::spawn(move || copy(pipe, &bytes))
        });
        Self { bytes, reader }
    }

    fn is_complete(&self) -> bool {
        self.reader.as_ref().is_none_or(JoinHandle::is_finished)
    }

    fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn copy(mut pipe: impl Read, bytes: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = pipe.read(&mut buffer) {
        let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.extend(buffer.iter().take(length));
    }
}

/// Writes a command as one would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, input: &str, deadline: Duration) -> Output {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Running::start(command, input, deadline)
            .unwrap()
            .wait()
            .unwrap()
    }

    const SOON: Duration = Duration::from_millis(200);
    const LATE: Duration = Duration::from_secs(30);

    #[test]
    fn input_goes_in_and_both_outputs_come_back() {
        let output = shell("cat; echo trouble >&2; exit 3", "hello", LATE);

        assert_eq!(output.stdout, "hello");
        assert_eq!(output.stderr, "trouble\n");
        assert_eq!(output.code(), Some(3));
        assert!(!output.succeeded());
    }

    #[test]
    fn a_command_without_input_sees_its_end_at_once() {
        assert_eq!(shell("cat", "", LATE).code(), Some(0));
    }

    #[test]
    fn an_expired_command_is_killed_with_what_it_started() {
        let output = shell("sleep 60 & wait", "", SOON);

        assert!(output.expired);
        assert!(!output.succeeded());
        assert!(output.took < LATE);
    }

    #[test]
    fn much_output_does_not_block_the_command() {
        let output = shell("head -c 1000000 /dev/zero; echo done >&2", "", LATE);

        assert_eq!(output.stdout.len(), 1_000_000);
        assert_eq!(output.stderr, "done\n");
    }

    #[test]
    fn an_interrupt_reaches_the_whole_group() {
        let script = r#"
            trap 'echo parent; exit 7' INT
            sh -c 'trap "echo child; exit" INT; echo ready; while :; do sleep 0.02; done'
        "#;
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let mut running = Running::start(command, "", LATE).unwrap();

        assert!(
            running
                .until(|running| running.stdout_so_far() == "ready\n")
                .unwrap()
        );
        running.interrupt().unwrap();

        let output = running.wait().unwrap();
        assert_eq!(output.stdout, "ready\nchild\nparent\n");
        assert_eq!(output.code(), Some(7));
    }

    #[test]
    fn what_a_command_has_started_descends_from_this_process() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & echo $!; wait"]);
        let mut running = Running::start(command, "", LATE).unwrap();
        let has_said = |running: &Running| running.stdout_so_far().ends_with('\n');
        assert!(running.until(has_said).unwrap());

        let started: u32 = running.stdout_so_far().trim().parse().unwrap();
        let all = descendants();
        assert!(
            all.contains(&running.id()) && all.contains(&started),
            "{all:?}"
        );
        assert!(!all.contains(&process::id()));
    }

    #[test]
    fn the_text_of_an_output_says_how_it_ended() {
        let text = shell("echo out; echo err >&2; exit 2", "", LATE).to_string();

        assert!(text.contains("exit 2\n(exit code 2, after "), "{text}");
        assert!(text.ends_with("--- stdout\nout\n--- stderr\nerr"), "{text}");
    }
}
