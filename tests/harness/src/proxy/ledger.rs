//! What the proxy remembers, and what it decides at each call.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::StatusCode;
use tokio::sync::{mpsc, watch};

use super::trap::{Moment, Sprung, Trap};
use super::{Call, Fault};

/// What all connections of a proxy share.
#[derive(Debug)]
pub(super) struct Ledger {
    since: Instant,
    book: Mutex<Book>,
    /// Raised when all connections are to end.
    era: watch::Sender<u64>,
    /// Periods for which the proxy is to be gone.
    absences: mpsc::UnboundedSender<Duration>,
}

#[derive(Debug, Default)]
struct Book {
    number: usize,
    calls: BTreeMap<usize, Call>,
    trap: Option<(Trap, usize)>,
    sprung: Option<Sprung>,
    faults: VecDeque<Fault>,
}

/// What becomes of a call.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It goes on its way; somebody may lie in wait for the answer.
    Pass { number: usize, trap: Option<Trap> },
    /// It is answered at once.
    Answer { number: usize, fault: Fault },
    /// It is never answered.
    Sprung,
}

impl Ledger {
    /// Begins a ledger; whoever has the other end sees to it that the proxy is gone when asked.
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Duration>) {
        let (absences, asked) = mpsc::unbounded_channel();
        let ledger = Self {
            since: Instant::now(),
            book: Mutex::default(),
            era: watch::Sender::new(0),
            absences,
        };
        (ledger, asked)
    }

    /// Records a call, and decides what becomes of it.
    pub(super) fn enter(&self, mut call: Call) -> Verdict {
        let mut book = self.book();
        book.number += 1;
        let number = book.number;
        call.number = number;
        call.at = self.since.elapsed();
        book.calls.insert(number, call.clone());
        let is_for = |(trap, armed): &mut (Trap, usize)| trap.is_for(&call, number - *armed);
        if let Some((trap, _)) = book.trap.take_if(is_for) {
            if trap.moment() == Moment::After {
                let trap = Some(trap);
                return Verdict::Pass { number, trap };
            }
            self.close_on(&mut book, &trap, call);
            return Verdict::Sprung;
        }
        let Some(place) = book.faults.iter().position(|fault| fault.is_for(&call)) else {
            return Verdict::Pass { number, trap: None };
        };
        let fault = book.faults.get_mut(place).map(Fault::once);
        book.faults.retain(|fault| fault.times > 0);
        match fault {
            Some(fault) => Verdict::Answer { number, fault },
            None => Verdict::Pass { number, trap: None },
        }
    }

    /// Records an answer.
    pub(super) fn answered(&self, number: usize, status: StatusCode) {
        let now = self.since.elapsed();
        if let Some(call) = self.book().calls.get_mut(&number) {
            call.status = Some(status.as_u16());
            call.took = Some(now.saturating_sub(call.at));
        }
    }

    /// Does what a trap does after the answer to a call.
    pub(super) fn spring(&self, number: usize, trap: &Trap) {
        let mut book = self.book();
        if let Some(call) = book.calls.get(&number).cloned() {
            self.close_on(&mut book, trap, call);
        }
    }

    fn close_on(&self, book: &mut Book, trap: &Trap, call: Call) {
        // Nothing passes meanwhile: all connections are served by the thread that does this.
        let (sprung, gone) = trap.spring(call);
        book.sprung = Some(sprung);
        if let Some(period) = gone {
            // A proxy that has ended is gone already.
            let _ = self.absences.send(period);
        }
        self.end_connections();
    }

    /// Ends all connections that there are.
    pub(super) fn end_connections(&self) {
        self.era.send_modify(|era| *era += 1);
    }

    /// Returns what changes when a connection that begins now has to end.
    pub(super) fn era(&self) -> watch::Receiver<u64> {
        self.era.subscribe()
    }

    pub(super) fn arm(&self, trap: Trap) {
        let mut book = self.book();
        book.sprung = None;
        book.trap = Some((trap, book.number));
    }

    pub(super) fn disarm(&self) -> Option<Sprung> {
        let mut book = self.book();
        book.trap = None;
        book.sprung.take()
    }

    pub(super) fn sprung(&self) -> Option<Sprung> {
        self.book().sprung.clone()
    }

    pub(super) fn inject(&self, fault: Fault) {
        self.book().faults.push_back(fault);
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.book().calls.values().cloned().collect()
    }

    pub(super) fn forget(&self) {
        self.book().calls.clear();
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
