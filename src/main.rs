//! Where the program starts.

fn main() {}
