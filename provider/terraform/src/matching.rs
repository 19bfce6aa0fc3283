//! Pairing the elements of sets, which have no address.

use std::collections::{BTreeMap, VecDeque};

/// Gives as many elements as possible a source of their own.
///
/// `sources` has, for each element, the sources that it could have, preferred ones first. Returns
/// the element of each source that is used.
pub(crate) fn matching(sources: &[Vec<usize>]) -> BTreeMap<usize, usize> {
    let mut owners = BTreeMap::new();
    for element in 0..sources.len() {
        augment(element, sources, &mut owners);
    }
    owners
}

/// Finds a source for one more element, moving others to another source of theirs where that
/// helps.
fn augment(element: usize, sources: &[Vec<usize>], owners: &mut BTreeMap<usize, usize>) {
    // For each source seen, the element that asked for it.
    let mut asked: BTreeMap<usize, usize> = BTreeMap::new();
    let mut waiting = VecDeque::from([element]);
    while let Some(asking) = waiting.pop_front() {
        for source in sources.get(asking).into_iter().flatten() {
            if asked.contains_key(source) {
                continue;
            }
            asked.insert(*source, asking);
            let Some(owner) = owners.get(source) else {
                hand_over(*source, &asked, owners);
                return;
            };
            waiting.push_back(*owner);
        }
    }
}

/// Gives a free source to the element that asked for it, the source which that one had to who
/// asked for it, and so on until one had none.
fn hand_over(free: usize, asked: &BTreeMap<usize, usize>, owners: &mut BTreeMap<usize, usize>) {
    let mut next = Some(free);
    while let Some(source) = next
        && let Some(element) = asked.get(&source)
    {
        let had = owners.iter().find(|(_, owner)| *owner == element);
        next = had.map(|(source, _)| *source);
        owners.insert(source, *element);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_moves_where_another_element_needs_it() {
        // Each but the last takes the first free source, which the last one alone can use.
        let sources = [vec![0, 1], vec![1, 2], vec![0]];
        assert_eq!(matching(&sources).len(), 3);
    }

    #[test]
    fn elements_that_share_one_source_are_not_matched_twice() {
        assert_eq!(matching(&[vec![0], vec![0], vec![1, 2]]).len(), 2);
    }
}
