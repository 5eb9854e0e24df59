//! The Web API's front door: token, scope, limit and fault, then the method, then Slack's way to
//! answer.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::answers;
use super::api::{self, Call};
use super::args::Args;
use super::refusal::{Refusal, refuse};
use super::scopes;
use super::state::{BOT, Late, State, TEAM};
use super::world::{SlackWorld, Told};
use crate::id::{ChannelId, SlackUserId};
use crate::sandbox::{Fault, Moment, cut};

/// How long a connection is held that shall never be answered: longer than any client waits, and
/// not for ever.
const HOLD: Duration = Duration::from_secs(60);

impl SlackWorld {
    /// The workspace over HTTP: `/api/{method}`, and the addresses given out as `response_url`.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/api/{method}", any(answer))
            .route("/response/{id}", post(answers::respond))
            .with_state(self.clone())
    }
}

async fn answer(
    Shared(world): Shared<SlackWorld>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let death = world.faults().death();
    let last = death.count();
    if last == Some(Moment::Before) {
        death.strike();
        return hold().await;
    }
    let bearer = headers.get(header::AUTHORIZATION);
    let bearer = bearer.and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let granted = world.look(|state| match &state.settings.scopes {
        _ if token.is_some_and(|token| is_a_persons(state, token)) => {
            state.settings.user_scopes.join(",")
        }
        Some(granted) => granted.join(","),
        None => scopes::ALL.join(","),
    });
    let mut response = serve(world, method, query, headers, body).await;
    // Every answer says what the token may do.
    if let Ok(granted) = HeaderValue::from_str(&granted) {
        response.headers_mut().insert("x-oauth-scopes", granted);
    }
    if last == Some(Moment::After) {
        death.strike();
        return hold().await;
    }
    response
}

async fn serve(
    world: SlackWorld,
    method: String,
    query: Option<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let of = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let args = Args::read(query.as_deref(), of(header::CONTENT_TYPE), &body);
    let token = of(header::AUTHORIZATION)
        .and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned))
        .or_else(|| args.as_ref().ok().and_then(|args| args.text("token")));
    let fault = if world.is_away() {
        None
    } else {
        world.faults().take(&method)
    };
    let note = |answer: &str| {
        world.change(|state, now| {
            let told = told(&method, args.as_ref().ok(), answer, now);
            state.told.push(told);
        });
    };
    if world.is_away() {
        note("503");
        return away();
    }
    match fault {
        Some(Fault::TimeoutBefore) => {
            note("timed out, not done");
            return hold().await;
        }
        Some(Fault::CutBefore) => {
            note("cut, not done");
            return cut();
        }
        Some(Fault::DoneLater(span)) => {
            note("cut, not done yet");
            if let Ok(args) = args {
                world.later(&method, args, token.as_deref(), span);
            }
            return cut();
        }
        Some(Fault::RateLimited(seconds)) => {
            note("429");
            world.change(|state, now| state.meter.block(&method, now, seconds));
            return too_many(seconds);
        }
        Some(Fault::Status(code)) => {
            note(&code.to_string());
            let code = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (code, "Something is wrong on our side.").into_response();
        }
        Some(Fault::TimeoutAfter | Fault::CutAfter | Fault::InternalErrorAfter) | None => {}
    }
    let outcome = world.change(|state, now| {
        let outcome = match &args {
            Ok(args) => allow(state, &method, args, token.as_deref(), now).and_then(|by| {
                api::perform(state, &method, &Call { args, by, now }).map_err(No::Refused)
            }),
            Err(refusal) => Err(No::Refused(refusal.clone())),
        };
        let mut said = match &outcome {
            Ok(_) => "ok".to_owned(),
            Err(No::TooMany(_)) => "429".to_owned(),
            Err(No::Refused(refusal)) => refusal.error.clone(),
        };
        match fault {
            Some(Fault::TimeoutAfter) => said.push_str(", timed out"),
            Some(Fault::CutAfter) => said.push_str(", cut"),
            Some(Fault::InternalErrorAfter) => said.push_str(", internal_error"),
            _ => {}
        }
        let told = told(&method, args.as_ref().ok(), &said, now);
        state.told.push(told);
        outcome
    });
    match (fault, outcome) {
        (Some(Fault::TimeoutAfter), _) => hold().await,
        (Some(Fault::CutAfter), _) => cut(),
        (Some(Fault::InternalErrorAfter), _) => {
            json_response(&Refusal::new("internal_error").answer())
        }
        (_, Ok(value)) => json_response(&value),
        (_, Err(No::Refused(refusal))) => json_response(&refusal.answer()),
        (_, Err(No::TooMany(seconds))) => too_many(seconds),
    }
}

impl SlackWorld {
    /// Has a call done so much later, by whose token it came with.
    fn later(&self, method: &str, args: Args, token: Option<&str>, span: SignedDuration) {
        self.quietly(|state, now| {
            if let Ok(by) = whose(state, token) {
                state.late.push(Late {
                    due: now.saturating_add(span).unwrap_or(now),
                    method: method.to_owned(),
                    args,
                    by,
                });
            }
        });
    }

