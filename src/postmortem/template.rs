//! Templates: Markdown with placeholders in braces, `{summary}`. A brace itself is written `{{`.

use std::fmt;

use crate::i18n::Lang;
use crate::i18n::postmortem::{Writing, fill};
use crate::yaml;

macro_rules! holes {
    ($($(#[$doc:meta])* $name:ident: $word:literal;)*) => {
        /// What a template may leave to be filled in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Hole {
            $($(#[$doc])* $name,)*
        }

        impl Hole {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The words of all of them.
            pub const WORDS: &[&str] = &[$($word,)*];

            /// What stands in the braces.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

holes! {
    /// What the organisation calls such a document.
    Name: "name";
    /// The channel's name, without `#`.
    Channel: "channel";
    /// The service's id.
    Service: "service";
    /// The type's name.
    Type: "type";
    /// The level, with its icon.
    Level: "level";
    /// Every level that it had, in order.
    Levels: "levels";
    /// The handler.
    Handler: "handler";
    /// Everybody who led, and who took part.
    People: "people";
    /// The issue's address.
    Issue: "issue";
    /// Whether it was practice: yes or no.
    Drill: "drill";
    /// What it was about.
    Summary: "summary";
    /// When it was declared.
    Declared: "declared";
    /// When it was noticed.
    Detected: "detected";
    /// When somebody began to do something about it.
    Responded: "responded";
    /// When its effect was gone.
    Recovered: "recovered";
    /// When all work was done.
    Resolved: "resolved";
    /// From the detection to the recovery.
    Duration: "duration";
    /// A table of everything that happened.
    Timeline: "timeline";
}

impl Hole {
    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|hole| hole.word() == word)
    }
}

/// Where a placeholder stands, which says how what fills it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the front matter: a value of YAML.
    Front,
    /// Among other words, or in a table: one line.
    Within,
    /// Alone on its line: as many lines as it needs.
    Alone,
}

/// The keys of the front matter that every draft has and that a template leaves alone.
pub const FRONT: &[&str] = &[
    "incident",
    "channel",
    "service",
    "type",
    "level",
    "drill",
    "declared",
    "detected",
    "responded",
    "recovered",
    "resolved",
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole(Hole, Place),
}

/// A template that can be filled in; the usual one asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    /// Lines of front matter of the organisation's own.
    front: Vec<Piece>,
    body: Vec<Piece>,
}

/// What is wrong with a template, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// From 1.
    pub line: u64,
    /// From 1, in characters.
    pub column: u64,
    /// What.
    pub wrong: Wrong,
}

/// What can be wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// There is no file.
    Missing,
    /// Nothing fills this.
    Unknown {
        /// What stands in the braces.
        said: String,
        /// What was probably meant.
        meant: Option<&'static str>,
    },
    /// The brace is not closed on its line.
    Unclosed,
    /// A key of the front matter that is ours.
    Reserved(&'static str),
    /// The front matter has no end.
    Front,
}

impl Problem {
    /// That there is no such file.
    pub fn missing(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            line: 1,
            column: 1,
            wrong: Wrong::Missing,
        }
    }

    /// The sentence, without the place.
    pub fn say(&self, lang: Lang) -> String {
        match &self.wrong {
            Wrong::Missing => fill(Writing::TemplateMissing, lang, &[("path", &self.path)]),
            Wrong::Unknown { said, meant } => {
                let said = format!("{{{said}}}");
                match meant {
                    Some(meant) => {
                        let meant = format!("{{{meant}}}");
                        let with = [("said", said.as_str()), ("meant", meant.as_str())];
                        fill(Writing::TemplateMeant, lang, &with)
                    }
                    None => {
                        let known: Vec<String> = Hole::WORDS
                            .iter()
                            .map(|word| format!("{{{word}}}"))
                            .collect();
                        let known = known.join(" ");
                        let with = [("said", said.as_str()), ("known", known.as_str())];
                        fill(Writing::TemplateUnknown, lang, &with)
                    }
                }
            }
            Wrong::Unclosed => Writing::TemplateUnclosed.say(lang).to_owned(),
            Wrong::Reserved(key) => fill(Writing::TemplateReserved, lang, &[("key", key)]),
            Wrong::Front => Writing::TemplateFront.say(lang).to_owned(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, line, column) = (&self.path, self.line, self.column);
        write!(f, "{path}:{line}:{column}: {}", self.say(Lang::En))
    }
}

/// The template of an organisation that has none of its own.
pub fn built_in(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => include_str!("../../postmortem-template/postmortems/TEMPLATE.ja.md"),
        Lang::En => include_str!("../../postmortem-template/postmortems/TEMPLATE.en.md"),
    }
}

