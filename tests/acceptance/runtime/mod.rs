//! `kre_runtime`, on a real cluster.

mod life;
