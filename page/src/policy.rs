//! The named policies.

use sip_status_line::Parser;

/// A policy, and what it is for.
#[derive(Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) parser: Parser,
}

/// All of them, the strictest first.
pub(crate) const POLICIES: [Policy; 3] = [
    Policy {
        name: "STRICT",
        about: "RFC 3261 and nothing more",
        parser: Parser::STRICT,
    },
    Policy {
        name: "INTEROP",
        about: "also what deployed stacks send and whose meaning is settled: for proxies",
        parser: Parser::INTEROP,
    },
    Policy {
        name: "OBSERVE",
        about: "also what only a decoder should take",
        parser: Parser::OBSERVE,
    },
];
