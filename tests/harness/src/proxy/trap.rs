//! What the proxy does at a call that somebody lies in wait for.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::Call;
use crate::process;

/// On which side of the API server's answer something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The API server has not heard of the call, and never will.
    Before,
    /// The API server has done what was asked, and nobody learns of it.
    ///
    /// Inside an upgraded connection: the server has sent something after the chunk, or was silent
    /// for half a second.
    After,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Before => "before",
            Self::After => "after",
        })
    }
}

type Predicate = Box<dyn Fn(&Call) -> bool + Send>;

/// A call at which something happens, once.
pub struct Trap {
    condition: Condition,
    moment: Moment,
    deed: Deed,
}

enum Condition {
    At(usize),
    When(Predicate),
}

/// What happens; in each case the call is not answered.
enum Deed {
    Kill(Prey),
    Refuse(Duration),
}

impl Trap {
    /// Lies in wait for the call with this number, from 1 and counted from arming.
    ///
    /// Kills the provider. A watch counts as one call, as does every chunk inside an upgraded
    /// connection.
    pub fn at(number: usize, moment: Moment, prey: Prey) -> Self {
        Self::new(Condition::At(number), moment, Deed::Kill(prey))
    }

    /// Lies in wait for the first call of which this is true, and kills the provider.
    pub fn when(
        is_it: impl Fn(&Call) -> bool + Send + 'static,
        moment: Moment,
        prey: Prey,
    ) -> Self {
        Self::new(Condition::When(Box::new(is_it)), moment, Deed::Kill(prey))
    }

    /// Kills nobody, but is gone from then on and for this long, like a server that restarts.
    pub fn refusing(self, period: Duration) -> Self {
        Self {
            deed: Deed::Refuse(period),
            ..self
        }
    }

    fn new(condition: Condition, moment: Moment, deed: Deed) -> Self {
        Self {
            condition,
            moment,
            deed,
        }
    }

    pub(super) fn moment(&self) -> Moment {
        self.moment
    }

    pub(super) fn is_for(&self, call: &Call, since_arming: usize) -> bool {
        match &self.condition {
            Condition::At(number) => *number == since_arming,
            Condition::When(is_it) => is_it(call),
        }
    }

    /// Does it; returns what is known of it, and how long the server is to be gone.
    pub(super) fn spring(&self, call: Call) -> (Sprung, Option<Duration>) {
        let (killed, gone) = match &self.deed {
            Deed::Kill(prey) => (prey.kill(), None),
            Deed::Refuse(period) => (Vec::new(), Some(*period)),
        };
        let moment = self.moment;
        let sprung = Sprung {
            call,
            moment,
            killed,
        };
        (sprung, gone)
    }
}

impl fmt::Debug for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trap")
            .field("moment", &self.moment)
            .finish_non_exhaustive()
    }
}

/// What a trap has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sprung {
    /// The call that was not answered.
    pub call: Call,
    /// On which side of the answer.
    pub moment: Moment,
    /// The processes that were killed.
    pub killed: Vec<u32>,
}

impl fmt::Display for Sprung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.moment, self.call)
    }
}

/// Whom a trap kills: processes of a program that this process, or one below it, has started.
#[derive(Debug, Clone)]
pub struct Prey {
    binary: PathBuf,
    folder: Option<PathBuf>,
}

impl Prey {
    /// Means every process below this one that runs the program.
    pub fn new(binary: &Path) -> Self {
        Self {
            binary: whole(binary),
            folder: None,
        }
    }

    /// Means only those that run in a folder, such as that of a workspace.
    pub fn in_folder(self, folder: &Path) -> Self {
        Self {
            folder: Some(whole(folder)),
            ..self
        }
    }

    /// Returns the ids of the processes.
    pub fn ids(&self) -> Vec<u32> {
        let is_prey = |id: &u32| {
            let runs = link(*id, "exe").is_some_and(|binary| binary == self.binary);
            let is_there = |folder: &PathBuf| link(*id, "cwd").as_ref() == Some(folder);
            runs && self.folder.as_ref().is_none_or(is_there)
        };
        process::descendants().into_iter().filter(is_prey).collect()
    }

    /// Kills them as SIGKILL does, and returns who they were.
    fn kill(&self) -> Vec<u32> {
        let mut ids = self.ids();
        ids.retain(|id| {
            let id = i32::try_from(*id).ok().and_then(Pid::from_raw);
            id.is_some_and(|id| kill_process(id, Signal::KILL).is_ok())
        });
        ids
    }
}

/// Returns a path without symbolic links, as the system shows those of processes.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Returns where a link of a process leads, e.g. `exe` or `cwd`; `None` if it is not ours to see.
fn link(id: u32, name: &str) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{id}/{name}")).ok()
}
