//! A GitHub and a Slack that run in this process and speak HTTP only.

mod fault;
pub mod github;
pub mod slack;
pub mod story;

pub use fault::{Fault, Faults, WebhookFault};
