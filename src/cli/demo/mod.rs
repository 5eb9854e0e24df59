//! The demo: both sandboxes, the app between them, and a page to watch it on.

pub mod page;
