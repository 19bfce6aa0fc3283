//! `conformance_everything`: a query with nested parts and defaults, and its echo.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use terraform::{
    Diagnostics, Schema, Value,
    declare::{Declaration, DeclareError},
};
use terraform_server::{Answer, DataSource, Query};

use crate::Conformance;

/// Answers what it is asked, with the defaults filled in.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Everything {
    /// What to look for.
    filter: Filter,
    /// In which order.
    orders: Option<Vec<Order>>,
    /// How many answers at most.
    #[serde(default = "ten")]
    #[schemars(range(min = 1, max = 100))]
    limit: i64,
}

/// What to look for.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Filter {
    /// What the name contains.
    text: String,
    /// Whether case matters.
    #[serde(default)]
    exact: bool,
}

/// In which order.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Order {
    /// By which attribute.
    by: String,
    /// From the greatest to the least.
    #[serde(default)]
    descending: bool,
}

/// What is found.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "declares the computed attributes")]
struct Found {
    /// The query as the provider understood it.
    understood: Understood,
}

/// A query in other words.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "declares the computed attributes")]
struct Understood {
    /// The query as JSON.
    json: String,
    /// How many orders there are.
    orders: i64,
}

impl DataSource for Everything {
    type Provider = Conformance;
    const TYPE_NAME: &'static str = "conformance_everything";

    fn schema() -> Result<Schema, DeclareError> {
        Declaration::of::<Self>().computed::<Found>().build()
    }

    async fn read(provider: &Conformance, query: Query) -> Result<Answer, Diagnostics> {
        provider.world()?;
        let asked: Self = query.spec()?;
        let json = serde_json::to_string(&asked).map_err(Diagnostics::bug)?;
        let orders = asked.orders.map_or(0, |orders| orders.len());
        let understood = Value::object([
            ("json", Value::from(json)),
            ("orders", i64::try_from(orders).unwrap_or(i64::MAX).into()),
        ]);
        Ok(query.config.with("understood", understood).into())
    }
}

fn ten() -> i64 {
    10
}
