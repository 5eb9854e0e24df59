//! What a postmortem says is to be done: the rows of its table of actions, and the boxes beside it.

use jiff::civil::Date;

use super::cells::with_cell;
use super::outline::{Cell, Outline, Spot, Table, Task, one_space, outline};
use crate::id::{Login, RepoName};

/// Something to be done so that it does not happen again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The line it stands in, from 1.
    pub line: u64,
    /// The column, from 1, in characters.
    pub column: u64,
    /// What is to be done; empty where nobody wrote that.
    pub title: String,
    /// Of which kind: prevent, mitigate, and so on; in the document's own words.
    pub kind: String,
    /// Who does it.
    pub owner: Named<Login>,
    /// Until when.
    pub due: Named<Date>,
    /// The issue or pull request in which it is done.
    pub link: Option<Link>,
    /// Whether its box is ticked.
    pub done: bool,
    place: Place,
}

/// Something that may have been left out, or be written in a way that nobody can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named<T> {
    /// Nothing stands there.
    Missing,
    /// This stands there, and is not read.
    Unread(String),
    /// This.
    Is(T),
}

impl<T> Named<T> {
    /// What it is, where that is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Missing | Self::Unread(_) => None,
        }
    }
}

/// An issue or a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where; `None` for the repository of the document.
    pub repo: Option<RepoName>,
    /// Its number there.
    pub number: u64,
}

/// How it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// A row: the number of the cell for the link, or else of the title.
    Row { link: Option<usize>, title: usize },
    /// A box.
    Task,
}

/// All that is to be done, in the order of the document. Empty rows are none.
pub fn actions(document: &str) -> Vec<Action> {
    outline(document).map_or_else(Vec::new, |outline| of(&outline))
}

/// The document with the address of an issue (`#12`) written to an action that has none. All else
/// stays, letter for letter.
pub fn with_link(document: &str, action: &Action, link: &str) -> String {
    let wanted = usize::try_from(action.line).unwrap_or(usize::MAX);
    let lines = document.split_inclusive('\n').enumerate();
    lines
        .map(|(nth, line)| {
            if nth + 1 != wanted {
                return line.to_owned();
            }
            match action.place {
                Place::Row {
                    link: Some(cell), ..
                } => with_cell(line, cell, link),
                Place::Row { link: None, title } => {
                    let title_now = super::plain::inline(&action.title);
                    with_cell(line, title, &format!("{title_now} ({link})"))
                }
                Place::Task => {
                    let end = line.trim_end().len();
                    let (words, rest) = line.split_at(end);
                    format!("{words} {link}{rest}")
                }
            }
        })
        .collect()
}

pub(super) fn of(outline: &Outline) -> Vec<Action> {
    let mut found: Vec<Action> = Vec::new();
    let mut sections = Vec::new();
    for table in &outline.tables {
        if let Some(columns) = Columns::of(table) {
            sections.extend(table.section);
            found.extend(table.rows.iter().filter_map(|row| columns.action(row)));
        }
    }
    for (nth, section) in outline.sections.iter().enumerate() {
        if is_about_actions(&section.title) {
            sections.push(nth);
        }
    }
    let there = |task: &&Task| task.section.is_some_and(|it| sections.contains(&it));
    found.extend(outline.tasks.iter().filter(there).map(of_task));
    found.sort_by_key(|action| (action.line, action.column));
    found
}

/// Whether a table is one of actions.
pub(super) fn is_table_of_actions(table: &Table) -> bool {
    Columns::of(table).is_some()
}

fn is_about_actions(title: &str) -> bool {
    let title = title.to_lowercase();
    let words = ["action item", "再発防止", "アクション", "todo", "やること"];
    words.iter().any(|word| title.contains(word))
}

/// Which column of a table is what.
struct Columns {
    title: usize,
    owner: usize,
    due: Option<usize>,
    link: Option<usize>,
    kind: Option<usize>,
}

impl Columns {
    /// A table is one of actions where it has a column for who, and one for when or where.
    fn of(table: &Table) -> Option<Self> {
        let heads: Vec<String> = table
            .head
            .iter()
            .map(|cell| cell.text.to_lowercase())
            .collect();
        let find = |words: &[&str]| {
            let fits = |head: &String| words.iter().any(|word| head.starts_with(word));
            heads.iter().position(fits)
        };
        let owner = find(&["who", "owner", "assignee", "担当", "責任"])?;
        let due = find(&["due", "deadline", "until", "期限", "期日", "締"]);
        let link = find(&[
            "issue",
            "pr",
            "pull",
            "link",
            "ticket",
            "bug",
            "リンク",
            "チケット",
        ]);
        if due.is_none() && link.is_none() {
            return None;
        }
        let kind = find(&["kind", "type", "種類", "種別", "分類"]);
        let taken = [Some(owner), due, link, kind];
        let title = (0..heads.len()).find(|nth| !taken.contains(&Some(*nth)))?;
        Some(Self {
            title,
            owner,
            due,
            link,
            kind,
        })
    }

