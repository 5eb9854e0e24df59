//! From what GitHub tells to what a channel is told. Pure: payload in, semantic message out.

mod message;

pub use message::{Body, Message, Section, Span, Tone};
