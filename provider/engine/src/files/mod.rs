//! KRTs on disk: directories, `.krt` archives and bare manifests, all read to the same artefact.

mod directory;
mod error;
mod ignore;
mod krt;
mod open;
mod packed;
mod spool;

pub use self::{
    error::FilesError,
    ignore::{Ignore, IgnoreError},
    krt::{Krt, Selection},
};
