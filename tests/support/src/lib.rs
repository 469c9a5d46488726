//! What the tests of several packages need, written once.
