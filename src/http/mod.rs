//! The doors to the outside: verify, store, ring a bell, answer.
