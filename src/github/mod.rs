//! GitHub, as an App.
