//! The measurement: few runtimes again and again, many once.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use harness::{
    cluster::{Cluster, client_of, fresh_id},
    host::Host,
    proxy::Proxy,
};

use crate::{
    figure::{COUNTS, FEW, Figure},
    floor::{self, FloorError},
    hosts::{self, Stage},
    provider::{Provider, ProviderError, Runtime},
    samples::Samples,
    watch::Watch,
};

/// How often is read and planned.
const READS: usize = 5;

/// How often Terraform plans.
const PLANS: usize = 3;

/// How long mongo-writer has to run before it is believed to go on, as nobody can ask it.
const TRIAL: Duration = Duration::from_secs(1);

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MeasureError {
    /// The provider does not do what it should.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The API server does not do what it did before.
    #[error("the requests of a refresh cannot be repeated")]
    Floor(#[from] FloorError),
}

/// How often so many runtimes are created.
const fn lives(count: usize) -> usize {
    match count {
        1 => 5,
        ..=10 => 3,
        _ => 1,
    }
}

/// Measures everything.
pub(crate) async fn all() -> Result<Samples, MeasureError> {
    let cluster = Cluster::shared();
    let terraform = hosts::terraform();
    let mut bench = Bench {
        direct: cluster.kubeconfig(),
        proxy: Proxy::to(cluster.kubeconfig()),
        samples: Samples::default(),
    };
    if terraform.is_none() {
        let remark = "skipped: plans of Terraform, which is not on PATH".to_owned();
        bench.samples.remarks.push(remark);
    }
    for count in COUNTS {
        let last = lives(count);
        for life in 1..=last {
            let host = terraform.as_ref().filter(|_| life == last);
            bench.life(count, life == last, host).await?;
        }
    }
    Ok(bench.samples)
}

struct Bench<'b> {
    /// The way to the cluster without a detour.
    direct: &'b Path,
    proxy: Proxy,
    samples: Samples,
}

impl Bench<'_> {
    /// Creates runtimes, looks at them in the last of their lives, and destroys them.
    async fn life(
        &mut self,
        count: usize,
        is_last: bool,
        host: Option<&Host>,
    ) -> Result<(), MeasureError> {
        let mut runtimes = self.create(count).await?;
        if is_last {
            for _ in 0..READS {
                self.look(&runtimes).await?;
            }
            self.count_reads(&runtimes).await?;
            if let Some(host) = host {
                self.plan(host, &runtimes);
            }
        }
        if count <= FEW {
            self.update(&mut runtimes).await?;
        }
        let provider = self.counted().await?;
        let took = provider.destroy(&runtimes).await?;
        self.record(Figure::Destroy, count, took);
        provider.end().await;
        Ok(())
    }

    async fn create(&mut self, count: usize) -> Result<Vec<Runtime>, MeasureError> {
        let provider = self.counted().await?;
        let runtimes = (0..count).map(|_| provider.runtime(&fresh_id("b")));
        let mut runtimes = runtimes.collect::<Result<Vec<_>, _>>()?;
        let watches = self.watches(&runtimes).await;
        let took = provider.apply(&mut runtimes).await?;
        self.record(Figure::Create, count, took);
        self.waited(Figure::CreateWaiting, count, &watches, TRIAL);
        self.remember_peak(Figure::CreateMemory, count, &provider);
        provider.end().await;
        Ok(runtimes)
    }

    async fn update(&mut self, runtimes: &mut Vec<Runtime>) -> Result<(), MeasureError> {
        let count = runtimes.len();
        let provider = self.counted().await?;
        for runtime in runtimes.iter_mut() {
            provider.change(runtime)?;
        }
        let watches = self.watches(runtimes).await;
        let took = provider.apply(runtimes).await?;
        self.record(Figure::Update, count, took);
        self.waited(Figure::UpdateWaiting, count, &watches, Duration::ZERO);
        provider.end().await;
        Ok(())
    }

    /// Reads, and then plans, each in a process that knows nothing yet.
    async fn look(&mut self, runtimes: &[Runtime]) -> Result<(), MeasureError> {
        let count = runtimes.len();
        let provider = Provider::start(self.direct).await?;
        let took = provider.refresh(runtimes).await?;
        self.samples.add(Figure::Refresh, count, milliseconds(took));
        provider.end().await;
        let provider = Provider::start(self.direct).await?;
        let took = provider.settled(runtimes).await?;
        self.samples.add(Figure::Plan, count, milliseconds(took));
        self.remember_peak(Figure::PlanMemory, count, &provider);
        provider.end().await;
        Ok(())
    }

    /// Counts what a refresh asks, and asks just that.
    async fn count_reads(&mut self, runtimes: &[Runtime]) -> Result<(), MeasureError> {
        let count = runtimes.len();
        let provider = self.counted().await?;
        provider.refresh(runtimes).await?;
        provider.end().await;
        let calls = self.proxy.calls();
        self.samples.add_calls(Figure::Refresh, count, &calls);
        for _ in 0..READS {
            // Like the provider, it has no connection yet.
            let client = client_of(self.direct).await;
            let took = floor::time(&client, &calls).await?;
            self.samples.add(Figure::Floor, count, milliseconds(took));
        }
        Ok(())
    }

    fn plan(&mut self, host: &Host, runtimes: &[Runtime]) {
        let count = runtimes.len();
        let stages = [
            (Figure::Terraform, Stage::of(host, self.direct, runtimes)),
            (Figure::TerraformAlone, Stage::without_provider(host, count)),
        ];
        for _ in 0..PLANS {
            for (figure, stage) in &stages {
                self.samples.add(*figure, count, milliseconds(stage.plan()));
            }
        }
    }

    /// Starts a provider whose calls are counted from now on.
    async fn counted(&self) -> Result<Provider, MeasureError> {
        let provider = Provider::start(&self.proxy.kubeconfig()).await?;
        self.proxy.forget();
        Ok(provider)
    }

    fn record(&mut self, figure: Figure, count: usize, took: Duration) {
        self.samples.add(figure, count, milliseconds(took));
        let calls = self.proxy.calls();
        self.samples.add_calls(figure, count, &calls);
    }

    fn remember_peak(&mut self, figure: Figure, count: usize, provider: &Provider) {
        if let Some(mebibytes) = provider.peak_memory() {
            self.samples.add(figure, count, mebibytes);
        }
    }

    async fn watches(&self, runtimes: &[Runtime]) -> Vec<Watch> {
        let client = client_of(self.direct).await;
        let watches = runtimes.iter().map(|it| Watch::new(&client, &it.id));
        watches.collect()
    }

    /// Notes how long ago the last workload became available, but for what had to pass anyway.
    fn waited(&mut self, figure: Figure, count: usize, watches: &[Watch], anyway: Duration) {
        let now = Instant::now();
        let ready: Option<Vec<_>> = watches.iter().map(Watch::ready_since).collect();
        if let Some(last) = ready.and_then(|ready| ready.into_iter().max()) {
            let took = milliseconds(now.duration_since(last)) - milliseconds(anyway);
            self.samples.add(figure, count, took);
        }
    }
}

fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}
