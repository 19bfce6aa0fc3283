//! An operation, killed at each of its calls, and what follows.
//!
//! ```no_run
//! # use harness::matrix::{Place, matrix};
//! # use harness::proxy::{Prey, Proxy, Sprung};
//! # struct Stage;
//! # impl Stage { fn open() -> Self { Self } fn try_apply(&self) {} fn destroy(&self) {} fn assert_nothing_is_left(&self) {} }
//! # impl Place for Stage {
//! #     fn proxy(&self) -> &Proxy { unimplemented!() }
//! #     fn prey(&self) -> Prey { unimplemented!() }
//! # }
//! matrix(
//!     Stage::open,
//!     |stage| stage.try_apply(),
//!     |stage, _| {
//!         stage.destroy();
//!         stage.assert_nothing_is_left();
//!     },
//! );
//! ```

use std::any::Any;
use std::ffi::OsString;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::environment;
use crate::proxy::{Call, Moment, Prey, Proxy, Sprung, Trap};
use crate::report::{OrFail, fail, remark};

/// How many calls a sample has.
const SAMPLE: usize = 4;

/// Where an operation takes place.
pub trait Place {
    /// Returns what every call of the operation goes through.
    fn proxy(&self) -> &Proxy;

    /// Returns whom to kill.
    fn prey(&self) -> Prey;
}

/// Runs an operation once to count its calls, then again and again, killed at one of them.
///
/// - `open` makes a place of its own for each run, and does what the operation presupposes.
/// - `operation` has to cope with being killed.
/// - `followed_by` mends or removes, and fails the test if anything is not as it should be. It gets
///   what was killed; `None` if the operation ended before, as without a trap.
///
/// The variable `KRE_TEST_MATRIX` says at which calls: `sample`, a few of those that write, or a
/// number of them, or `all`, or one as a report names it: `after call 7`. After a call that only
/// reads nothing is tried, nor before one that follows another: it is as before that. The runs go
/// on after a failure and side by side; all failures are reported.
#[track_caller]
pub fn matrix<P: Place>(
    open: impl Fn() -> P + Sync,
    operation: impl Fn(&P) + Sync,
    followed_by: impl Fn(&P, Option<&Sprung>) + Sync,
) {
    matrix_of(&[Only], |Only| open(), operation, followed_by);
}

/// Does what [`matrix`] does for variants of one operation, which make the same calls.
///
/// With `all` each of them is killed everywhere; otherwise they take turns. The first is counted.
#[track_caller]
pub fn matrix_of<V: Variant, P: Place>(
    variants: &[V],
    open: impl Fn(V) -> P + Sync,
    operation: impl Fn(&P) + Sync,
    followed_by: impl Fn(&P, Option<&Sprung>) + Sync,
) {
    let extent = Extent::of(environment::variable("KRE_TEST_MATRIX"));
    let run = |variant: V, one: Option<Run>| {
        let place = open(variant);
        place.proxy().forget();
        if let Some(Run { at, moment }) = one {
            place.proxy().arm(Trap::at(at, moment, place.prey()));
        }
        operation(&place);
        let sprung = place.proxy().disarm();
        let calls = place.proxy().calls();
        let killed = sprung.as_ref().filter(|sprung| !sprung.killed.is_empty());
        followed_by(&place, killed);
        if let Some(sprung) = sprung.as_ref().filter(|sprung| is_missed(sprung)) {
            fail(format!("nobody was there to be killed {sprung}"));
        }
        (calls, killed.cloned())
    };
    let Some(first) = variants.first() else {
        fail("there is no operation without a variant of it")
    };
    let (calls, _) = run(*first, None);
    let runs = in_variants(&runs(&calls, extent), variants, extent);
    if runs.is_empty() {
        fail("the operation makes no calls through the proxy");
    }
    let ends = run_all(&runs, |(one, variant)| run(variant, Some(one)).1);
    report(&calls, &runs, &ends);
}

/// Tells whether somebody has to have been there. Who has sent the last of all may end before it is
/// clear that nothing comes back.
fn is_missed(sprung: &Sprung) -> bool {
    sprung.killed.is_empty() && sprung.moment == Moment::Before
}

/// What tells variants of an operation apart; shown, it goes on where a report says what was
/// killed: `, then destroyed`.
pub trait Variant: Copy + Sync + fmt::Display {}

impl<V: Copy + Sync + fmt::Display> Variant for V {}

