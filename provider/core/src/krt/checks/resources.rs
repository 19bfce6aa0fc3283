//! Amounts of processors and memory as KAI reads them.

/// Processors, in thousandths; `None` if the text has neither of the forms `0.5` and `500m`.
pub(super) fn cpu(text: &str) -> Option<f64> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(thousandths) = text.strip_suffix('m') {
        let is_form = thousandths.len() == 3 && digits(thousandths);
        return is_form.then(|| rounded(thousandths)).flatten();
    }
    let is_form = match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    };
    is_form.then(|| rounded(text).map(|value| value * 1000.0))?
}

/// A number, rounded as the original rounds before it compares.
fn rounded(text: &str) -> Option<f64> {
    text.parse::<f32>().ok().map(f64::from)
}

/// Whether a text is a whole number and a unit of memory.
pub(super) fn is_memory(text: &str) -> bool {
    split_memory(text).is_some_and(|(number, unit)| !number.is_empty() && factor(unit).is_some())
}

/// Memory in bytes. As the original has it, too much of it to be counted is zero, and the first
/// number that it cannot count is negative.
pub(super) fn memory(text: &str) -> f64 {
    let Some((number, unit)) = split_memory(text) else {
        return 0.0;
    };
    let (Some(factor), Some(number)) = (factor(unit), leading_integer(number)) else {
        return 0.0;
    };
    let bytes = number * factor;
    if bytes > TOO_MANY {
        0.0
    } else if bytes < TOO_MANY {
        bytes.trunc()
    } else {
        -TOO_MANY
    }
}

/// The first number of bytes that the original cannot count.
const TOO_MANY: f64 = 9_223_372_036_854_775_808.0;

fn split_memory(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit())?;
    Some(text.split_at(end))
}

fn factor(unit: &str) -> Option<f64> {
    Some(match unit {
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        "Ei" => 1_152_921_504_606_846_976.0,
        _ => return None,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the original computes with floats"
)]
fn leading_integer(digits: &str) -> Option<f64> {
    const END: i64 = (i64::MAX - 9) / 10;
    let mut value: i64 = 0;
    for digit in digits.chars() {
        if value >= END {
            return None;
        }
        let digit = i64::from(digit.to_digit(10)?);
        value = value.checked_mul(10)?.wrapping_add(digit);
    }
    Some(value as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_have_three_digits() {
        for text in ["1", "0.5", "100m", "0", "0.05", "12"] {
            assert!(cpu(text).is_some(), "{text}");
        }
        for text in [
            "", "50m", "1000m", ".5", "1.", "1.5m", "-1", "1e3", "m", "1 ",
        ] {
            assert!(cpu(text).is_none(), "{text}");
        }
        assert_eq!(cpu("500m"), cpu("0.5"));
    }

    #[test]
    fn memory_has_a_unit() {
        for text in ["350M", "1Gi", "1k", "1Ki", "0Ei", "5E"] {
            assert!(is_memory(text), "{text}");
        }
        for text in ["", "100", "1.5Gi", "100K", "100MB", "Mi", "1m", "1 Mi"] {
            assert!(!is_memory(text), "{text}");
        }
        assert!(memory("100M") < memory("100Mi"));
        assert!(memory("99999999999999999999E").abs() < f64::EPSILON);
    }
}
