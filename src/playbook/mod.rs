//! What an organisation wants its own: a file in the postmortem repository.
