#![doc = include_str!("README.md")]

pub mod channel_name;
pub mod i18n;
pub mod id;
pub mod playbook;
pub mod secret;
pub mod yaml;

pub mod incident;
pub mod mirror;
pub mod report;
pub mod teams;

pub mod postmortem;

pub mod clock;
pub mod github;
pub mod sandbox;
pub mod slack;
pub mod store;
pub mod wire;

pub mod config;
pub mod engine;
pub mod http;

pub mod cli;
