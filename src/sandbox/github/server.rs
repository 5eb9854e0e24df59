//! The HTTP side: from a request to a handler, and from its answer to a response.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use bytes::Bytes;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::{Value, json};

use super::GitHubWorld;
use super::app::must_be_granted;
use super::call::{Call, Reply};
use super::errors::Refusal;
use super::graphql;
use super::limits::Standing;
use super::page;
use super::records::Actor;
use super::routes::{Act, ROUTES};
use super::state::State;
use super::told::{Told, kind, said, summary};
use crate::sandbox::{Fault, Moment, cut};

/// How long a connection is held at most by a fault; every client gives up before.
const HOLD: Duration = Duration::from_secs(60);
/// The largest body that is read: a file of the contents API is the largest that comes.
const BODY_LIMIT: usize = 50 << 20;

/// The routes, at `/` as on github.com and at `/api/v3` as on GitHub Enterprise Server.
pub(super) fn router(world: &GitHubWorld) -> Router {
    let mut router = Router::new();
    for (verb, path, act) in ROUTES {
        let verb = match *verb {
            "GET" => MethodFilter::GET,
            "POST" => MethodFilter::POST,
            "PUT" => MethodFilter::PUT,
            "PATCH" => MethodFilter::PATCH,
            _ => MethodFilter::DELETE,
        };
        for at in [(*path).to_owned(), format!("/api/v3{path}")] {
            let (world, act) = (world.clone(), *act);
            let handler = move |Path(params): Path<HashMap<String, String>>, request: Request| {
                answer(world, Some(act), params, request)
            };
            router = router.route(&at, on(verb, handler));
        }
    }
    let nowhere = world.clone();
    let unknown = move |request: Request| answer(nowhere, None, HashMap::new(), request);
    // GitHub has no 405: a verb that a path does not know is a path that does not exist.
    router
        .method_not_allowed_fallback(unknown.clone())
        .fallback(unknown)
}

async fn answer(
    world: GitHubWorld,
    act: Option<Act>,
    params: HashMap<String, String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let path = path.strip_prefix("/api/v3").unwrap_or(path).to_owned();
    if world.is_away() && !by_a_person(&parts) {
        return refused(&Refusal::plain(503, "Service Unavailable"));
    }
    let death = world.faults().death();
    let (last, fault) = if by_a_person(&parts) {
        // What people do meets no fault: it is there to be heard of.
        (None, None)
    } else {
        let last = death.count();
        if last == Some(Moment::Before) {
            death.strike();
            return hold().await;
        }
        (
            last,
            world.faults().take(&format!("{} {path}", parts.method)),
        )
    };
    let response = serve(world, act, params, (parts, body), path, fault).await;
    if last == Some(Moment::After) {
        death.strike();
        return hold().await;
    }
    response
}

/// Whether this comes with a person's token, as a player of stories uses them.
fn by_a_person(parts: &Parts) -> bool {
    let shown = parts.headers.get(header::AUTHORIZATION);
    let shown = shown.and_then(|shown| shown.to_str().ok());
    shown.is_some_and(|shown| shown.starts_with("Bearer user:"))
}

async fn serve(
    world: GitHubWorld,
    act: Option<Act>,
    params: HashMap<String, String>,
    (parts, body): (Parts, Body),
    path: String,
    fault: Option<Fault>,
) -> Response {
    match fault {
        Some(Fault::TimeoutBefore) => return hold().await,
        // GitHub does nothing late of what we ask it to do.
        Some(Fault::CutBefore | Fault::DoneLater(_)) => return cut(),
        Some(Fault::RateLimited(seconds)) => return too_many(seconds),
        Some(Fault::Status(403)) => {
            let why = "Resource not accessible by integration";
            return refused(&Refusal::plain(403, why));
        }
        Some(Fault::Status(status)) => return refused(&Refusal::plain(status, "Server Error")),
        Some(Fault::TimeoutAfter | Fault::CutAfter | Fault::InternalErrorAfter) | None => {}
    }
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return refused(&Refusal::plain(413, "Request body too large"));
    };
    let reads = reads(&parts.method);
    let response = {
        let mut state = world.lock();
        let now = Asked {
            parts,
            path,
            params,
            body,
        };
        let response = respond(&mut state, act, now);
        if state.queue.waits() {
            world.ring();
        }
        response
    };
    if !reads && response.status().is_success() {
        world.changed();
    }
    match fault {
        Some(Fault::TimeoutAfter) => hold().await,
        Some(Fault::CutAfter) => cut(),
        Some(_) => refused(&Refusal::plain(500, "Server Error")),
        None => response,
    }
}

