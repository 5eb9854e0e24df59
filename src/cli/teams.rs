//! `sssbot teams`: the team definitions before they are pushed, and without the server.

mod workspace;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use jiff::Timestamp;

use super::{Failure, Speaking, put, to_mend};
use crate::clock::Clock;
use crate::config::TalkArgs;
use crate::i18n::{Lang, Words, both};
use crate::teams::{
    FOLDER, Live, PATH, Plan, Problem, Spec, export, export_into, is_path, plan, schema,
};
use workspace::Workspace;

/// Something would change, or has changed.
const CHANGES: u8 = 2;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what is wrong with the files, asking nobody: FILE:LINE:COLUMN: what
    Check(Files),
    /// Say what the files would change in Slack
    Plan(Against),
    /// Change Slack as the plan says
    Apply(Apply),
    /// Print a file that says what Slack has now
    Export(Export),
    /// Print the JSON Schema of a team file, for editors
    Schema,
}

#[derive(Debug, clap::Args)]
struct Files {
    /// The file, or the folder that has userteams.yaml and userteams/
    #[arg(default_value = ".")]
    at: PathBuf,
    #[command(flatten)]
    speaking: Speaking,
}

#[derive(Debug, clap::Args)]
struct Against {
    #[command(flatten)]
    files: Files,
    /// The files as they were applied last: what Slack has otherwise by itself is then told apart,
    /// and teams that are gone are disabled
    #[arg(long, value_name = "PATH")]
    applied: Option<PathBuf>,
    #[command(flatten)]
    talk: TalkArgs,
}

