//! Schemas of managed resources.

use std::collections::BTreeMap;

use proptest::{collection::btree_map, option, prelude::*};

use crate::{
    arbitrary::schema::values::{known, types},
    schema::{Attribute, Block, BlockNesting, Count, Mode, NestedBlock, Nesting, OnChange, Shape},
};

/// Blocks, as managed resources have them, with up to two levels of nesting.
pub fn block() -> impl Strategy<Value = Block> {
    block_in(Place {
        depth: 2,
        dynamic: true,
        in_set: false,
        computed: false,
    })
}

/// What the schema around leaves open.
#[derive(Clone, Copy)]
struct Place {
    /// How many more levels there may be.
    depth: u32,
    dynamic: bool,
    in_set: bool,
    computed: bool,
}

fn block_in(place: Place) -> BoxedStrategy<Block> {
    let blocks = if place.depth == 0 {
        Just(BTreeMap::new()).boxed()
    } else {
        btree_map("[u-z]", nested_block(place), 0..3).boxed()
    };
    (btree_map("[a-f]", attribute(place), 0..4), blocks)
        .prop_map(|(attributes, blocks)| Block {
            attributes,
            blocks,
            ..Block::default()
        })
        .boxed()
}

fn nested_block(place: Place) -> BoxedStrategy<NestedBlock> {
    let count = (0..2_u32, option::of(2..4_u32)).prop_map(|(min, max)| Count { min, max });
    let nestings = prop_oneof![
        any::<bool>().prop_map(|required| BlockNesting::Single { required }),
        Just(BlockNesting::Group),
        count.clone().prop_map(BlockNesting::List),
        count.prop_map(BlockNesting::Set),
        Just(BlockNesting::Map),
    ];
    (nestings, prop::bool::weighted(0.2))
        .prop_flat_map(move |(nesting, computed)| {
            let computed = place.computed || (computed && nesting != BlockNesting::Group);
            let nesting = if computed {
                undemanded(nesting)
            } else {
                nesting
            };
            let is_set = matches!(nesting, BlockNesting::Set(_));
            let inside = block_in(Place {
                depth: place.depth - 1,
                dynamic: place.dynamic && !is_set,
                in_set: place.in_set || is_set,
                computed,
            });
            inside.prop_map(move |block| NestedBlock {
                nesting,
                block,
                computed,
            })
        })
        .boxed()
}

/// How computed blocks may stand together.
fn undemanded(nesting: BlockNesting) -> BlockNesting {
    match nesting {
        BlockNesting::Single { .. } | BlockNesting::Group => {
            BlockNesting::Single { required: false }
        }
        BlockNesting::List(count) => BlockNesting::List(Count { min: 0, ..count }),
        BlockNesting::Set(count) => BlockNesting::Set(Count { min: 0, ..count }),
        BlockNesting::Map => BlockNesting::Map,
    }
}

fn attribute(place: Place) -> BoxedStrategy<Attribute> {
    let flags = (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
        any::<bool>(),
    );
    let on_change = prop_oneof![
        Just(OnChange::Update),
        Just(OnChange::Replace),
        Just(OnChange::Refuse("make a new one".to_owned())),
    ];
    let shaped = shape(place).prop_flat_map(move |shape| {
        let mode = mode(&shape, place.computed);
        (Just(shape), mode)
    });
    (shaped, flags, on_change)
        .prop_map(
            move |((shape, mode), (sensitive, write_only, keep), on_change)| {
                let configured = matches!(mode, Mode::Required | Mode::Optional);
                let chosen = matches!(mode, Mode::OptionalComputed | Mode::Computed);
                Attribute {
                    sensitive,
                    write_only: write_only && configured && !place.in_set,
                    keep_prior: keep && chosen,
                    on_change,
                    ..Attribute::new(shape, mode)
                }
            },
        )
        .boxed()
}

fn shape(place: Place) -> BoxedStrategy<Shape> {
    let values = types(place.dynamic).prop_map(Shape::Value);
    if place.depth == 0 {
        return values.boxed();
    }
    let nestings = prop_oneof![
        Just(Nesting::Single),
        Just(Nesting::List),
        Just(Nesting::Set),
        Just(Nesting::Map),
    ];
    let nested = nestings.prop_flat_map(move |nesting| {
        // Elements of a collection would all have to bring the same type along.
        let inside = Place {
            depth: place.depth - 1,
            dynamic: place.dynamic && nesting == Nesting::Single,
            in_set: place.in_set || nesting == Nesting::Set,
            computed: place.computed,
        };
        btree_map("[a-f]", attribute(inside), 1..4)
            .prop_map(move |attributes| Shape::Nested(nesting, attributes))
    });
    prop_oneof![3 => values, 2 => nested].boxed()
}

fn mode(shape: &Shape, computed: bool) -> BoxedStrategy<Mode> {
    let default = match shape {
        Shape::Value(ty) => known(ty).prop_map(Mode::Default).boxed(),
        Shape::Nested(..) => Just(Mode::OptionalComputed).boxed(),
    };
    let chosen = prop_oneof![Just(Mode::OptionalComputed), Just(Mode::Computed), default];
    if computed {
        return chosen.boxed();
    }
    prop_oneof![Just(Mode::Required), Just(Mode::Optional), chosen].boxed()
}
