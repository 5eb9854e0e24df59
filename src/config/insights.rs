//! Who may see the page of insights, as the environment says it.

use std::sync::Arc;

use super::check::{Found, GITHUB_PATIENCE, said, secret, wrong};
use super::{Args, Problem};
use crate::github::{self, GitHub, OAuth};
use crate::http::{Access, SignIn};
use crate::wire;

/// How the setting says each.
const WAYS: &str = "off, loopback, github or proxy";

/// Who may see the page; all that is wrong goes to `problems`.
pub(super) fn access(
    args: &Args,
    github: Option<&github::Settings>,
    problems: &mut Vec<Problem>,
) -> Option<Access> {
    let outcome = match said(&args.insights).unwrap_or("loopback") {
        "off" => Ok(Access::Off),
        "loopback" => Ok(Access::ThisMachine),
        "proxy" => return proxy(args, problems),
        "github" => return sign_in(args, github, problems),
        other => wrong(
            "SSSBOT_INSIGHTS",
            format!("`{other}` is none of {WAYS}; left out, it is loopback"),
        ),
    };
    super::check::keep(problems, outcome)
}

fn proxy(args: &Args, problems: &mut Vec<Problem>) -> Option<Access> {
    let header = said(&args.proxy_header).map(str::parse);
    let header = match header {
        Some(Ok(header)) => Ok(header),
        Some(Err(_)) => wrong("SSSBOT_PROXY_HEADER", "this is no name of a header"),
        None => wrong(
            "SSSBOT_PROXY_HEADER",
            "not set; it is the header in which the proxy says who somebody is, e.g. \
             X-Forwarded-User. The proxy must take it away from what others send",
        ),
    };
    let peers = match said(&args.proxy_peers) {
        None => wrong(
            "SSSBOT_PROXY_PEERS",
            "not set; they are the addresses that the proxy calls from, e.g. 127.0.0.1,::1",
        ),
        Some(text) => {
            let peers = text.split(',').map(|peer| peer.trim().parse());
            let peers: Result<Vec<_>, _> = peers.collect();
            peers.or_else(|_| {
                let words = format!("`{text}` is no list of addresses such as 127.0.0.1,::1");
                wrong("SSSBOT_PROXY_PEERS", words)
            })
        }
    };
    let header = super::check::keep(problems, header);
    let peers = super::check::keep(problems, peers);
    Some(Access::Proxy {
        header: header?,
        peers: peers?,
    })
}

fn sign_in(
    args: &Args,
    github: Option<&github::Settings>,
    problems: &mut Vec<Problem>,
) -> Option<Access> {
    let id = said(&args.github_client_id).map_or_else(
        || {
            wrong(
                "GITHUB_CLIENT_ID",
                "not set; it is the \"Client ID\" on the App's General page",
            )
        },
        Ok,
    );
    let id = super::check::keep(problems, id);
    let secret = secret(&args.github_client_secret).map_or_else(
        || {
            wrong(
                "GITHUB_CLIENT_SECRET",
                "not set; make one with \"Generate a new client secret\" on the App's General page",
            )
        },
        Ok,
    );
    let secret = super::check::keep(problems, secret);
    let public = super::check::keep(problems, public(args));
    let github = github?;
    let unfit = |_| Problem {
        name: "GITHUB_API_URL",
        sentence: "nobody can sign in there".to_owned(),
    };
    let oauth = OAuth::new(&github.api_url, id?, secret?, GITHUB_PATIENCE).map_err(unfit);
    let client = GitHub::new(github.clone()).map_err(|_| Problem {
        name: "GITHUB_API_URL",
        sentence: "nobody can sign in there".to_owned(),
    });
    let oauth = super::check::keep(problems, oauth);
    let client = super::check::keep(problems, client);
    let sign_in = SignIn::new(oauth?, client?, &public?);
    Some(Access::GitHub(Arc::new(sign_in)))
}

fn public(args: &Args) -> Found<String> {
    let name = "SSSBOT_URL";
    let place = "it is where people reach sssbot, e.g. https://sssbot.example.com; the App's \
                 \"Callback URL\" is the same with /insights/signed-in behind it";
    let Some(text) = said(&args.url) else {
        return wrong(name, format!("not set; {place}"));
    };
    match wire::address(text) {
        Ok(_) => Ok(text.trim_end_matches('/').to_owned()),
        Err(error) => wrong(name, format!("{error}; {place}")),
    }
}
