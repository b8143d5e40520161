//! The promises, each a small function with a sentence for a name.

pub(crate) mod answers;
pub(crate) mod covered;
pub(crate) mod deadlines;
pub(crate) mod freshness;
pub(crate) mod picture;
pub(crate) mod rates;
pub(crate) mod sessions;
pub(crate) mod shown;
pub(crate) mod strangers;
pub(crate) mod writes;
