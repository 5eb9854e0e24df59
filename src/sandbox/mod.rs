//! A GitHub and a Slack that run in this process and speak HTTP only.

mod fault;
pub mod slack;
pub mod story;
pub mod github;

pub use fault::{Fault, Faults, WebhookFault};
