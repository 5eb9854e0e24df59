//! The command line: parse, build everything, run.
