//! The commands, a file or folder each: arguments in, what is printed out.

pub(crate) mod check;
pub(crate) mod codes;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod probe;
