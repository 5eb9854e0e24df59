//! How GitHub refuses: a status and a JSON body with `message`, `documentation_url` and `errors`.

use serde_json::{Value, json};

/// A refusal, as it goes over the wire.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: Value,
    /// Headers beyond the usual ones.
    pub headers: Vec<(&'static str, String)>,
}

const DOCS: &str = "https://docs.github.com/rest";

impl Refusal {
    /// A status and one sentence.
    pub fn plain(status: u16, message: &str) -> Self {
        Self {
            status,
            body: json!({"message": message, "documentation_url": DOCS, "status": status.to_string()}),
            headers: Vec::new(),
        }
    }

    /// 404: it is not there, or is not to be seen by whoever asks. GitHub does not say which.
    pub fn not_found() -> Self {
        Self::plain(404, "Not Found")
    }

    /// 410: it was there.
    pub fn gone(what: &str) -> Self {
        Self::plain(410, &format!("This {what} was deleted"))
    }

    /// 401 for a token that GitHub does not know or that has run out.
    pub fn bad_credentials() -> Self {
        Self::plain(401, "Bad credentials")
    }

    /// 401 for a write by nobody.
    pub fn who_are_you() -> Self {
        Self::plain(401, "Requires authentication")
    }

    /// 403 for an App where it is not installed or has no permission.
    pub fn not_for_apps() -> Self {
        Self::plain(403, "Resource not accessible by integration")
    }

    /// 422 `Validation Failed` with one entry in `errors`.
    pub fn validation(error: Value) -> Self {
        let mut refusal = Self::plain(422, "Validation Failed");
        refusal.body["errors"] = json!([error]);
        refusal
    }

    /// 422 with one of GitHub's codes: `missing_field`, `invalid`, `already_exists`...
    pub fn invalid(resource: &str, field: &str, code: &str) -> Self {
        Self::validation(json!({"resource": resource, "field": field, "code": code}))
    }

    /// 422 with a sentence of its own about a field.
    pub fn custom(resource: &str, field: &str, message: &str) -> Self {
        Self::validation(json!({
            "resource": resource, "field": field, "code": "custom", "message": message,
        }))
    }

    /// 422 for a text over its limit, counted in characters.
    pub fn too_long(resource: &str, field: &str, most: usize) -> Self {
        let message = format!("{field} is too long (maximum is {most} characters)");
        Self::custom(resource, field, &message)
    }

    /// 422 for a parameter that the schema asks for.
    pub fn missing(field: &str) -> Self {
        Self::plain(
            422,
            &format!("Invalid request.\n\n\"{field}\" wasn't supplied."),
        )
    }

    /// 422 for a parameter of the wrong type.
    pub fn wrong_type(field: &str, value: &Value, wanted: &str) -> Self {
        Self::plain(
            422,
            &format!("Invalid request.\n\nFor 'properties/{field}', {value} is not {wanted}."),
        )
    }

    /// 403 with `retry-after`: too much was created in a short time.
    pub fn secondary_limit(seconds: u64) -> Self {
        let mut refusal = Self::plain(
            403,
            "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        );
        refusal.headers.push(("retry-after", seconds.to_string()));
        refusal
    }
}