/// The variant of an operation that has no others.
#[derive(Debug, Clone, Copy)]
struct Only;

impl fmt::Display for Only {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    All,
    Sample(usize),
    One(Run),
}

impl Extent {
    #[track_caller]
    fn of(variable: Option<OsString>) -> Self {
        let text = variable.unwrap_or_default().to_string_lossy().into_owned();
        match text.as_str() {
            "" | "sample" => Self::Sample(SAMPLE),
            "all" => Self::All,
            other => Self::exactly(other),
        }
    }

    #[track_caller]
    fn exactly(text: &str) -> Self {
        if let Some(run) = Run::read(text) {
            return Self::One(run);
        }
        match text.parse() {
            Ok(number @ 1..) => Self::Sample(number),
            _ => fail(format!(
                "KRE_TEST_MATRIX is neither `all`, `sample`, a number nor a call such as `after call 7`: `{text}`"
            )),
        }
    }
}

/// One run: where it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    at: usize,
    moment: Moment,
}

impl Run {
    /// Reads what is shown of a run.
    fn read(text: &str) -> Option<Self> {
        let (moment, at) = text.split_once(" call ")?;
        let mut moments = [Moment::Before, Moment::After].into_iter();
        let moment = moments.find(|one| one.to_string() == moment)?;
        let at = at.parse().ok()?;
        Some(Self { at, moment })
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} call {}", self.moment, self.at)
    }
}

/// Chooses the runs.
fn runs(calls: &[Call], extent: Extent) -> Vec<Run> {
    let numbered = (1..).zip(calls);
    let both = |at| [Moment::Before, Moment::After].map(|moment| Run { at, moment });
    match extent {
        Extent::All => {
            let before = [true].into_iter().chain(calls.iter().map(Call::writes));
            let moments = numbered.zip(before).map(|((at, call), follows_write)| {
                let moments = match (call.writes(), follows_write) {
                    (true, _) => 2,
                    (false, true) => 1,
                    (false, false) => 0,
                };
                (at, moments)
            });
            moments
                .flat_map(|(at, moments)| both(at).into_iter().take(moments))
                .collect()
        }
        Extent::Sample(size) => {
            let writing = numbered.filter(|(_, call)| call.writes());
            let writing: Vec<usize> = writing.map(|(at, _)| at).collect();
            spread(&writing, size).into_iter().flat_map(both).collect()
        }
        Extent::One(run) => vec![run],
    }
}

/// Chooses the variants of runs: each, or in turns, so that none is only killed at one moment.
fn in_variants<V: Copy>(runs: &[Run], variants: &[V], extent: Extent) -> Vec<(Run, V)> {
    let Extent::Sample(_) = extent else {
        let each = |run: &Run| variants.iter().map(|variant| (*run, *variant)).collect();
        return runs
            .iter()
            .flat_map(|run| -> Vec<_> { each(run) })
            .collect();
    };
    let turns = (0..runs.len()).map(|place| place / 2 + place % 2);
    let turns = turns.filter_map(|turn| variants.get(turn.checked_rem(variants.len())?));
    runs.iter().copied().zip(turns.copied()).collect()
}

/// Chooses some at equal distances, the first and the last among them.
fn spread(all: &[usize], size: usize) -> Vec<usize> {
    let last = all.len().saturating_sub(1);
    let steps = size.saturating_sub(1).max(1);
    let mut places: Vec<usize> = (0..size).map(|step| step * last / steps).collect();
    places.dedup();
    let chosen = places.into_iter().filter_map(|place| all.get(place));
    chosen.copied().collect()
}

/// How a run ended: what was killed, or why it failed.
type End = Result<Option<Sprung>, String>;

/// Makes all runs, some at once: more than the machine has cores, since most of them wait for pods
/// most of the time.
fn run_all<R: Copy + Sync>(runs: &[R], run: impl Fn(R) -> Option<Sprung> + Sync) -> Vec<End> {
    let queue = Mutex::new(runs.iter().enumerate());
    let ends = Mutex::new(vec![Ok(None); runs.len()]);
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let lanes = 2 * thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..lanes.min(runs.len()) {
            let lane = || {
                loop {
                    let next = lock(&queue).next();
                    let Some((place, one)) = next else { return };
                    let end = catch_unwind(AssertUnwindSafe(|| run(*one)));
                    let end = end.map_err(|panic| message(panic.as_ref()));
                    if let Some(slot) = lock(&ends).get_mut(place) {
                        *slot = end;
                    }
                }
            };
            let thread = thread::Builder::new().name(name.clone());
            let started = thread.spawn_scoped(scope, lane);
            started.or_fail("failed to start a thread");
        }
    });
    ends.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[track_caller]
