//! The data sources.

mod krt;

pub(crate) use krt::KrtSource;
