//! `sssbot playbook check` and `sssbot schema`: the organisation's rules, before they are pushed.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Failure, Speaking, put, to_mend};
use crate::i18n::both;
use crate::{playbook, teams};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what is wrong with a playbook: FILE:LINE:COLUMN: what
    ///
    /// Exits with 0 when nothing is wrong, with 1 when something is, with 2 when the file cannot be
    /// read.
    Check {
        /// The playbook; `-` reads it from standard input
        #[arg(default_value = playbook::PATH)]
        file: PathBuf,
        #[command(flatten)]
        speaking: Speaking,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct SchemaArgs {
    /// Which file's schema
    #[arg(value_enum)]
    of: Of,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Of {
    /// .github/sssbot.yaml
    Playbook,
    /// userteams.yaml and userteams/*.yaml
    Teams,
}

pub(super) fn run(args: Args) -> Result<(), Failure> {
    let Command::Check { file, speaking } = args.command;
    let lang = speaking.lang;
    let (name, text) = read(&file)?;
    match playbook::parse(&text) {
        Ok(good) => {
            let (services, types) = (good.services.len(), good.types.len());
            let (levels, feelings) = (good.levels.len(), good.feelings.len());
            let said = both!(
                "{name}: 誤りはありません。サービス {services}、類型 {types}、事象レベル {levels}、温度感 {feelings}",
                "{name}: nothing is wrong; services {services}, types {types}, levels {levels}, feelings {feelings}"
            );
            put(said.say(lang));
            Ok(())
        }
        Err(problems) => {
            for problem in &problems {
                let (line, column) = (problem.line, problem.column);
                eprintln!("{name}:{line}:{column}: {}", problem.message.say(lang));
            }
            let count = to_mend(problems.len(), lang);
            Err(Failure::Other(format!("{name}: {count}")))
        }
    }
}

/// The schema, for `# yaml-language-server: $schema=…`.
pub(super) fn schema(args: &SchemaArgs) -> Result<(), Failure> {
    let schema = match args.of {
        Of::Playbook => playbook::schema(),
        Of::Teams => teams::schema(),
    };
    put(&format!("{schema:#}"));
    Ok(())
}

/// The file's name for people, and what is in it.
fn read(file: &Path) -> Result<(String, String), Failure> {
    let name = file.display().to_string();
    let failed = |error: std::io::Error| Failure::Settings(format!("sssbot: {name}: {error}"));
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(failed)?;
        return Ok(("<stdin>".to_owned(), text));
    }
    let text = std::fs::read_to_string(file).map_err(failed)?;
    Ok((name, text))
}