fn report<V: Variant>(calls: &[Call], runs: &[(Run, V)], ends: &[End]) {
    let name = thread::current().name().unwrap_or("a test").to_owned();
    let sprung = ends.iter().filter(|end| matches!(end, Ok(Some(_)))).count();
    let total = calls.len();
    let failures: Vec<String> = runs
        .iter()
        .zip(ends)
        .filter_map(|((one, variant), end)| {
            let call = one.at.checked_sub(1).and_then(|place| calls.get(place));
            let call = call.map(Call::to_string).unwrap_or_default();
            let why = end.as_ref().err()?;
            Some(format!("killed {one} of {total}, {call}{variant}:\n{why}"))
        })
        .collect();
    let count = runs.len();
    if !failures.is_empty() {
        let failed = failures.len();
        fail(format!(
            "{failed} of {count} runs failed\n\n{}",
            failures.join("\n\n")
        ));
    }
    remark(format_args!(
        "{name}: {total} calls, killed in {sprung} of {count} runs"
    ));
    if sprung * 2 < count {
        fail("most runs were not killed: few came as far as the one that was counted");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked without words").to_owned()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};

    use super::*;

    fn calls(methods: &[Method]) -> Vec<Call> {
        let call = |method| Call::of_request(method, "/api/v1/namespaces/a", &HeaderMap::new());
        methods.iter().map(call).collect()
    }

    fn shown(calls: &[Call], extent: Extent) -> Vec<String> {
        let runs = runs(calls, extent);
        runs.iter().map(Run::to_string).collect()
    }

    #[test]
    fn all_means_both_moments_of_writes_and_one_of_reads_in_a_row() {
        let calls = calls(&[Method::GET, Method::GET, Method::DELETE, Method::GET]);
        let expected = [
            "before call 1",
            "before call 3",
            "after call 3",
            "before call 4",
        ];
        assert_eq!(shown(&calls, Extent::All), expected);
    }

    #[test]
    fn a_sample_is_of_writes() {
        let calls = calls(&[Method::GET, Method::DELETE, Method::GET]);
        let expected = ["before call 2", "after call 2"];
        assert_eq!(shown(&calls, Extent::Sample(4)), expected);
    }

    #[test]
    fn a_sample_reaches_from_the_first_to_the_last() {
        let all: Vec<usize> = (1..=10).collect();
        assert_eq!(spread(&all, 4), [1, 4, 7, 10]);
        assert_eq!(spread(&all, 1), [1]);
        assert_eq!(spread(&all, 99), all);
        assert_eq!(spread(&[], 4), [0_usize; 0]);
    }

    #[test]
    fn the_variable_says_how_much() {
        let of = |text: &str| Extent::of(Some(text.into()));
        assert_eq!(of("sample"), Extent::of(None));
        assert_eq!(of("all"), Extent::All);
        assert_eq!(of("9"), Extent::Sample(9));
        let (at, moment) = (7, Moment::After);
        assert_eq!(of("after call 7"), Extent::One(Run { at, moment }));
    }

    #[test]
    fn variants_take_turns_unless_all_are_wanted() {
        let calls = calls(&[Method::PUT, Method::PUT]);
        let shown = |extent| -> Vec<String> {
            let runs = in_variants(&runs(&calls, extent), &['a', 'b'], extent);
            let runs = runs.iter();
            runs.map(|(run, variant)| format!("{run} {variant}"))
                .collect()
        };
        let expected = [
            "before call 1 a",
            "after call 1 b",
            "before call 2 b",
            "after call 2 a",
        ];
        assert_eq!(shown(Extent::Sample(2)), expected);
        assert_eq!(shown(Extent::All).len(), 8);
    }

    #[test]
    fn runs_go_on_after_a_failure() {
        let both = [Moment::Before, Moment::After].map(|moment| Run { at: 1, moment });
        let ends = run_all(&both, |one| {
            assert!(one.moment == Moment::After, "not before");
            None
        });
        assert_eq!(ends, [Err("not before".to_owned()), Ok(None)]);
    }
}
