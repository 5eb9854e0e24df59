//! The page of what incidents teach. What it says is made elsewhere; here it is decided who may
//! see it, since it tells of every incident there ever was.

mod access;
mod cookie;
mod sign_in;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::future::BoxFuture;

pub use access::Access;
pub use sign_in::SignIn;

use crate::clock::Clock;
use access::Standing;

/// Where the page is.
pub const PATH: &str = "/insights";

/// As what the report is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page.
    Html,
    /// A file for spreadsheets.
    Csv,
    /// A file for programs.
    Json,
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The whole body.
    pub body: String,
    /// What a browser may load with it (`content-security-policy`).
    pub policy: String,
}

/// Why nothing can be shown now; the sentence is for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotNow(pub String);

/// Whoever makes the report.
pub trait Insights: Send + Sync {
    /// The report in this form, by the fields of the address.
    fn show(
        &self,
        form: Form,
        fields: Vec<(String, String)>,
    ) -> BoxFuture<'static, Result<Shown, NotNow>>;
}

/// The page, and who may see it.
pub struct Gallery {
    /// Whoever makes it.
    pub insights: Arc<dyn Insights>,
    /// Who may see it.
    pub access: Access,
    /// Tells how old a cookie is.
    pub clock: Clock,
}

/// The page and its files, to be merged with [`super::router`]. With [`Access::Off`] there is
/// nothing.
pub fn router(gallery: Gallery) -> Router {
    if matches!(gallery.access, Access::Off) {
        return Router::new();
    }
    let gallery = Arc::new(gallery);
    let shown = |form: Form| {
        get(
            move |State(gallery): State<Arc<Gallery>>,
                  Query(fields): Query<Vec<(String, String)>>,
                  request: Request| async move {
                let refusal = refusal(&gallery, form, &request);
                match refusal {
                    Some(refusal) => guarded(refusal),
                    None => show(&gallery, form, fields).await,
                }
            },
        )
    };
    Router::new()
        .route(PATH, shown(Form::Html))
        .route("/insights.csv", shown(Form::Csv))
        .route("/insights.json", shown(Form::Json))
        .route(sign_in::BACK, get(sign_in::back))
        .with_state(gallery)
}

/// What somebody is answered who may not see the page, or not yet.
fn refusal(gallery: &Gallery, form: Form, request: &Request) -> Option<Response> {
    let now = gallery.clock.now();
    match gallery.access.judge(request, now) {
        Standing::Allowed => None,
        Standing::Nobody => Some(nothing()),
        Standing::MustSignIn(sign_in) if form == Form::Html => {
            Some(sign_in.ask(request.uri(), now))
        }
        Standing::MustSignIn(_) => {
            let words = "Open /insights and sign in first.\n";
            Some((StatusCode::UNAUTHORIZED, words).into_response())
        }
    }
}

async fn show(gallery: &Gallery, form: Form, fields: Vec<(String, String)>) -> Response {
    let (kind, name) = match form {
        Form::Html => ("text/html; charset=utf-8", None),
        Form::Csv => ("text/csv; charset=utf-8", Some("incidents.csv")),
        Form::Json => ("application/json; charset=utf-8", Some("incidents.json")),
    };
    let shown = match gallery.insights.show(form, fields).await {
        Ok(shown) => shown,
        Err(NotNow(words)) => {
            let wait = [(header::RETRY_AFTER, "10")];
            return guarded((StatusCode::SERVICE_UNAVAILABLE, wait, words + "\n").into_response());
        }
    };
    let mut response = ([(header::CONTENT_TYPE, kind)], shown.body).into_response();
    let headers = response.headers_mut();
    let policy = format!("{}; frame-ancestors 'none'", shown.policy);
    put(headers, header::CONTENT_SECURITY_POLICY, &policy);
    if let Some(name) = name {
        let words = format!("attachment; filename=\"{name}\"");
        put(headers, header::CONTENT_DISPOSITION, &words);
    }
    guarded(response)
}

/// Who may not see the page is not told that there is one.
fn nothing() -> Response {
    (StatusCode::NOT_FOUND, "There is nothing here.\n").into_response()
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// With what keeps a page from being kept, framed or taken for something else.
fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let default = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(default);
    response
}
