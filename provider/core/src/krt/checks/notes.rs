//! What the decoding noted, as problems.

use std::fmt::Write;

use super::{
    super::{
        Dialect,
        decode::{Note, NoteKind, Segment},
        rules::RuleId,
        verdict::{Place, Report},
        yaml::{Fault, FaultKind, Mark},
    },
    subscriptions::nearest,
};

/// Reports why a file could not be read.
pub(in crate::krt) fn fault(report: &mut Report, fault: &Fault) {
    let (rule, remedy) = match fault.kind {
        FaultKind::Syntax => (
            RuleId::YamlSyntax,
            "correct the YAML here or shortly before",
        ),
        FaultKind::Alias => (RuleId::YamlAlias, "write the value out"),
        FaultKind::Merge => (RuleId::YamlMerge, "merge a mapping, or a list of mappings"),
        FaultKind::Tag => (
            RuleId::YamlTag,
            "leave the tag out, or write what it demands",
        ),
    };
    report.add(
        rule,
        &Place::new("", fault.mark),
        fault.message.clone(),
        remedy,
    );
}

/// Reports what was noted. Whether the decoder goes on.
pub(in crate::krt) fn notes(report: &mut Report, notes: &[Note]) -> bool {
    for note in notes {
        add(report, note);
    }
    let is_fatal = |note: &Note| {
        matches!(
            note.kind,
            NoteKind::Type { .. } | NoteKind::Duplicate { .. }
        )
    };
    !notes.iter().any(is_fatal)
}

fn add(report: &mut Report, note: &Note) {
    let place = Place::new(location(report.dialect, &note.path), note.mark);
    match &note.kind {
        NoteKind::Type { found, wanted } => {
            let message = format!("{wanted} is expected here, not {found}");
            let remedy = format!("write {wanted}");
            report.add(RuleId::YamlType, &place, message, remedy);
        }
        NoteKind::Duplicate { key, first } => {
            let message = twice(key, *first);
            report.add(
                RuleId::YamlDuplicateKey,
                &place,
                message,
                "leave one of them out",
            );
        }
        NoteKind::Repeated { key, first } => {
            let message = format!("{}; the last one counts", twice(key, *first));
            report.add(
                RuleId::KeyRepeated,
                &place,
                message,
                "leave one of them out",
            );
        }
        NoteKind::Unknown { key, known } => {
            let message = format!("this key means nothing here: `{key}`");
            let remedy = nearest(key, known.iter()).map_or_else(
                || "leave it out".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            report.add(RuleId::KeyUnknown, &place, message, remedy);
        }
    }
}

fn twice(key: &str, first: Mark) -> String {
    let line = first.line.saturating_add(1);
    format!("the key is already there in line {line}: `{key}`")
}

/// A path as the dialect's original writes it.
fn location(dialect: Dialect, path: &[Segment]) -> String {
    let mut location = match dialect {
        Dialect::Kai => "krt".to_owned(),
        _ => String::new(),
    };
    for segment in path {
        match segment {
            Segment::Index(index) => {
                let _ = write!(location, "[{index}]");
            }
            Segment::Field { go, key } => {
                if !location.is_empty() {
                    location.push('.');
                }
                location.push_str(if dialect == Dialect::Kai { key } else { go });
            }
        }
    }
    location
}
