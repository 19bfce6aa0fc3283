//! The report: figure by figure, for 1, 10 and 100 runtimes, and which goals are missed.

use harness::report::machine;

use crate::{
    figure::{COUNTS, Figure},
    provider::AT_ONCE,
    samples::{Samples, Summary},
};

/// Writes down what was measured.
pub(crate) fn render(samples: &Samples) -> String {
    let method = format!(
        "{AT_ONCE} runtimes at once; medians count, `×` is the multiple of what only fetches"
    );
    let mut lines = vec![machine(), method];
    lines.extend(samples.remarks.iter().cloned());
    lines.push(String::new());
    lines.push(line(
        "",
        ["samples", "min", "median"].map(str::to_owned),
        "",
    ));
    let rows = Figure::ALL.into_iter().flat_map(|figure| {
        COUNTS
            .into_iter()
            .filter_map(move |count| row(samples, figure, count))
    });
    lines.extend(rows);
    lines.push(String::new());
    lines.push("calls of the API server, and pieces of conversations with MongoDB".to_owned());
    let calls = Figure::ALL.into_iter().flat_map(|figure| {
        COUNTS
            .into_iter()
            .filter_map(move |count| calls(samples, figure, count))
    });
    lines.extend(calls);
    lines.join("\n") + "\n"
}

fn row(samples: &Samples, figure: Figure, count: usize) -> Option<String> {
    let summary = samples.summary(figure, count)?;
    let number = |value: f64| format!("{value:.1} {}", figure.unit());
    let columns = [
        summary.count.to_string(),
        number(summary.min),
        number(summary.median),
    ];
    let floor = figure.floor().and_then(|it| samples.summary(it, count));
    let floor = floor.map(|floor| format!("× {:.1}", summary.median / floor.median));
    let remarks = [verdict(figure, count, summary), floor];
    let remarks: Vec<_> = remarks.into_iter().flatten().collect();
    let title = format!("{}, {count}", figure.title());
    Some(line(&title, columns, &remarks.join("; ")))
}

fn verdict(figure: Figure, count: usize, summary: Summary) -> Option<String> {
    let goal = figure.goal(count)?;
    let verdict = if summary.median > goal {
        "missed"
    } else {
        "ok"
    };
    Some(format!("{verdict}, goal ≤ {goal} {}", figure.unit()))
}

fn calls(samples: &Samples, figure: Figure, count: usize) -> Option<String> {
    let calls = samples.calls(figure, count)?;
    let total: usize = calls.values().sum();
    let each = calls.iter().map(|(sort, times)| format!("{times} {sort}"));
    let each = each.collect::<Vec<_>>().join(", ");
    Some(format!("{}, {count}: {total}: {each}", figure.title()))
}

fn line(title: &str, [samples, min, median]: [String; 3], remark: &str) -> String {
    format!("{title:<40} {samples:>7} {min:>12} {median:>12}   {remark}")
        .trim_end()
        .to_owned()
}
