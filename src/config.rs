//! The deployment: what the environment and the flags say.