fn reads(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

struct Asked {
    parts: Parts,
    path: String,
    params: HashMap<String, String>,
    body: Bytes,
}

fn respond(state: &mut State, act: Option<Act>, asked: Asked) -> Response {
    let text = |name: HeaderName| {
        let value = asked.parts.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let shown = asked.parts.headers.get(header::AUTHORIZATION);
    let actor = match state.who(shown.map(|shown| shown.to_str().unwrap_or_default())) {
        Ok(actor) => actor,
        Err(refusal) => return refused(&refusal),
    };
    let (who, now) = (key(state, &actor), state.now());
    let write = !reads(&asked.parts.method);
    let mut standing = state.limits.count(&who, now, 0);
    if standing.remaining() == 0 {
        let refusal = Refusal::plain(403, "API rate limit exceeded");
        return dated(with_standing(refused(&refusal), standing), now);
    }
    let call = Call {
        actor,
        query: query(asked.parts.uri.query().unwrap_or_default()),
        accept: text(header::ACCEPT),
        body: Value::Null,
        params: asked.params,
    };
    let url = format!("{}{}", state.api(), asked.path);
    let outcome = match act {
        None => Err(Refusal::not_found()),
        Some(act) => perform(state, act, call, asked.body, write, &who, &asked.path),
    };
    let (body, call, outcome) = match outcome {
        Ok((call, outcome)) => (call.body.clone(), Some(call), outcome),
        Err(refusal) => (Value::Null, None, Err(refusal)),
    };
    let status = match &outcome {
        Err(refusal) => refusal.status,
        Ok(Reply::Json(status, _) | Reply::Nothing(status)) => *status,
        Ok(_) => 200,
    };
    let ours = matches!(&call, Some(call) if matches!(call.actor, Actor::Installation { .. }));
    let ours = ours || who.starts_with("installation:");
    let write_of_ours = write && ours && !graphql::reads(&body);
    if act.is_none() || write_of_ours {
        state.told.push(Told {
            at: now,
            who: if ours { "app".to_owned() } else { who.clone() },
            verb: asked.parts.method.to_string(),
            path: asked.path.clone(),
            status,
            unknown: act.is_none(),
            summary: summary(&body),
            text: said(&body),
        });
    }
    let query = call.map(|call| call.query).unwrap_or_default();
    let if_none_match = text(header::IF_NONE_MATCH);
    let response = match outcome {
        Ok(reply) => shaped(reply, &query, &url, &if_none_match, write),
        Err(refusal) => refused(&refusal),
    };
    // An answer that has not changed costs nothing (docs: conditional requests).
    let free = response.status() == StatusCode::NOT_MODIFIED;
    if ours || who == "app" {
        let kind = kind(asked.parts.method.as_str(), &asked.path);
        let count = state.asked.entry(kind).or_default();
        count.counted += u64::from(!free);
        count.free += u64::from(free);
    }
    standing = state.limits.count(&who, now, u64::from(!free));
    dated(with_standing(response, standing), now)
}

type Performed = Result<(Call, Result<Reply, Refusal>), Refusal>;

fn perform(
    state: &mut State,
    act: Act,
    mut call: Call,
    body: Bytes,
    write: bool,
    who: &str,
    path: &str,
) -> Performed {
    call.body = if path == "/login/oauth/access_token" {
        // This one takes a form.
        let fields = url::form_urlencoded::parse(&body).into_owned();
        Value::Object(fields.map(|(name, value)| (name, value.into())).collect())
    } else if body.iter().all(u8::is_ascii_whitespace) {
        json!({})
    } else {
        match serde_json::from_slice(&body) {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
            Ok(_) => return Err(Refusal::plain(400, "Body should be a JSON object")),
            Err(_) if write => return Err(Refusal::plain(400, "Problems parsing JSON")),
            Err(_) => json!({}),
        }
    };
    // Git objects notify nobody, and what the App asks about itself creates nothing.
    let creates = write
        && !path.contains("/git/")
        && !path.starts_with("/app")
        && !graphql::reads(&call.body);
    if creates && let Err(seconds) = state.limits.write(who, state.now()) {
        return Ok((call, Err(Refusal::secondary_limit(seconds))));
    }
    let granted = match write {
        true => must_be_granted(state, &call, path),
        false => Ok(()),
    };
    let outcome = granted.and_then(|()| act(state, &call));
    Ok((call, outcome))
}

fn query(text: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

/// What the limits call somebody.
pub(super) fn key(state: &State, actor: &Actor) -> String {
    match actor {
        Actor::Nobody => "nobody".to_owned(),
        Actor::App => "app".to_owned(),
        Actor::Installation { id, .. } => format!("installation:{id}"),
        Actor::User(user) => state.login(*user).to_owned(),
    }
}

fn shaped(
    reply: Reply,
    query: &HashMap<String, String>,
    url: &str,
    if_none_match: &str,
    write: bool,
) -> Response {
    let (status, body, link) = match reply {
        Reply::Json(status, body) => (status, body, None),
        Reply::List(items) => {
            let (items, link) = page::cut(items, query, url);
            (200, Value::Array(items), link)
        }
        Reply::Wrapped(name, items) => {
            let count = items.len();
            let (items, link) = page::cut(items, query, url);
            (200, json!({"total_count": count, name: items}), link)
        }
        Reply::Cut(items, next) => {
            let link = next.map(|next| format!("<{next}>; rel=\"next\""));
            (200, Value::Array(items), link)
        }
        Reply::Raw(bytes) => {
            let kind = "application/vnd.github.raw+json; charset=utf-8";
            return ([(header::CONTENT_TYPE, kind)], bytes).into_response();
        }
        Reply::Page(page) => {
            let kind = "text/html; charset=utf-8";
            return ([(header::CONTENT_TYPE, kind)], page).into_response();
        }
        Reply::Redirect(to) => {
            return (StatusCode::FOUND, [(header::LOCATION, to)]).into_response();
        }
        Reply::Nothing(status) => return plain(status, Body::empty()),
    };
    let text = body.to_string();
    let tag = page::etag(text.as_bytes());
    let same = !write && status == 200 && page::matches(if_none_match, &tag);
    let mut response = if same {
        plain(304, Body::empty())
    } else {
        with_json(plain(status, Body::from(text)))
    };
    let headers = response.headers_mut();
    if !write && let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        headers.insert(header::LINK, link);
    }
    response
}

fn plain(status: u16, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response
}

fn with_json(mut response: Response) -> Response {
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

fn refused(refusal: &Refusal) -> Response {
    let mut response = with_json(plain(refusal.status, Body::from(refusal.body.to_string())));
    for (name, value) in &refusal.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}

fn too_many(seconds: u64) -> Response {
    let mut refusal = Refusal::plain(429, "You have exceeded a secondary rate limit.");
    refusal.headers.push(("retry-after", seconds.to_string()));
    refused(&refusal)
}

fn with_standing(mut response: Response, standing: Standing) -> Response {
    let headers = response.headers_mut();
    let mut put = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    put("x-ratelimit-limit", standing.limit.to_string());
    put("x-ratelimit-remaining", standing.remaining().to_string());
    put("x-ratelimit-used", standing.used.to_string());
    put("x-ratelimit-reset", standing.resets.to_string());
    put("x-ratelimit-resource", "core".to_owned());
    put("x-github-media-type", "github.v3; format=json".to_owned());
    put("x-github-api-version-selected", "2022-11-28".to_owned());
    response
}

/// With the time of this world: the machine's is none of its business.
fn dated(mut response: Response, now: Timestamp) -> Response {
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    if let Some(date) = text.ok().and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

async fn hold() -> Response {
    tokio::time::sleep(HOLD).await;
    plain(504, Body::empty())
}
