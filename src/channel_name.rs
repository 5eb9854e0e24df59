//! The grammar of incident channels: `<service>-<YYYYMMDD>i` and what may follow.
