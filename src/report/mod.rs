//! What the incidents of the past teach: how long things took, by service, level, type and month.
//! Pure: rows, a filter and a zone come in; figures, and pages of them, come out.
//!
//! # What is measured
//!
//! Everything is counted from the *start* of an incident: when it was detected (検知), or where
//! nobody has said that, when it was declared ([`crate::incident::Incident::began`]).
//!
//! | measure | from | to |
//! |---|---|---|
//! | [`Measure::Detect`] | the detection | the declaration: how long until it was called an incident |
//! | [`Measure::Respond`] | the start | the first response (初動), stated, or else the first handler |
//! | [`Measure::Recover`] | the start | the recovery (復旧): the Four Keys' *time to restore service* |
//! | [`Measure::Resolve`] | the start | the resolution (解決) |
//!
//! The record does not say when a fault began, only when it was noticed. So no time from the fault
//! to its detection is given: it would be a guess. Of the Four Keys only the time to restore can be
//! told from incidents; the other three are about deployments, of which nothing is known here.
//!
//! A time that is missing, or lies before what it is counted from, is *unknown*: it is counted as
//! such beside each figure and goes into none. Nothing is ever taken for 0.
//!
//! Drills are never counted with incidents: a report is of one or of the other. How many people took
//! part is a number of each incident; who they were is not known here, so nobody can be ranked.

mod csv;
mod figures;
mod filter;
mod html;
mod json;
mod look;
mod row;
mod span;
mod table;
mod tally;
#[cfg(test)]
mod tests;

pub use csv::csv;
pub use figures::{Figures, Part};
pub use filter::{Filter, One, Unfit};
pub use html::{Page, STYLE, html, policy};
pub use json::json;
pub use look::Look;
pub use row::{Measure, Row, State};
pub use table::table;
pub use tally::{Choices, Group, Key, Month, Report, report};
