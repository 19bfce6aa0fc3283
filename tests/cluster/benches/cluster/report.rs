//! The report: figure by figure, and which goals are missed.

use harness::report::machine;

use crate::figure::Figure;
use crate::measure::Measured;

/// Writes down what was measured.
pub(crate) fn render(measured: &Measured) -> String {
    let heading = line("", ["samples", "min", "median"].map(str::to_owned), "");
    let mut lines = vec![machine(), heading];
    lines.extend(Figure::ALL.map(|figure| row(figure, measured)));
    lines.join("\n") + "\n"
}

fn row(figure: Figure, measured: &Measured) -> String {
    let goal = figure.goal();
    let mut values = measured.values.get(&figure).cloned().unwrap_or_default();
    values.sort_by(f64::total_cmp);
    let (Some(min), Some(&median)) = (values.first(), values.get(values.len() / 2)) else {
        let nothing = ["0", "–", "–"].map(str::to_owned);
        let why = measured.remarks.get(&figure).map(String::as_str);
        return line(figure.title(), nothing, why.unwrap_or("not measured"));
    };
    let number = |value: f64| format!("{value:.1} {}", figure.unit());
    let columns = [values.len().to_string(), number(*min), number(median)];
    let verdict = goal.map_or_else(String::new, |goal| {
        let verdict = if median > goal { "missed" } else { "ok" };
        format!("{verdict}, goal ≤ {goal} {}", figure.unit())
    });
    let remark = measured.remarks.get(&figure).map(String::as_str);
    let remarks: Vec<_> = [verdict.as_str(), remark.unwrap_or_default()]
        .into_iter()
        .filter(|remark| !remark.is_empty())
        .collect();
    line(figure.title(), columns, &remarks.join("; "))
}

fn line(title: &str, [samples, min, median]: [String; 3], remark: &str) -> String {
    format!("{title:<32} {samples:>7} {min:>11} {median:>11}   {remark}")
        .trim_end()
        .to_owned()
}
