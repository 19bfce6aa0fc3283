//! The report: figure by figure, plugin by plugin, and which goals are missed.

use harness::report::machine;

use crate::{
    Contestant, Figure, Samples,
    measure::{READS, STARTS, VISITS},
    samples::Summary,
};

/// Writes down what was measured.
pub(crate) fn render(contestants: &[Contestant], samples: &Samples, remarks: &[String]) -> String {
    let mut lines = vec![machine(), method()];
    lines.extend(remarks.iter().cloned());
    for figure in Figure::ALL {
        lines.push(String::new());
        lines.push(heading(figure));
        lines.extend(rows(figure, contestants, samples));
    }
    lines.push(String::new());
    let mut misses: Vec<_> = Figure::ALL
        .into_iter()
        .flat_map(|figure| misses(figure, contestants, samples))
        .collect();
    if misses.is_empty() {
        misses.push("every goal is met".to_owned());
    }
    lines.extend(misses);
    lines.join("\n") + "\n"
}

/// Says how to read the figures.
fn method() -> String {
    let reads = READS * VISITS;
    format!(
        "{STARTS} starts and {reads} reads each, in turns; medians count, `×` is the multiple of \
         our first"
    )
}

fn heading(figure: Figure) -> String {
    let goal = figure.goal().map_or_else(String::new, |goal| {
        format!("goal ≤ {goal} {}", figure.unit())
    });
    line(figure.title(), "min", "median", &goal)
}

fn rows(figure: Figure, contestants: &[Contestant], samples: &Samples) -> Vec<String> {
    let reference = contestants
        .iter()
        .filter(|contestant| contestant.is_ours)
        .find_map(|contestant| samples.summary(figure, &contestant.name));
    let row = |contestant: &Contestant| {
        let name = format!("  {}", contestant.name);
        let Some(summary) = samples.summary(figure, &contestant.name) else {
            return line(&name, "–", "–", "");
        };
        let remark = if contestant.is_ours {
            verdict(figure, summary)
        } else {
            ratio(summary, reference)
        };
        let Summary { min, median } = summary;
        line(
            &name,
            &number(min, figure),
            &number(median, figure),
            &remark,
        )
    };
    contestants.iter().map(row).collect()
}

fn line(name: &str, min: &str, median: &str, remark: &str) -> String {
    format!("{name:<36} {min:>10} {median:>10}   {remark}")
        .trim_end()
        .to_owned()
}

/// Writes a value with as many digits as mean something.
fn number(value: f64, figure: Figure) -> String {
    let digits = match value {
        ..1.0 => 3,
        1.0..100.0 => 2,
        _ => 0,
    };
    format!("{value:.digits$} {}", figure.unit())
}

fn verdict(figure: Figure, Summary { min: _, median }: Summary) -> String {
    let verdict = match figure.goal() {
        Some(goal) if median > goal => "missed",
        Some(_) => "ok",
        None => "",
    };
    verdict.to_owned()
}

fn ratio(summary: Summary, reference: Option<Summary>) -> String {
    reference.map_or_else(String::new, |ours| {
        format!("× {:.1}", summary.median / ours.median)
    })
}

/// Says for which of our plugins a goal is missed, or that it was not measured at all.
fn misses(figure: Figure, contestants: &[Contestant], samples: &Samples) -> Vec<String> {
    let Some(goal) = figure.goal() else {
        return Vec::new();
    };
    let title = figure.title();
    let ours: Vec<_> = contestants
        .iter()
        .filter(|contestant| contestant.is_ours)
        .filter_map(|contestant| {
            Some((&contestant.name, samples.summary(figure, &contestant.name)?))
        })
        .collect();
    if ours.is_empty() {
        return vec![format!("not measured: {title}")];
    }
    ours.into_iter()
        .filter(|(_, summary)| summary.median > goal)
        .map(|(name, summary)| {
            format!(
                "missed: {title}: {name}: {}",
                number(summary.median, figure)
            )
        })
        .collect()
}