    /// Does what is late and due; gives how much that was.
    pub(super) fn catch_up(&self) -> usize {
        let due = self.quietly(|state, now| {
            let late = std::mem::take(&mut state.late);
            let (due, rest) = late.into_iter().partition(|one: &Late| one.due <= now);
            state.late = rest;
            due
        });
        for Late {
            method, args, by, ..
        } in &due
        {
            self.change(|state, now| {
                let call = Call {
                    args,
                    by: by.clone(),
                    now,
                };
                let outcome = api::perform(state, method, &call);
                let said = outcome.map_or_else(|refusal| refusal.error, |_| "ok, late".to_owned());
                let told = told(method, Some(args), &said, now);
                state.told.push(told);
            });
        }
        due.len()
    }
}

/// Why a call was not done.
enum No {
    Refused(Refusal),
    TooMany(u64),
}

/// Whose token it is, when the method is known, the token valid, the scope granted and no limit
/// reached.
fn allow(
    state: &mut State,
    method: &str,
    args: &Args,
    token: Option<&str>,
    now: jiff::Timestamp,
) -> Result<SlackUserId, No> {
    let refused = |refusal| No::Refused(refusal);
    let Some(needed) = scopes::needed(method) else {
        return Err(refused(
            Refusal::new("unknown_method").with("req_method", json!(method)),
        ));
    };
    let by = whose(state, token).or_else(|refusal| {
        if method == "api.test" {
            Ok(state.bot.clone())
        } else {
            Err(refused(refusal))
        }
    })?;
    let granted = if by == state.bot {
        state.settings.scopes.as_ref()
    } else {
        Some(&state.settings.user_scopes)
    };
    if let Some(granted) = granted
        && !needed.is_empty()
        && !needed
            .iter()
            .any(|scope| granted.iter().any(|g| g == scope))
    {
        return Err(refused(
            Refusal::new("missing_scope")
                .with("needed", json!(needed.join(",")))
                .with("provided", json!(granted.join(","))),
        ));
    }
    let channel = args.text("channel");
    state
        .meter
        .take(method, channel.as_deref(), now)
        .map_err(No::TooMany)?;
    Ok(by)
}

fn is_a_persons(state: &State, token: &str) -> bool {
    let mut tokens = state.settings.user_tokens.iter();
    tokens.any(|(known, _)| known == token)
}

fn whose(state: &State, token: Option<&str>) -> Result<SlackUserId, Refusal> {
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return refuse("not_authed");
    };
    if token == state.settings.bot_token {
        return Ok(state.bot.clone());
    }
    let owner = state.settings.user_tokens.iter().find(|(t, _)| t == token);
    match owner.and_then(|(_, id)| state.users.get(id)) {
        Some(user) if user.deleted => refuse("account_inactive"),
        Some(user) => Ok(user.id.clone()),
        None => refuse("invalid_auth"),
    }
}

/// `auth.test`
pub(super) fn auth_test(state: &State, call: &Call<'_>) -> Result<Value, Refusal> {
    let name = state.users.get(&call.by).map(|user| user.name.clone());
    let mut answer = json!({
        "ok": true,
        "url": state.settings.url,
        "team": state.settings.team_name,
        "user": name,
        "team_id": TEAM,
        "user_id": call.by,
        "is_enterprise_install": false,
    });
    if call.by == state.bot {
        answer["bot_id"] = json!(BOT);
    }
    Ok(answer)
}

/// What the journal keeps of a call: never its token.
fn told(method: &str, args: Option<&Args>, answer: &str, now: jiff::Timestamp) -> Told {
    const WORDS: &[&str] = &[
        "text",
        "markdown_text",
        "name",
        "topic",
        "purpose",
        "users",
        "user",
        "email",
        "handle",
        "title",
        "usergroup",
        "ts",
        "timestamp",
    ];
    let brief = args.and_then(|args| {
        WORDS
            .iter()
            .find_map(|word| args.text(word).filter(|text| !text.is_empty()))
    });
    Told {
        at: now,
        method: method.to_owned(),
        channel: args.and_then(|args| args.text("channel").map(ChannelId::from)),
        brief: brief.unwrap_or_default().chars().take(120).collect(),
        answer: answer.to_owned(),
    }
}

/// What stands before Slack answers while Slack is away.
pub(super) fn away() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "Slack is away.").into_response()
}

async fn hold() -> Response {
    tokio::time::sleep(HOLD).await;
    StatusCode::GATEWAY_TIMEOUT.into_response()
}

fn json_response(value: &Value) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        value.to_string(),
    )
        .into_response()
}

fn too_many(seconds: u64) -> Response {
    let body = json!({ "ok": false, "error": "ratelimited" });
    (
        StatusCode::TOO_MANY_REQUESTS,
        [
            (
                header::CONTENT_TYPE,
                "application/json; charset=utf-8".to_owned(),
            ),
            (header::RETRY_AFTER, seconds.to_string()),
        ],
        body.to_string(),
    )
        .into_response()
}