    fn action(&self, row: &[Cell]) -> Option<Action> {
        if row.iter().all(|cell| cell.text.is_empty()) {
            return None;
        }
        let cell = |nth: Option<usize>| nth.and_then(|nth| row.get(nth));
        let words = |nth: Option<usize>| cell(nth).map_or("", |cell| cell.text.as_str());
        let spot = row.first().map_or(Spot::default(), |cell| cell.spot);
        let linked = [self.link, Some(self.title)];
        let link = linked.into_iter().filter_map(cell).find_map(link_in);
        Some(Action {
            line: spot.line as u64,
            column: spot.column as u64,
            title: words(Some(self.title)).to_owned(),
            kind: words(self.kind).to_owned(),
            owner: owner(words(Some(self.owner))),
            due: due(words(self.due)),
            link,
            done: false,
            place: Place::Row {
                link: self.link,
                title: self.title,
            },
        })
    }
}

/// `Watch the queue @ana 2021-10-31 #12`, in any order.
fn of_task(task: &Task) -> Action {
    let mut title = Vec::new();
    let (mut owner, mut due, mut link) = (Named::Missing, Named::Missing, None);
    for word in task.text.split_whitespace() {
        let bare = word.trim_matches(['(', ')', ',', '、', '（', '）', '—', '・', '[', ']']);
        let value = bare
            .rsplit_once([':', '：'])
            .map_or(bare, |(_, value)| value);
        let about_due = ["due", "期限", "期日"]
            .iter()
            .any(|it| bare.to_lowercase().starts_with(it));
        if let Some(login) = bare.strip_prefix('@').or(value.strip_prefix('@')) {
            owner = self::owner(&format!("@{login}"));
        } else if let Some(date) = date(value) {
            due = Named::Is(date);
        } else if let Some(found) = link_of(bare) {
            link = Some(found);
        } else if !(bare.is_empty() || (about_due && value.len() != bare.len())) {
            title.push(word);
        }
    }
    let linked = task.links.iter().find_map(|url| link_of(url));
    Action {
        line: task.spot.line as u64,
        column: task.spot.column as u64,
        title: title.join(" "),
        kind: String::new(),
        owner,
        due,
        link: link.or(linked),
        done: task.done,
        place: Place::Task,
    }
}

/// `@login`, or a login alone.
fn owner(said: &str) -> Named<Login> {
    if said.is_empty() {
        return Named::Missing;
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let bare = match said.split_once('@') {
        Some((_, rest)) => rest.split(|c| !fits(c)).next().unwrap_or_default(),
        None => said,
    };
    let is_login = (1..=39).contains(&bare.len())
        && bare.chars().all(fits)
        && bare.starts_with(|c: char| c.is_ascii_alphanumeric());
    if is_login {
        Named::Is(Login::from(bare))
    } else {
        Named::Unread(said.to_owned())
    }
}

fn due(said: &str) -> Named<Date> {
    if said.is_empty() {
        return Named::Missing;
    }
    date(said).map_or_else(|| Named::Unread(said.to_owned()), Named::Is)
}

/// `2021-10-31`, `2021/10/31`, `2021年10月31日`.
fn date(said: &str) -> Option<Date> {
    let said = said.trim().trim_end_matches('日');
    let parts: Vec<&str> = said.split(['-', '/', '年', '月']).collect();
    let [year, month, day] = parts[..] else {
        return None;
    };
    if year.len() != 4 || !said.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn link_in(cell: &Cell) -> Option<Link> {
    let linked = cell.links.iter().find_map(|url| link_of(url));
    linked.or_else(|| cell.text.split_whitespace().find_map(link_of))
}

/// `#12`, `owner/name#12`, or the address of an issue or a pull request.
fn link_of(said: &str) -> Option<Link> {
    let said = said.trim_matches(['(', ')', ',', '、', '（', '）', '<', '>', '[', ']']);
    let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
    if let Some((repo, digits)) = said.split_once('#')
        && !said.contains("://")
    {
        let number = number(digits)?;
        let whole = repo.split('/').filter(|part| !part.is_empty()).count() == 2;
        return match repo {
            "" => Some(Link { repo: None, number }),
            repo if whole => Some(Link {
                repo: Some(RepoName::from(repo)),
                number,
            }),
            _ => None,
        };
    }
    let (_, rest) = said.split_once("://")?;
    let rest = rest.split(['?', '#']).next()?;
    let parts: Vec<&str> = rest.split('/').collect();
    let [_, .., owner, name, "issues" | "pull", digits] = parts[..] else {
        return None;
    };
    Some(Link {
        repo: Some(RepoName::from(format!("{owner}/{name}").as_str())),
        number: number(digits)?,
    })
}

impl Action {
    /// Its title without what spaces are too many.
    pub fn summary(&self) -> String {
        one_space(&self.title)
    }
}

#[cfg(test)]
mod tests;
