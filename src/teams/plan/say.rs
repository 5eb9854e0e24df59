//! What a plan says, in words.
