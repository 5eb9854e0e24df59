//! Where the program starts.

use std::process::ExitCode;

fn main() -> ExitCode {
    sssbot::cli::main()
}
