//! The command line: parse, build everything, run.

pub mod demo;
