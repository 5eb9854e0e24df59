//! What the doors count, and the page that shows what every room counts.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::Hall;
use crate::store::{Kept, Source};

/// What the doors count. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct Metrics {
    deliveries: Family<DeliveryLabels, Counter>,
    refusals: Family<RefusalLabels, Counter>,
    keeping: Histogram,
    in_flight: Gauge,
    waiting: Gauge,
    aside: Gauge,
    oldest: Gauge,
    unsaid: Gauge,
    changes: Gauge,
    oldest_unsaid: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DeliveryLabels {
    source: &'static str,
    event: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    door: &'static str,
    reason: &'static str,
}

/// What became of a delivery that was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    New,
    Again,
    Ignored,
}

impl From<Kept> for Outcome {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::New => Self::New,
            Kept::Again => Self::Again,
        }
    }
}

impl Metrics {
    /// Registers what this room counts. The names carry no prefix: give the registry one.
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            deliveries: Family::default(),
            refusals: Family::default(),
            // 0.1 ms to 6.5 s.
            keeping: Histogram::new(exponential_buckets(0.000_1, 4.0, 9)),
            in_flight: Gauge::default(),
            waiting: Gauge::default(),
            aside: Gauge::default(),
            oldest: Gauge::default(),
            unsaid: Gauge::default(),
            changes: Gauge::default(),
            oldest_unsaid: Gauge::default(),
        };
        registry.register(
            "deliveries",
            "Verified deliveries by where they came from, event and what became of them",
            metrics.deliveries.clone(),
        );
        registry.register(
            "refusals",
            "Requests that were not taken, by door and reason",
            metrics.refusals.clone(),
        );
        registry.register_with_unit(
            "keep",
            "Time until a delivery was durable",
            Unit::Seconds,
            metrics.keeping.clone(),
        );
        for (name, help, gauge) in [
            ("in_flight", "Deliveries being received", &metrics.in_flight),
            (
                "inbox_waiting",
                "Deliveries that are not done yet",
                &metrics.waiting,
            ),
            (
                "inbox_aside",
                "Deliveries that were set aside",
                &metrics.aside,
            ),
            (
                "outbox_unsaid",
                "Messages that are not said yet, or not as they are wanted now",
                &metrics.unsaid,
            ),
            (
                "outbox_unsaid_changes",
                "Of these, messages that stand in Slack and are to be changed",
                &metrics.changes,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
        registry.register_with_unit(
            "inbox_oldest",
            "Age of the oldest delivery that is not done yet",
            Unit::Seconds,
            metrics.oldest.clone(),
        );
        registry.register_with_unit(
            "outbox_oldest",
            "Time since the oldest message that is not said could be, in channels not reported",
            Unit::Seconds,
            metrics.oldest_unsaid.clone(),
        );
        metrics
    }

    pub(super) fn delivered(&self, source: Source, event: &'static str, outcome: Outcome) {
        let labels = DeliveryLabels {
            source: source.as_str(),
            event,
            outcome: match outcome {
                Outcome::New => "new",
                Outcome::Again => "again",
                Outcome::Ignored => "ignored",
            },
        };
        self.deliveries.get_or_create(&labels).inc();
    }

    pub(super) fn refused(&self, door: &'static str, reason: &'static str) {
        let labels = RefusalLabels { door, reason };
        self.refusals.get_or_create(&labels).inc();
    }

    pub(super) fn kept_in(&self, took: Duration) {
        self.keeping.observe(took.as_secs_f64());
    }

    /// Counts one request as in flight until what it returns is dropped.
    pub(super) fn enters(&self) -> Inside {
        self.in_flight.inc();
        Inside(self.in_flight.clone())
    }
}

/// A request that is in flight.
pub(super) struct Inside(Gauge);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// `GET /metrics`, in Prometheus' text format.
pub(super) async fn show(State(hall): State<Arc<Hall>>) -> Response {
    let doors = &hall.doors;
    // Without a database the rest is still worth showing.
    if let Ok(counts) = doors.store.counts().await {
        let metrics = &doors.metrics;
        let gauge = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        metrics.waiting.set(gauge(counts.waiting));
        metrics.aside.set(gauge(counts.aside));
        metrics.unsaid.set(gauge(counts.unsaid));
        metrics.changes.set(gauge(counts.unsaid_changes));
        let now = doors.clock.now();
        let age = |since: Option<Timestamp>| {
            since.map_or(0, |since| now.duration_since(since).as_secs().max(0))
        };
        metrics.oldest.set(age(counts.oldest_waiting));
        metrics.oldest_unsaid.set(age(counts.oldest_unsaid));
    }
    let mut page = String::new();
    if encode(&mut page, &doors.registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], page).into_response()
}