/// Reads a template; `path` is where it stands, for whoever has to mend it.
///
/// # Errors
/// All that is wrong with it, in order.
pub fn parse(text: &str, path: &str) -> Result<Template, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        path,
        problems: Vec::new(),
    };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let fence = |line: &&str| line.trim_end() == "---";
    let mut body_at = 0;
    let mut front = Vec::new();
    if lines.first().is_some_and(fence) {
        match lines
            .iter()
            .skip(1)
            .position(|line| line.trim_end() == "---")
        {
            Some(length) => {
                for (nth, line) in lines[1..=length].iter().enumerate() {
                    reader.own_key(line, nth + 2);
                    reader.line(line, nth + 2, true, &mut front);
                }
                body_at = length + 2;
            }
            None => reader.wrong(1, 1, Wrong::Front),
        }
    }
    let mut body = Vec::new();
    for (nth, line) in lines.iter().enumerate().skip(body_at) {
        reader.line(line, nth + 1, false, &mut body);
    }
    match reader.problems {
        problems if problems.is_empty() => Ok(Template { front, body }),
        problems => Err(problems),
    }
}

struct Reader<'a> {
    path: &'a str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn wrong(&mut self, line: usize, column: usize, wrong: Wrong) {
        self.problems.push(Problem {
            path: self.path.to_owned(),
            line: line as u64,
            column: column as u64,
            wrong,
        });
    }

    /// A key of the front matter must not be one of ours: YAML takes no key twice.
    fn own_key(&mut self, line: &str, number: usize) {
        let key = line.split_once(':').map(|(key, _)| key.trim_end());
        let key = key.map(|key| key.trim_matches(['"', '\'']));
        if let Some(ours) = FRONT.iter().find(|ours| Some(**ours) == key) {
            self.wrong(number, 1, Wrong::Reserved(ours));
        }
    }

    fn line(&mut self, line: &str, number: usize, front: bool, out: &mut Vec<Piece>) {
        let mut text = String::new();
        let mut at = 0;
        while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(found) = rest.find(['{', '}']) else {
                text.push_str(rest);
                break;
            };
            text.push_str(&rest[..found]);
            at += found;
            let rest = &line[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                text.push_str(&rest[..1]);
                at += 2;
                continue;
            }
            if rest.starts_with('}') {
                text.push('}');
                at += 1;
                continue;
            }
            let column = line[..at].chars().count() + 1;
            let Some(end) = rest.find('}') else {
                self.wrong(number, column, Wrong::Unclosed);
                break;
            };
            let said = &rest[1..end];
            let behind = &rest[end + 1..];
            match Hole::of(said.trim()) {
                Some(hole) => {
                    let alone = line[..at].trim().is_empty() && behind.trim().is_empty();
                    let place = match (front, alone) {
                        (true, _) => Place::Front,
                        (false, true) => Place::Alone,
                        (false, false) => Place::Within,
                    };
                    if !text.is_empty() {
                        out.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    out.push(Piece::Hole(hole, place));
                }
                None => {
                    let said: String = said.chars().take(40).collect();
                    let meant = yaml::meant(said.trim(), Hole::WORDS);
                    self.wrong(number, column, Wrong::Unknown { said, meant });
                }
            }
            at += end + 1;
        }
        if !text.is_empty() {
            out.push(Piece::Text(text));
        }
    }
}

impl Template {
    /// The body, filled in.
    pub fn body(&self, value: impl Fn(Hole, Place) -> String) -> String {
        filled(&self.body, value)
    }

    /// The organisation's own lines of front matter, filled in.
    pub fn front(&self, value: impl Fn(Hole, Place) -> String) -> String {
        filled(&self.front, value)
    }
}

fn filled(pieces: &[Piece], value: impl Fn(Hole, Place) -> String) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Hole(hole, place) => value(*hole, *place),
    };
    pieces.iter().map(piece).collect()
}

#[cfg(test)]
mod tests;
