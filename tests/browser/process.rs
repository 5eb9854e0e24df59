//! Programs that the tests start: each says where it listens, and ends with the test.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use tempfile::TempDir;

use crate::PATIENCE;

/// A program that runs, and is killed when this is dropped; what it left in its directory for
/// temporary files goes with it.
pub struct Process {
    child: Child,
    dir: TempDir,
}

impl Process {
    /// Starts `command` and waits for the line of its output in which `wanted` finds something.
    ///
    /// # Panics
    /// When it does not start (`missing` says what to do then), or does not say it in time.
    pub fn start(
        command: &mut Command,
        missing: &str,
        wanted: impl Fn(&str) -> Option<String> + Send + 'static,
    ) -> (Self, String) {
        let started = Self::try_to_start(command, missing, wanted);
        started.unwrap_or_else(|why| panic!("{why}"))
    }

    /// As [`Process::start`], of a program that may fail to listen for reasons of its own.
    ///
    /// # Errors
    /// When it ends before it says it, or does not say it in time.
    ///
    /// # Panics
    /// When there is no such program.
    pub fn try_to_start(
        command: &mut Command,
        missing: &str,
        wanted: impl Fn(&str) -> Option<String> + Send + 'static,
    ) -> Result<(Self, String), String> {
        let dir = tempfile::tempdir().unwrap();
        command.env("TMPDIR", dir.path());
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{command:?}: {error}. {missing}"));
        let output = child.stdout.take().unwrap();
        let process = Self { child, dir };
        let (found, hears) = mpsc::channel();
        // Read to the end: a program whose output nobody takes stops at a full pipe.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(what) = wanted(&line) {
                    let _ = found.send(what);
                }
            }
        });
        match hears.recv_timeout(PATIENCE) {
            Ok(what) => Ok((process, what)),
            Err(RecvTimeoutError::Timeout) => Err(format!(
                "{command:?} does not say where it listens in {PATIENCE:?}"
            )),
            Err(RecvTimeoutError::Disconnected) => Err(format!(
                "{command:?} ended and did not say where it listens"
            )),
        }
    }

    /// Its directory for temporary files.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
