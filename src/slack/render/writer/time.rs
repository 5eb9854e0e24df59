//! Times: a token that Slack shows to every reader in their own zone.

use jiff::Timestamp;

use super::Writer;
use super::label::LONGEST_LINK;
use crate::slack::render::links;

impl Writer<'_> {
    /// A moment, to the minute, that leads to `url` where that may be a link. Mails and clients
    /// that know no such token show it in UTC.
    pub(in crate::slack::render) fn time(&mut self, at: Timestamp, url: Option<&str>) {
        let in_utc = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        let seconds = at.as_second();
        // Slack counts from 1970, and has no tokens within the words of a link.
        if self.label.is_some() || seconds < 0 {
            match url {
                Some(url) => self.link(url, &in_utc),
                None => self.bare(&in_utc),
            }
            return;
        }
        let target = url
            .and_then(|url| links::target(url, self.refs.source()))
            .filter(|target| target.starts_with("http") && target.len() < LONGEST_LINK / 2);
        let link = target.map_or_else(String::new, |target| {
            format!("^{}", target.replace('&', "&amp;"))
        });
        let token = format!("<!date^{seconds}^{{date_num}} {{time}}{link}|{in_utc}>");
        self.make_room(token.len());
        self.ready('<');
        let start = self.draft.text.len();
        self.draft.text.push_str(&token);
        self.atom(start);
    }
}
