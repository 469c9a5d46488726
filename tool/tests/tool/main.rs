//! The tool `sip-status`, from the outside.

mod captures;
mod decode;
mod divergence;
mod generate;
mod probe;
mod tour;
