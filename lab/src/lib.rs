//! A laboratory for one line.
