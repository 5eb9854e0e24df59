//! What people press, fill in and read, as plain data, and how Slack shows it.
