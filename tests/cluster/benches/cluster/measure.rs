//! The measurement: builds as they were written down, starts again and again, and one cluster that
//! is kept for the rest.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use harness::build::{BuildError, Cost, DEVCLUSTER, GoModule, KWOK, SERVICES};
use harness::cluster::{Cluster, ClusterError, Options, Tool};
use harness::images::ImageError;
use serde_json::Value;

use crate::containers;
use crate::figure::Figure;
use crate::fill::{self, FillError};

/// How often a cluster is started and ended.
pub(crate) const STARTS: usize = 5;

/// How long a cluster comes to rest before its memory counts.
pub(crate) const REST: Duration = Duration::from_secs(15);

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// Values by figure, each in the figure's unit.
    pub(crate) values: BTreeMap<Figure, Vec<f64>>,
    /// What else there is to know about a figure.
    pub(crate) remarks: BTreeMap<Figure, String>,
}

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MeasureError {
    /// A program could not be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A cluster did not start or end.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The tool says nothing that can be understood of the memory.
    #[error("no memory in the status of the cluster")]
    Status(#[from] serde_json::Error),
    /// There is no image to run.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The cluster did not take the Deployments.
    #[error("failed to fill the cluster")]
    Fill(#[from] FillError),
}

/// Measures everything.
pub(crate) fn all() -> Result<Measured, MeasureError> {
    let Measured {
        mut values,
        mut remarks,
    } = Measured::default();
    let mut add = |figure: Figure, value: f64| values.entry(figure).or_default().push(value);
    let tool = Tool::with(&SERVICES)?;
    let base = [DEVCLUSTER, KWOK];
    for (figure, modules) in [
        (Figure::Build, base.to_vec()),
        (Figure::BuildWithServices, [&base[..], &SERVICES].concat()),
    ] {
        if let Some(Cost { took, packages }) = built(&modules)? {
            add(figure, took.as_secs_f64());
            remarks.insert(figure, format!("{packages} packages compiled"));
        }
    }
    for _ in 0..STARTS {
        let cluster = Cluster::start(tool.clone(), &Options::default())?;
        add(Figure::Start, cluster.took().as_secs_f64());
        let asked = Instant::now();
        cluster.stop()?;
        add(Figure::End, asked.elapsed().as_secs_f64());
    }
    let cluster = Cluster::start(tool, &Options::default())?;
    thread::sleep(REST);
    add(Figure::Memory, memory(&cluster)?);
    add(Figure::Fill, fill::time(&cluster)?.as_secs_f64());
    cluster.stop()?;
    if let Some(lack) = containers::measure(&mut add)? {
        remarks.insert(Figure::ContainersStart, lack);
    }
    Ok(Measured { values, remarks })
}

/// Returns what the builds cost one after the other; `None` if that is not known of all.
fn built(modules: &[GoModule]) -> Result<Option<Cost>, BuildError> {
    let mut sum = Cost {
        took: Duration::ZERO,
        packages: 0,
    };
    for module in modules {
        let Some(Cost { took, packages }) = module.cost()? else {
            return Ok(None);
        };
        sum.took += took;
        sum.packages += packages;
    }
    Ok(Some(sum))
}

/// Returns the memory of all processes of a cluster, in mebibytes.
pub(crate) fn memory(cluster: &Cluster) -> Result<f64, MeasureError> {
    let arguments = ["status", "--json", "--name", cluster.name()];
    let status = cluster.tool().run(&arguments)?.stdout;
    let rows: Vec<Value> = serde_json::from_str(&status)?;
    let bytes = rows.iter().filter_map(|row| row["memory_bytes"].as_f64());
    Ok(bytes.sum::<f64>() / f64::from(1 << 20))
}
