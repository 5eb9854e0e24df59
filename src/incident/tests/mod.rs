//! Incidents as they are run: a world of entries that performs effects, stories and properties.

mod after;
mod heard;
mod looks;
mod properties;
mod story;
mod table;
mod timers;
mod world;
