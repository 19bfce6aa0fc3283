//! Waiting for workloads of a real control plane, whose pods meet all kinds of fates.

mod ends;
mod fates;
mod readiness;
mod refusals;
mod rollouts;
mod stage;
mod volumes;
