//! Takes from the inbox, asks the core, and does what follows.
