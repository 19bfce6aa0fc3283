//! A plugin as a process: what it prints, and when it ends.

use std::{
    io,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::watch,
    task::JoinHandle,
    time,
};

/// A running process whose output is kept; dropping it kills it.
///
/// Its temporary directory is its own, since what is killed leaves its files behind.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stdout: Output,
    stderr: Output,
    _temporary: TempDir,
}

impl Process {
    /// Starts a command with its streams caught.
    pub fn spawn(mut command: Command) -> io::Result<Self> {
        let temporary = TempDir::new()?;
        let mut child = command
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = Output::of(child.stdout.take());
        let stderr = Output::of(child.stderr.take());
        Ok(Self {
            child,
            stdout,
            stderr,
            _temporary: temporary,
        })
    }

    /// Returns the process id, or `None` once it was waited for.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits for the first line of standard output; `None` if there is none in time.
    pub async fn first_line(&mut self, limit: Duration) -> Option<String> {
        self.stdout.first_line(limit).await
    }

    /// Returns the lines of standard output so far.
    pub fn stdout(&self) -> Vec<String> {
        self.stdout.lines()
    }

    /// Returns the lines of standard error so far.
    pub fn stderr(&self) -> Vec<String> {
        self.stderr.lines()
    }

    /// Waits until the process ended and its output was read.
    ///
    /// The error has the kind `TimedOut` if it takes longer than `limit`.
    pub async fn wait(&mut self, limit: Duration) -> io::Result<ExitStatus> {
        time::timeout(limit, async {
            let status = self.child.wait().await?;
            self.stdout.end().await;
            self.stderr.end().await;
            Ok(status)
        })
        .await?
    }
}

/// The lines of one stream, read as they come.
#[derive(Debug)]
struct Output {
    lines: Arc<Mutex<Vec<String>>>,
    count: watch::Receiver<usize>,
    reader: JoinHandle<()>,
}

impl Output {
    fn of(stream: Option<impl AsyncRead + Send + Unpin + 'static>) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let (read, count) = watch::channel(0);
        let reader = tokio::spawn(async move {
            let Some(stream) = stream else { return };
            let mut stream = BufReader::new(stream).lines();
            while let Ok(Some(line)) = stream.next_line().await {
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(line);
                read.send_modify(|count| *count += 1);
            }
        });
        Self {
            lines,
            count,
            reader,
        }
    }

    fn lines(&self) -> Vec<String> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn first_line(&mut self, limit: Duration) -> Option<String> {
        // Both a timeout and the end of the stream leave what there is.
        let _ = time::timeout(limit, self.count.wait_for(|count| *count > 0)).await;
        self.lines().into_iter().next()
    }

    async fn end(&mut self) {
        if !self.reader.is_finished() {
            // A reader does not panic and is not aborted.
            let _ = (&mut self.reader).await;
        }
    }
}
