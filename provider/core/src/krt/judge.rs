//! From the bytes of a manifest to a verdict.

use super::{
    Dialect,
    archive::is_misnamed,
    build,
    checks::{files, kai, kre_v1, kre_v2, notes, ours, ours_by_dialect},
    decode::{Decode, Decoder},
    dialect::{Recognised, guess, recognise},
    draft::Draft,
    graph::Krt,
    rules::RuleId,
    verdict::{Options, Place, Problem, Report, Verdict},
    yaml::{Document, Fault, Generation, Mark, compose},
};

/// Judges a manifest: reads it, checks every rule, and says all that is wrong.
///
/// Any bytes give a verdict. With `strict`, it is that of the dialect's original.
pub fn judge(bytes: &[u8], options: &Options) -> Verdict {
    let (Recognised { dialect, doubt }, composed) = match options.dialect {
        Some(dialect) => (Recognised::surely(dialect), None),
        None => recognised(bytes),
    };
    let mut report = Report::new(dialect, options.strict);
    if let Some((doubt, mark)) = doubt {
        let remedy = "say which dialect is meant";
        report.add(
            RuleId::DialectAmbiguous,
            &Place::new("", mark),
            doubt,
            remedy,
        );
    }
    let composed = composed.filter(|_| generation(dialect) == Generation::Second);
    let composed = composed.map_or_else(|| compose(bytes, generation(dialect)), Ok);
    let krt = match composed {
        Ok(document) => {
            let krt = read(&mut report, &document, options);
            follow(&mut report, &document);
            krt
        }
        Err(fault) => {
            notes::fault(&mut report, &fault);
            None
        }
    };
    let krt = krt.filter(|_| !report.has_errors());
    Verdict {
        dialect,
        krt,
        problems: report.finish(),
    }
}

/// Says so if a file seems to be meant as the manifest of an archive, where engines would not find
/// it by this name; the name alone, without folders. KAI takes any.
pub fn file_name(name: &str, dialect: Dialect) -> Option<Problem> {
    if !is_misnamed(name) {
        return None;
    }
    let mut report = Report::new(dialect, false);
    let place = Place::new("", Mark::default());
    let message = format!("the manifest of an archive has another name: `{name}`");
    report.add(RuleId::FileName, &place, message, "call it `krt.yml`");
    report.finish().pop()
}

/// The dialect of a file, and the file as KRE reads it.
fn recognised(bytes: &[u8]) -> (Recognised, Option<Document>) {
    if let Ok(document) = compose(bytes, Generation::Second) {
        return (recognise(&document), Some(document));
    }
    let recognised = match compose(bytes, Generation::Third) {
        Ok(document) => recognise(&document),
        Err(_) => Recognised::surely(guess(bytes)),
    };
    (recognised, None)
}

fn generation(dialect: Dialect) -> Generation {
    match dialect {
        Dialect::KreV1 | Dialect::KreV2 => Generation::Second,
        Dialect::Kai => Generation::Third,
    }
}

fn read(report: &mut Report, document: &Document, options: &Options) -> Option<Krt> {
    let runtime = options.runtime.as_deref();
    match report.dialect {
        Dialect::KreV1 => {
            let krt = decode(report, document)?;
            kre_v1::check(report, &krt);
            let place = Place::new("", krt.at.unwrap_or_default());
            let message = "engines from 8 on refuse this dialect";
            let remedy = "move the nodes into the workflows and write `krtVersion: v2`";
            report.add(RuleId::DialectOutdated, &place, message, remedy);
            ours_by_dialect::check_v1(report, &krt);
            let draft = Draft::of_v1(&krt);
            ours::check(report, &draft, runtime);
            files::check(report, &draft, options.files.as_ref());
            build::of_v1(&krt)
        }
        Dialect::KreV2 => {
            let krt = decode(report, document)?;
            kre_v2::check(report, &krt);
            ours_by_dialect::check_v2(report, &krt);
            let draft = Draft::of_v2(&krt);
            ours::check(report, &draft, runtime);
            files::check(report, &draft, options.files.as_ref());
            build::of_v2(&krt)
        }
        Dialect::Kai => {
            let krt = decode(report, document)?;
            kai::check(report, &krt);
            ours_by_dialect::check_kai(report, &krt);
            ours::check(report, &Draft::of_kai(&krt), runtime);
            build::of_kai(&krt)
        }
    }
}

/// The manifest; `None` if a value has the wrong type, after which the original goes no further.
fn decode<T: Decode>(report: &mut Report, document: &Document) -> Option<T> {
    let mut manifest = T::default();
    let mut decoder = Decoder::new(document, generation(report.dialect));
    let outcome: Result<bool, Fault> = match document.root() {
        Some(root) => decoder.unmarshal(root, &mut manifest),
        None => Ok(false),
    };
    let Err(fault) = outcome else {
        return notes::notes(report, &decoder.notes).then_some(manifest);
    };
    // The original forgets what it noted before.
    if !report.is_strict {
        notes::notes(report, &decoder.notes);
    }
    notes::fault(report, &fault);
    None
}

fn follow(report: &mut Report, document: &Document) {
    if let Some(mark) = document.next {
        let message = "another document begins here, which is not read";
        let remedy = "leave it out, or make it a file of its own";
        report.add(
            RuleId::DocumentIgnored,
            &Place::new("", mark),
            message,
            remedy,
        );
    }
}
