//! In which places two values differ.

use terraform::{Path, Value};

/// Returns each place in which two values differ, and how.
pub(super) fn differences(left: &Value, right: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(left, right, &Path::root(), &mut found);
    found
}

fn walk(left: &Value, right: &Value, path: &Path, found: &mut Vec<String>) {
    if left == right {
        return;
    }
    let (lefts, rights) = (left.children(), right.children());
    let steps = lefts.iter().map(|it| &it.0);
    let has_same_steps = steps.eq(rights.iter().map(|it| &it.0));
    if lefts.is_empty() || !has_same_steps {
        found.push(format!("{path}: {left:?} -> {right:?}"));
        return;
    }
    for ((step, left), (_, right)) in lefts.into_iter().zip(rights) {
        let path = step.map_or_else(|| path.clone(), |step| path.step(step));
        walk(left, right, &path, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(size: i64, tags: &[&str]) -> Value {
        let tags = tags.iter().map(|tag| Value::from(*tag));
        Value::object([("size", size.into()), ("tags", Value::list(tags))])
    }

    #[test]
    fn a_difference_names_the_innermost_place() {
        let found = differences(&thing(1, &["a", "b"]), &thing(2, &["a", "c"]));
        let places = found.iter().filter_map(|it| it.split_once(": "));
        let places: Vec<_> = places.map(|(place, _)| place).collect();
        assert_eq!(places, ["size", "tags[1]"]);
    }

    #[test]
    fn lists_of_different_lengths_differ_as_a_whole() {
        assert_eq!(differences(&thing(1, &["a"]), &thing(1, &[])).len(), 1);
    }

    #[test]
    fn what_is_equal_does_not_differ() {
        assert_eq!(differences(&thing(1, &["a"]), &thing(1, &["a"])), [""; 0]);
    }
}
