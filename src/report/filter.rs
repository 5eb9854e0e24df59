//! Which incidents are counted, as it stands in an address and on a command line.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::row::Row;
use crate::id::{ServiceId, TypeId};

/// How an address says "those that have none".
const NONE: &str = "none";

/// One of several, or those that have none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum One<T> {
    /// Nobody has said.
    None,
    /// This one.
    Is(T),
}

impl<T: PartialEq> One<T> {
    fn fits(&self, value: Option<&T>) -> bool {
        match self {
            Self::None => value.is_none(),
            Self::Is(wanted) => value == Some(wanted),
        }
    }
}

/// Which incidents are counted; the default is all that are no drills.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this service.
    pub service: Option<ServiceId>,
    /// Of this level.
    pub level: Option<One<u8>>,
    /// Of this type.
    pub kind: Option<One<TypeId>>,
    /// Declared on this day or later, in the zone of the report.
    pub from: Option<Date>,
    /// Declared on this day or earlier.
    pub to: Option<Date>,
    /// The drills, in the place of the incidents.
    pub drills: bool,
}

/// Something in an address that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: `{value}`")]
pub struct Unfit {
    /// The field.
    pub name: &'static str,
    /// What was there, cut where it is long.
    pub value: String,
}

impl Filter {
    /// Reads the fields of an address. Empty ones and unknown ones say nothing; one that is wrong
    /// is left out and told of.
    pub fn read<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<Unfit>) {
        let mut filter = Self::default();
        let mut wrong = Vec::new();
        for (name, value) in fields {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let mut unfit = |name| {
                let value = value.chars().take(40).collect();
                wrong.push(Unfit { name, value });
            };
            match name {
                "service" => filter.service = Some(ServiceId::from(value)),
                "level" if value == NONE => filter.level = Some(One::None),
                "level" => match value.parse() {
                    Ok(level) => filter.level = Some(One::Is(level)),
                    Err(_) => unfit("level"),
                },
                "type" if value == NONE => filter.kind = Some(One::None),
                "type" => filter.kind = Some(One::Is(TypeId::from(value))),
                "from" => match value.parse() {
                    Ok(day) => filter.from = Some(day),
                    Err(_) => unfit("from"),
                },
                "to" => match value.parse() {
                    Ok(day) => filter.to = Some(day),
                    Err(_) => unfit("to"),
                },
                "drills" => filter.drills = !matches!(value, "0" | "false" | "no"),
                _ => {}
            }
        }
        (filter, wrong)
    }

    /// The fields of an address that says the same; [`Filter::read`] reads them back.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = Vec::new();
        if let Some(service) = &self.service {
            fields.push(("service", service.to_string()));
        }
        match &self.level {
            Some(One::Is(level)) => fields.push(("level", level.to_string())),
            Some(One::None) => fields.push(("level", NONE.to_owned())),
            None => {}
        }
        match &self.kind {
            Some(One::Is(kind)) => fields.push(("type", kind.to_string())),
            Some(One::None) => fields.push(("type", NONE.to_owned())),
            None => {}
        }
        let days = [("from", self.from), ("to", self.to)];
        let days = days
            .into_iter()
            .filter_map(|(name, day)| Some((name, day?)));
        fields.extend(days.map(|(name, day)| (name, day.to_string())));
        if self.drills {
            fields.push(("drills", "1".to_owned()));
        }
        fields
    }

    /// Whether a row fits, but for being a drill or none.
    pub(super) fn fits(&self, row: &Row, zone: &TimeZone) -> bool {
        let service = self.service.as_ref().is_none_or(|it| *it == row.service);
        let level = self.level.as_ref();
        let kind = self.kind.as_ref();
        service
            && level.is_none_or(|it| it.fits(row.level.as_ref()))
            && kind.is_none_or(|it| it.fits(row.kind.as_ref()))
            && self.in_time(row, zone)
    }

    fn in_time(&self, row: &Row, zone: &TimeZone) -> bool {
        if self.from.is_none() && self.to.is_none() {
            return true;
        }
        let day = row.opened.to_zoned(zone.clone()).date();
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_was_chosen_and_is_read_back() {
        let given = [
            ("service", "shop"),
            ("level", "none"),
            ("type", "outage"),
            ("from", "2026-01-01"),
            ("to", "2026-01-31"),
            ("drills", "1"),
            ("lang", "ja"),
        ];
        let (filter, wrong) = Filter::read(given);
        assert_eq!(wrong, []);
        assert_eq!(filter.level, Some(One::None));
        let fields = filter.fields();
        let fields = fields.iter().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(Filter::read(fields), (filter, Vec::new()));
        assert_eq!(
            Filter::read([("level", ""), ("x", "y")]).0,
            Filter::default()
        );
    }

    #[test]
    fn what_is_wrong_is_told_of_and_left_out() {
        let (filter, wrong) = Filter::read([
            ("from", "yesterday"),
            ("level", "999"),
            ("to", "2026-13-01"),
        ]);
        assert_eq!(filter, Filter::default());
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        assert_eq!(
            wrong,
            ["from: `yesterday`", "level: `999`", "to: `2026-13-01`"]
        );
    }
}
