//! The disk in trouble, with the real program: nothing is accepted that is not stored, it says what
//! is wrong, and it goes on when that is over.
//!
//! Nothing of this needs more rights than an ordinary person has. A full disk is a limit on how long
//! the program's files may become, moved while it runs (`prlimit`): what would grow them fails, what
//! is there stays. A database that cannot be written to is one whose files say so; a super-user
//! ignores that, so the program is then run without a super-user's rights (`setpriv`).

#![allow(clippy::unwrap_used)]

mod rig;

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rig::{Program, Settings};
use serde_json::{Value, json};
use sqlx::Executor as _;
use sssbot::clock::Clock;
use sssbot::sandbox::Sandbox;
use sssbot::sandbox::slack::NewPerson;
use tempfile::TempDir;

const CHANNEL: &str = "shop-20210101i";
/// Longer than anything here may take, on a machine with other things to do.
const SOON: Duration = Duration::from_secs(240);

/// A program with a sandbox, in the machine's time.
struct Place {
    sandbox: Sandbox,
    dir: TempDir,
    settings: Settings,
    program: Option<Program>,
}

impl Place {
    async fn open() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let clock = Clock::machine();
        let sandbox = Sandbox::start(&clock, any, any, None).await.unwrap();
        sandbox.github.add_repo("acme/postmortem", true).unwrap();
        sandbox.github.install(&["acme/postmortem"]).unwrap();
        let maker = sandbox.slack.add_user(NewPerson::named("maker"));
        let made = sandbox.slack.create_channel(CHANNEL, &maker, false);
        sandbox
            .slack
            .invite(&made.unwrap(), &sandbox.slack.bot(), &maker);
        let dir = tempfile::tempdir().unwrap();
        let mut settings = rig::settings(&sandbox, dir.path(), rig::free_address());
        // The sandbox's GitHub knows nothing of what these deliveries tell: a look at it would find
        // that all of it is gone.
        settings.push(("SSSBOT_SWEEP_SECONDS", "0".to_owned()));
        let program = Some(start(&settings, dir.path()).await);
        let place = Self {
            sandbox,
            dir,
            settings,
            program,
        };
        assert_eq!(place.comment(0).await, 202);
        place.told(&["0"]).await;
        place
    }

    fn program(&self) -> &Program {
        self.program.as_ref().unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        files(self.dir.path())
    }

    /// Delivers a comment that says `word-ID`, and gives the status of the answer.
    async fn comment(&self, id: u64) -> u16 {
        let body = json!({
            "action": "created",
            "issue": {"number": 1, "title": format!("#{CHANNEL} payments fail")},
            "comment": {"id": id, "user": {"login": "hanako"}, "body": format!("word-{id}")},
            "repository": {"full_name": "acme/postmortem"},
            "sender": {"login": "hanako"},
        });
        let (body, to) = (body.to_string(), self.program().address);
        let (secret, id) = (&self.sandbox.keys.webhook_secret, format!("d-{id}"));
        rig::deliver(to, secret, "issue_comment", &id, body.as_bytes()).await
    }

    /// Returns once the channel shows the comments with these numbers, in this order and each once.
    /// One whose sender lost patience may have been kept all the same, and is shown once, too.
    async fn told(&self, ids: &[&str]) {
        let shown = || {
            let names = self.sandbox.slack.names();
            let view = self.sandbox.slack.channel(CHANNEL).unwrap();
            let texts = view.messages.iter().filter(|message| message.by_bot);
            // One message tells of several that waited together.
            let ids = texts.flat_map(|message| {
                let text = message.plain(&names, sssbot::sandbox::slack::Links::Hidden);
                let said = text.split("word-").skip(1);
                let id = |said: &str| said.chars().take_while(char::is_ascii_digit).collect();
                said.map(id).collect::<Vec<String>>()
            });
            ids.collect::<Vec<_>>()
        };
        let begun = Instant::now();
        loop {
            let all = shown();
            let once: BTreeSet<_> = all.iter().collect();
            assert_eq!(once.len(), all.len(), "{all:?}");
            if all.iter().filter(|id| ids.contains(&id.as_str())).eq(ids) {
                return;
            }
            let late = begun.elapsed() > SOON;
            assert!(!late, "{all:?}:\n{}", self.program().said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What `/readyz` says of the database; `None` when it is well.
    async fn not_ready(&self) -> Option<String> {
        let url = format!("http://{}/readyz", self.program().address);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(url).send().await.unwrap();
        let status = answer.status().as_u16();
        let found: Value = answer.json().await.unwrap();
        let error = found["checks"]["database"]["error"].as_str();
        assert_eq!(status, if error.is_none() { 200 } else { 503 }, "{found}");
        error.map(str::to_owned)
    }

    /// While there is trouble the program lives, says what is wrong where it is asked, refuses all
    /// that comes, and has one line about it in its log.
    async fn is_in_trouble(&self, first: u64, said: &str) {
        let begun = Instant::now();
        loop {
            // What was found is told again for ten seconds.
            match self.not_ready().await {
                Some(error) if error.contains(said) => break,
                other => assert!(begun.elapsed() < SOON, "{other:?}"),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        for _ in 0..3 {
            let many = (first..first + 20).map(|id| self.comment(id));
            let answers = futures::future::join_all(many).await;
            assert_eq!(answers, [503; 20], "{}", self.program().said());
        }
        assert_eq!(
            self.program().get("/healthz").await.as_deref(),
            Some("ok\n")
        );
        let log = fs::read_to_string(self.log()).unwrap();
        let lines = log.lines().filter(|line| line.contains(said));
        let lines = lines.filter(|line| line.contains("what comes in is refused"));
        assert_eq!(lines.count(), 1, "{log}");
        assert!(log.lines().count() < 20, "{log}");
        assert!(!log.contains("panicked"), "{log}");
    }

    /// When the trouble is over it goes on by itself.
    async fn is_well_again(&self, next: u64) {
        let begun = Instant::now();
        while self.comment(next).await != 202 {
            assert!(begun.elapsed() < SOON, "{}", self.program().said());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        while self.not_ready().await.is_some() {
            assert!(begun.elapsed() < SOON, "{}", self.program().said());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let log = fs::read_to_string(self.log()).unwrap();
        let over = "the database takes writes again";
        assert!(log.contains(over), "{log}");
    }

    fn log(&self) -> PathBuf {
        log(self.dir.path())
    }
}

fn log(dir: &Path) -> PathBuf {
    dir.join("log")
}

/// The files of the database, as far as they are there.
fn files(dir: &Path) -> Vec<PathBuf> {
    let all = ["", "-wal", "-shm"].map(|end| dir.join(format!("sssbot.sqlite3{end}")));
    all.into_iter().filter(|file| file.exists()).collect()
}

/// The program, with the signal ignored that would end it when a file becomes too long, and without
/// the right to write where permissions say no.
fn command(settings: &Settings) -> Command {
    let super_user = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = if super_user {
        let mut command = Command::new("setpriv");
        command.args(["--bounding-set=-all", "--inh-caps=-all", "/bin/sh"]);
        command
    } else {
        Command::new("/bin/sh")
    };
    command.args(["-c", "trap '' XFSZ; exec \"$0\" serve", rig::PROGRAM]);
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command.envs(settings.iter().map(|(name, value)| (*name, value)));
    command
}

async fn start(settings: &Settings, dir: &Path) -> Program {
    let mut program = Program::start(command(settings), settings, &log(dir));
    program.answers().await;
    program
}

/// The last words of a program that cannot start.
fn does_not_start(settings: &Settings) -> String {
    let output = command(settings).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    let mut lines = said.lines();
    let (last, more) = (lines.next().unwrap_or_default(), lines.next());
    assert_eq!(more, None, "one line");
    last.strip_prefix("sssbot: ").unwrap().to_owned()
}

fn allow(files: &[PathBuf], mode: u32) {
    for file in files {
        fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_another_program_holds() {
    let place = Place::open().await;
    let mut other = rig::another_program(place.dir.path()).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    place.is_in_trouble(100, "locked by another program").await;
    other.execute("ROLLBACK").await.unwrap();
    place.is_well_again(1).await;
    place.told(&["0", "1"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk() {
    let place = Place::open().await;
    let grows = files(place.dir.path())[1].clone();
    let size = fs::metadata(grows).unwrap().len();
    let limit = |most: &str| {
        let id = place.program().id().to_string();
        let mut prlimit = Command::new("prlimit");
        prlimit.args(["--pid", &id, &format!("--fsize={most}:")]);
        assert!(prlimit.status().unwrap().success());
    };
    // Room for a few, until there is none: what was accepted is told, whatever comes then.
    limit(&(size + 64 * 1024).to_string());
    let mut accepted = vec![String::from("0")];
    let mut id = 1;
    while place.comment(id).await == 202 {
        accepted.push(id.to_string());
        id += 1;
    }
    assert!(accepted.len() > 1, "there was some room");
    place.is_in_trouble(100, "is the disk full").await;
    limit("unlimited");
    place.is_well_again(200).await;
    accepted.push(String::from("200"));
    let accepted: Vec<_> = accepted.iter().map(String::as_str).collect();
    place.told(&accepted).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_may_only_be_read() {
    let place = Place::open().await;
    let mut other = rig::another_program(place.dir.path()).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    other.execute("ROLLBACK").await.unwrap();
    // Both hold their files open, so this alone changes nothing. What makes it open them again is
    // another trouble.
    let all = place.files();
    allow(&all, 0o444);
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(place.comment(50).await, 503);
    other.execute("ROLLBACK").await.unwrap();
    place.is_in_trouble(100, "read-only").await;
    allow(&all, 0o644);
    place.is_well_again(1).await;
    place.told(&["0", "1"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_was_overwritten_or_is_gone() {
    let mut place = Place::open().await;
    for file in place.files() {
        let noise = vec![b'!'; fs::metadata(&file).unwrap().len() as usize];
        fs::write(file, noise).unwrap();
    }
    place.is_in_trouble(100, "damaged").await;
    place.program.take().unwrap().kill();
    let said = does_not_start(&place.settings);
    assert!(
        said.contains("damaged") && said.contains("move it away"),
        "{said}"
    );

    // As it says: away with it, and what was said is known again.
    for file in place.files() {
        fs::remove_file(file).unwrap();
    }
    fs::remove_file(place.log()).unwrap();
    place.program = Some(start(&place.settings, place.dir.path()).await);
    for id in [0, 1] {
        assert_eq!(place.comment(id).await, 202);
    }
    place.told(&["0", "1"]).await;

    for file in place.files() {
        fs::remove_file(file).unwrap();
    }
    place.is_in_trouble(100, "moved, replaced or deleted").await;
    place.program.take().unwrap().kill();
    fs::remove_file(place.log()).unwrap();
    place.program = Some(start(&place.settings, place.dir.path()).await);
    for id in [0, 1, 2] {
        assert_eq!(place.comment(id).await, 202);
    }
    place.told(&["0", "1", "2"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_its_start_it_says_what_to_do() {
    let mut place = Place::open().await;
    place.program.take().unwrap().kill();
    let (dir, settings) = (&place.dir, &place.settings);
    let all = files(dir.path());
    allow(&all, 0o444);
    let said = does_not_start(settings);
    assert!(said.contains("must be writable"), "{said}");
    allow(&all, 0o644);
    let mut other = rig::another_program(dir.path()).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let said = does_not_start(settings);
    assert!(said.contains("a second sssbot"), "{said}");
    other.execute("ROLLBACK").await.unwrap();
    start(settings, dir.path()).await;
}