#[derive(Debug, clap::Args)]
struct Apply {
    #[command(flatten)]
    against: Against,
    /// What the plan asks to be confirmed, where it does
    #[arg(long, value_name = "HASH")]
    confirm: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Export {
    /// A file, or a folder, that is there already: it is printed with what it lacks, and is left as
    /// it is otherwise
    file: Option<PathBuf>,
    #[command(flatten)]
    speaking: Speaking,
    #[command(flatten)]
    talk: TalkArgs,
}

/// How it ended.
enum Outcome {
    /// There is nothing to do.
    Nothing,
    /// Something would change, or has changed.
    Changes,
}

pub(super) async fn run(args: Args) -> ExitCode {
    let outcome = match args.command {
        Command::Check(files) => check(&files),
        Command::Plan(against) => show(&against).await,
        Command::Apply(args) => apply(&args).await,
        Command::Export(args) => write_out(&args).await,
        Command::Schema => {
            put(&format!("{:#}", schema()));
            Ok(Outcome::Nothing)
        }
    };
    match outcome {
        Ok(Outcome::Nothing) => ExitCode::SUCCESS,
        Ok(Outcome::Changes) => ExitCode::from(CHANGES),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// The team files at a path: that one, or those of a folder.
fn read(at: &Path) -> Result<Vec<(String, String)>, Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::Other(format!("sssbot: {}: {error}", path.display()))
    };
    let text = |path: &Path| std::fs::read_to_string(path).map_err(|error| failed(path, error));
    if !at.is_dir() {
        return Ok(vec![(at.display().to_string(), text(at)?)]);
    }
    let mut paths = vec![PATH.to_owned()];
    if let Ok(folder) = std::fs::read_dir(at.join(FOLDER)) {
        let names = folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut inside: Vec<String> = names.map(|name| format!("{FOLDER}/{name}")).collect();
        inside.sort();
        paths.extend(inside);
    }
    let mut files = Vec::new();
    for path in paths.into_iter().filter(|path| is_path(path)) {
        let whole = at.join(&path);
        if whole.is_file() {
            files.push((path, text(&whole)?));
        }
    }
    if files.is_empty() {
        let said = format!("sssbot: there is no {PATH} in {}", at.display());
        return Err(Failure::Other(said));
    }
    Ok(files)
}

fn spec(files: &[(String, String)], lang: Lang) -> Result<Spec, Failure> {
    Spec::read(files).map_err(|problems| wrong(&problems, lang))
}

/// All problems, as editors and people find them.
fn wrong(problems: &[Problem], lang: Lang) -> Failure {
    let line = |problem: &Problem| {
        let (file, at) = (&problem.file, &problem.at);
        let written = at.anchor.map_or(String::new(), |(line, column)| {
            let said = both!(
                "（{file}:{line}:{column} に書かれたもの）",
                " (written at {file}:{line}:{column})"
            );
            said.say(lang).to_owned()
        });
        let message = at.message.say(lang);
        format!("{file}:{}:{}: {message}{written}", at.line, at.column)
    };
    let mut lines: Vec<String> = problems.iter().map(line).collect();
    lines.push(to_mend(problems.len(), lang));
    Failure::Other(lines.join("\n"))
}

fn check(files: &Files) -> Result<Outcome, Failure> {
    let lang = files.speaking.lang;
    let spec = spec(&read(&files.at)?, lang)?;
    let (teams, people) = (spec.teams.len(), spec.people.len());
    let said = both!(
        "誤りはありません。チーム {teams}、人 {people}",
        "nothing is wrong; teams {teams}, people {people}"
    );
    put(said.say(lang));
    Ok(Outcome::Nothing)
}

/// What there would be to do.
async fn planned(
    against: &Against,
    slack: &mut Workspace,
    now: Timestamp,
) -> Result<(Plan, Live), Failure> {
    let lang = against.files.speaking.lang;
    let wanted = spec(&read(&against.files.at)?, lang)?;
    let applied = against.applied.as_deref().map(read).transpose()?;
    let applied = applied.map(|files| spec(&files, lang)).transpose()?;
    let live = slack.live(&wanted).await?;
    let made = plan(&wanted, applied.as_ref(), &live, now, &Default::default());
    Ok((made.map_err(|problems| wrong(&problems, lang))?, live))
}

fn print(plan: &Plan, lang: Lang) {
    for line in plan.lines(lang) {
        put(&line.text);
    }
}

async fn show(against: &Against) -> Result<Outcome, Failure> {
    let clock = Clock::machine();
    let mut slack = Workspace::of(&against.talk, &clock)?;
    let (plan, _) = planned(against, &mut slack, clock.now()).await?;
    print(&plan, against.files.speaking.lang);
    Ok(match plan.is_empty() {
        true => Outcome::Nothing,
        false => Outcome::Changes,
    })
}

async fn apply(args: &Apply) -> Result<Outcome, Failure> {
    let lang = args.against.files.speaking.lang;
    let failed = |said: Words| Failure::Other(said.say(lang).to_owned());
    let clock = Clock::machine();
    let mut slack = Workspace::of(&args.against.talk, &clock)?;
    let (first, _) = planned(&args.against, &mut slack, clock.now()).await?;
    print(&first, lang);
    if first.is_empty() {
        return Ok(Outcome::Nothing);
    }
    let hash = first.short_hash();
    if first.needs_confirmation() && args.confirm.as_deref() != Some(hash.as_str()) {
        return Err(failed(both!(
            "何も変えていません。このままでよければ: --confirm {hash}",
            "nothing was done; if it is meant so: --confirm {hash}"
        )));
    }
    let mut plan = first.clone();
    let mut refused = Vec::new();
    // Each pass ends with a look at Slack, which has the last word on what was done.
    for _ in 0..PASSES {
        refused = slack.perform(&plan).await?;
        let (left, _) = planned(&args.against, &mut slack, clock.now()).await?;
        // What another has changed meanwhile is not what was shown.
        if !left.losses().beyond(&first.losses()).is_none() {
            return Err(failed(both!(
                "途中で誰かが Slack を変えたため、見せたものより多くが外れます。ここで止めました",
                "somebody has changed Slack meanwhile: more would be taken away than was shown; nothing more was done"
            )));
        }
        if left.is_empty() {
            return Ok(Outcome::Changes);
        }
        if !refused.is_empty() && refused.len() >= left.calls() {
            break;
        }
        plan = left;
    }
    let lines: Vec<String> = refused
        .iter()
        .map(|(team, why)| format!("{team}: {why}"))
        .collect();
    Err(match lines.is_empty() {
        true => failed(both!(
            "すべては終わりませんでした。もう一度実行してください",
            "not all of it was done; run it again"
        )),
        false => Failure::Other(lines.join("\n")),
    })
}

/// How often Slack is looked at again after it was changed.
const PASSES: usize = 5;

async fn write_out(args: &Export) -> Result<Outcome, Failure> {
    let clock = Clock::machine();
    let mut slack = Workspace::of(&args.talk, &clock)?;
    let before = args.file.as_deref().map(read).transpose()?;
    let live = slack.live_with_channels().await?;
    let Some(before) = before else {
        put(export(&live).trim_end());
        return Ok(Outcome::Changes);
    };
    let changed = export_into(&before, &live, clock.now());
    let changed = changed.map_err(|refusal| Failure::Other(refusal.say(args.speaking.lang)))?;
    for (path, text) in &changed {
        if changed.len() > 1 {
            put(&format!("# {path}"));
        }
        put(text.trim_end());
    }
    Ok(match changed.is_empty() {
        true => Outcome::Nothing,
        false => Outcome::Changes,
    })
}
