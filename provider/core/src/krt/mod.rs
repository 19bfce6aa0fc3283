//! KRT: the files that users describe versions with.

pub mod archive;
