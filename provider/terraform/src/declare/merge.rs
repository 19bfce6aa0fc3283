//! What a user writes and what the provider answers, as one body.

use crate::{
    declare::{Mistake, Problem},
    path::Path,
    schema::{Attribute, Block, Mode},
};

/// Adds the attributes that the provider answers to a body.
pub(super) fn add_answer(block: &mut Block, answer: Block, problems: &mut Vec<Problem>) {
    for name in answer.blocks.into_keys() {
        problems.push(problem(&name, Mistake::BlockPlace));
    }
    for (name, answered) in answer.attributes {
        if block.blocks.contains_key(&name) {
            problems.push(problem(&name, Mistake::BlockPlace));
            continue;
        }
        match block.attributes.get_mut(&name) {
            Some(written) => {
                if let Err(mistake) = add_attribute(written, &answered) {
                    problems.push(problem(&name, mistake));
                }
            }
            None => {
                block.attributes.insert(name, answered);
            }
        }
    }
}

/// Lets the provider choose what a user may write.
fn add_attribute(written: &mut Attribute, answered: &Attribute) -> Result<(), Mistake> {
    let (ours, theirs) = (written.implied_type(), answered.implied_type());
    if ours != theirs {
        return Err(Mistake::Types {
            written: ours.to_string(),
            answered: theirs.to_string(),
        });
    }
    match &written.mode {
        Mode::Required => return Err(Mistake::RequiredComputed),
        Mode::Default(_) => return Err(Mistake::DefaultComputed),
        Mode::Optional | Mode::OptionalComputed => written.mode = Mode::OptionalComputed,
        Mode::Computed => {}
    }
    written.sensitive |= answered.sensitive;
    written.keep_prior |= answered.keep_prior;
    written.identity = written.identity.or(answered.identity);
    Ok(())
}

fn problem(name: &str, mistake: Mistake) -> Problem {
    Problem {
        path: Path::from(name),
        mistake,
    }
}
