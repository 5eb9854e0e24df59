//! A thin Slack client: one call each, no retries, and every failure told for what it is.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::error::{self, SlackError};
use super::{Metadata, Method};
use crate::id::{ChannelId, MessageTs, SlackUserId};
use crate::secret::Secret;
use crate::wire::{Unusable, Wire};

/// The most that `conversations.history` and `.list` give on one page.
const PAGE: u16 = 999;

/// Where Slack is and who we are there.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://slack.com/api`, or where another speaks as Slack does.
    pub api_url: String,
    /// The bot's token, `xoxb-…`.
    pub token: Secret,
    /// How long a call may take in all.
    pub timeout: Duration,
}

/// Slack's Web API with the bot's token. Cheap to clone. It knows no pace: ask [`super::Pace`].
#[derive(Debug, Clone)]
pub struct Slack {
    wire: Wire,
    token: Secret,
}

/// Who a token is: the answer of `auth.test`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// The workspace's address, `https://acme.slack.com/`.
    #[serde(default, deserialize_with = "lenient")]
    pub url: String,
    /// The workspace's id, `T…`.
    #[serde(default, deserialize_with = "lenient")]
    pub team_id: String,
    /// The bot's id, `B…`, which its messages carry; absent for a person's token.
    #[serde(default, deserialize_with = "lenient")]
    pub bot_id: Option<String>,
    /// The bot as a member of channels.
    pub user_id: SlackUserId,
}

/// A channel as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Channel {
    /// What it is.
    pub id: ChannelId,
    /// What it is called, without `#`.
    #[serde(default, deserialize_with = "lenient")]
    pub name: String,
    /// Nothing can be said in it, and a bot cannot change that.
    #[serde(default, deserialize_with = "lenient")]
    pub is_archived: bool,
    /// Only members see it; a bot must be invited.
    #[serde(default, deserialize_with = "lenient")]
    pub is_private: bool,
    /// The bot is in it.
    #[serde(default, deserialize_with = "lenient")]
    pub is_member: bool,
}

/// Part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on this page; an item that makes no sense is left out.
    pub items: Vec<T>,
    /// What to give for the next page; `None` on the last.
    pub next_cursor: Option<String>,
}

/// Which part of a channel's history is asked for. The default is the newest page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History<'a> {
    /// Only what is newer.
    pub oldest: Option<&'a MessageTs>,
    /// Only what is older.
    pub latest: Option<&'a MessageTs>,
    /// Also what has exactly these times.
    pub inclusive: bool,
    /// From the page before.
    pub cursor: Option<&'a str>,
    /// At most so many messages, 1 to 999; 0 for as many as there can be.
    pub limit: u16,
}

/// A page of a channel's history, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The messages, without the replies of threads.
    pub messages: Vec<HistoryMessage>,
    /// What to give for the next page, which is older; `None` on the last.
    pub next_cursor: Option<String>,
}

/// A message of a channel's history.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HistoryMessage {
    /// Its id.
    pub ts: MessageTs,
    /// The bot that has posted it, `B…`.
    #[serde(default, deserialize_with = "lenient")]
    pub bot_id: Option<String>,
    /// The app that has posted it, `A…`.
    #[serde(default, deserialize_with = "lenient")]
    pub app_id: Option<String>,
    /// Who has posted it.
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<SlackUserId>,
    /// Slack's translation of its text.
    #[serde(default, deserialize_with = "lenient")]
    pub text: String,
    /// What it carries, when that is in our form. Anybody can write this form: it counts only
    /// when [`HistoryMessage::is_from`] us.
    #[serde(default, deserialize_with = "metadata")]
    pub metadata: Option<Metadata>,
}

impl HistoryMessage {
    /// Whether the bot of this token has posted it.
    pub fn is_from(&self, us: &Identity) -> bool {
        match (&self.bot_id, &us.bot_id) {
            (Some(bot), Some(ours)) => bot == ours,
            _ => self.user.as_ref() == Some(&us.user_id),
        }
    }
}

impl Slack {
    /// A client; nothing is called yet.
    ///
    /// # Errors
    /// When the address is none, or no secure connection can be made from here.
    pub fn new(settings: Settings) -> Result<Self, Unusable> {
        Ok(Self {
            wire: Wire::to(&settings.api_url, settings.timeout)?,
            token: settings.token,
        })
    }

    /// `auth.test`: who the token is.
    pub async fn auth_test(&self) -> Result<Identity, SlackError> {
        self.call(Method::AuthTest, json!({})).await
    }

    /// `chat.postMessage`: says `blocks` in a channel, with `text` for notifications. Nothing is
    /// unfolded and no bare name becomes a link: what is live in the text is what we made live.
    pub async fn post(
        &self,
        channel: &ChannelId,
        text: &str,
        blocks: &[Value],
        metadata: &Metadata,
    ) -> Result<MessageTs, SlackError> {
        let mut arguments = message(channel, text, blocks, metadata);
        arguments["unfurl_links"] = false.into();
        arguments["unfurl_media"] = false.into();
        arguments["mrkdwn"] = true.into();
        let posted: Posted = self.call(Method::Post, arguments).await?;
        Ok(posted.ts)
    }

    /// `chat.update`: replaces a message of ours, text, blocks and metadata. It may be repeated.
    pub async fn update(
        &self,
        channel: &ChannelId,
        ts: &MessageTs,
        text: &str,
        blocks: &[Value],
        metadata: &Metadata,
    ) -> Result<(), SlackError> {
        let mut arguments = message(channel, text, blocks, metadata);
        arguments["ts"] = ts.as_str().into();
        let _: Done = self.call(Method::Update, arguments).await?;
        Ok(())
    }

    /// `chat.delete`: takes a message of ours away.
    pub async fn delete(&self, channel: &ChannelId, ts: &MessageTs) -> Result<(), SlackError> {
        let arguments = json!({"channel": channel, "ts": ts});
        let _: Done = self.call(Method::Delete, arguments).await?;
        Ok(())
    }

    /// `conversations.history`, with metadata. The bot must be in the channel.
    pub async fn history(
        &self,
        channel: &ChannelId,
        history: History<'_>,
    ) -> Result<HistoryPage, SlackError> {
        let limit = match history.limit {
            0 => PAGE,
            limit => limit.min(PAGE),
        };
        let arguments = json!({
            "channel": channel,
            "oldest": history.oldest,
            "latest": history.latest,
            "inclusive": history.inclusive,
            "cursor": history.cursor,
            "limit": limit,
            "include_all_metadata": true,
        });
        let found: Found = self.call(Method::History, arguments).await?;
        Ok(HistoryPage {
            messages: sensible(found.messages),
            next_cursor: found.response_metadata.next(),
        })
    }

    /// `conversations.list`: public channels and the private ones that the bot is in, archived
    /// ones too, since they keep their names.
    pub async fn channels(&self, cursor: Option<&str>) -> Result<Page<Channel>, SlackError> {
        let arguments = json!({
            "types": "public_channel,private_channel",
            "exclude_archived": false,
            "limit": PAGE,
            "cursor": cursor,
        });
        let found: Found = self.call(Method::Channels, arguments).await?;
        Ok(Page {
            items: sensible(found.channels),
            next_cursor: found.response_metadata.next(),
        })
    }

    /// `conversations.info`: a channel as it is now.
    pub async fn info(&self, channel: &ChannelId) -> Result<Channel, SlackError> {
        let one: One = self.call(Method::Info, json!({"channel": channel})).await?;
        Ok(one.channel)
    }

    /// `conversations.join`: enters a public channel; nothing new where the bot is in it.
    pub async fn join(&self, channel: &ChannelId) -> Result<Channel, SlackError> {
        let one: One = self.call(Method::Join, json!({"channel": channel})).await?;
        Ok(one.channel)
    }

    /// Makes one call. `arguments` is an object; a `null` in it is left out. Reads are sent as a
    /// form, the only thing that all of them take; writes as JSON.
    ///
    /// # Errors
    /// Whatever is not `ok: true` in the shape of `T`.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        mut arguments: Value,
    ) -> Result<T, SlackError> {
        if let Some(arguments) = arguments.as_object_mut() {
            arguments.retain(|_, value| !value.is_null());
        }
        let (kind, body) = if method.writes() {
            ("application/json; charset=utf-8", arguments.to_string())
        } else {
            ("application/x-www-form-urlencoded", form(&arguments))
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(AUTHORIZATION, self.bearer()?);
        let path = format!("/{}", method.name());
        let answer = self
            .wire
            .send(reqwest::Method::POST, &path, headers, body)
            .await
            .map_err(SlackError::lost)?;
        error::read(method, &answer)
    }

    fn bearer(&self) -> Result<HeaderValue, SlackError> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", self.token.reveal()))
            .map_err(|_| SlackError::NotSent {
                why: "the token has characters that no header can hold".to_owned(),
            })?;
        bearer.set_sensitive(true);
        Ok(bearer)
    }
}

fn message(channel: &ChannelId, text: &str, blocks: &[Value], metadata: &Metadata) -> Value {
    let mut arguments = json!({
        "channel": channel,
        "text": text,
        "blocks": blocks,
        "metadata": metadata.to_json(),
        "link_names": false,
        "parse": "none",
    });
    if blocks.is_empty() {
        arguments["blocks"] = Value::Null;
    }
    arguments
}

fn form(arguments: &Value) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in arguments.as_object().into_iter().flatten() {
        match value.as_str() {
            Some(text) => form.append_pair(name, text),
            None => form.append_pair(name, &value.to_string()),
        };
    }
    form.finish()
}

#[derive(Deserialize)]
struct Done {}

#[derive(Deserialize)]
struct Posted {
    ts: MessageTs,
}

#[derive(Deserialize)]
struct One {
    channel: Channel,
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    messages: Vec<Value>,
    #[serde(default)]
    channels: Vec<Value>,
    #[serde(default, deserialize_with = "lenient")]
    response_metadata: Cursor,
}

#[derive(Deserialize, Default)]
struct Cursor {
    #[serde(default)]
    next_cursor: Option<String>,
}

impl Cursor {
    fn next(self) -> Option<String> {
        self.next_cursor.filter(|cursor| !cursor.is_empty())
    }
}

/// One odd item costs that item, not the page.
fn sensible<T: DeserializeOwned>(items: Vec<Value>) -> Vec<T> {
    items
        .into_iter()
        .filter_map(|item| serde_json::from_value(item).ok())
        .collect()
}

/// One odd field costs that field, not the item.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

fn metadata<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Metadata>, D::Error> {
    Ok(Metadata::from_json(&Value::deserialize(deserializer)?))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::extract::{Path, State};
    use axum::http::HeaderMap as Headers;
    use axum::routing::post;
    use tokio::net::TcpListener;

    use super::super::Refusal;
    use super::*;

    type Asked = Arc<Mutex<Vec<(String, String, String)>>>;

    /// A Slack that answers everything with this, and a client of it; what it was asked is kept.
    async fn slack(status: u16, reply: &'static str) -> (Slack, Asked) {
        let asked = Asked::default();
        let app = Router::new()
            .route(
                "/api/{method}",
                post(
                    move |State(asked): State<Asked>,
                          Path(method): Path<String>,
                          headers: Headers,
                          body: String| async move {
                        let kind = headers["content-type"].to_str().unwrap().to_owned();
                        assert_eq!(headers["authorization"], "Bearer xoxb-secret");
                        asked.lock().unwrap().push((method, kind, body));
                        let status = axum::http::StatusCode::from_u16(status).unwrap();
                        (status, [("retry-after", "7")], reply)
                    },
                ),
            )
            .with_state(asked.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api_url = format!("http://{}/api", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (client(api_url), asked)
    }

    fn client(api_url: String) -> Slack {
        Slack::new(Settings {
            api_url,
            token: "xoxb-secret".into(),
            timeout: Duration::from_millis(500),
        })
        .unwrap()
    }

    fn about() -> Metadata {
        Metadata::new("c:1".into(), 3)
    }

    async fn say(slack: &Slack) -> Result<MessageTs, SlackError> {
        slack.post(&"C1".into(), "hi", &[], &about()).await
    }

    #[tokio::test]
    async fn a_message_says_its_key_and_makes_nothing_live() {
        let (slack, asked) = slack(200, r#"{"ok":true,"ts":"1.000001","channel":"C1"}"#).await;
        let blocks = [json!({"type": "divider"})];
        let ts = slack.post(&"C1".into(), "hi", &blocks, &about()).await;
        assert_eq!(ts, Ok("1.000001".into()));
        let asked = asked.lock().unwrap().clone();
        let (method, kind, body) = &asked[0];
        assert_eq!(method, "chat.postMessage");
        assert_eq!(kind, "application/json; charset=utf-8");
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(
            body,
            json!({
                "channel": "C1", "text": "hi", "blocks": [{"type": "divider"}],
                "metadata": {"event_type": "sssbot_message", "event_payload": {"key": "c:1", "rev": "3"}},
                "unfurl_links": false, "unfurl_media": false, "link_names": false,
                "parse": "none", "mrkdwn": true,
            })
        );
    }

    #[tokio::test]
    async fn an_update_names_its_message() {
        let (slack, asked) = slack(200, r#"{"ok":true}"#).await;
        let done = slack
            .update(&"C1".into(), &"1.000001".into(), "new", &[], &about())
            .await;
        assert_eq!(done, Ok(()));
        let body: Value = serde_json::from_str(&asked.lock().unwrap()[0].2).unwrap();
        assert_eq!(
            (&body["ts"], &body["text"]),
            (&json!("1.000001"), &json!("new"))
        );
        assert_eq!(body.get("blocks"), None);
    }

    #[tokio::test]
    async fn history_is_read_in_pages_and_what_is_odd_is_left_out() {
        let reply = r#"{"ok":true,"has_more":true,"response_metadata":{"next_cursor":"abc="},"messages":[
            {"ts":"2.0","bot_id":"B1","text":"ours","metadata":{"event_type":"sssbot_message",
             "event_payload":{"key":"c:1","rev":"3"}}},
            {"text":"no ts"}, 7,
            {"ts":"1.0","user":"U1","text":["odd"],"bot_id":9,"metadata":{"event_type":"sssbot_message",
             "event_payload":{"key":"c:1","rev":"3"}}}]}"#;
        let (slack, asked) = slack(200, reply).await;
        let oldest = MessageTs::from("0.5");
        let history = History {
            oldest: Some(&oldest),
            cursor: Some("a&b"),
            limit: 2_000,
            ..History::default()
        };
        let page = slack.history(&"C1".into(), history).await.unwrap();
        assert_eq!(page.next_cursor.as_deref(), Some("abc="));
        let us = Identity {
            url: String::new(),
            team_id: "T1".into(),
            bot_id: Some("B1".into()),
            user_id: "U0".into(),
        };
        let seen: Vec<_> = page
            .messages
            .iter()
            .map(|m| {
                (
                    m.ts.as_str(),
                    m.text.as_str(),
                    m.is_from(&us),
                    m.metadata.is_some(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [("2.0", "ours", true, true), ("1.0", "", false, true)]
        );
        let asked = asked.lock().unwrap().clone();
        assert_eq!(asked[0].1, "application/x-www-form-urlencoded");
        assert_eq!(
            asked[0].2,
            "channel=C1&cursor=a%26b&include_all_metadata=true&inclusive=false&limit=999&oldest=0.5"
        );
    }

    #[tokio::test]
    async fn channels_come_in_pages() {
        let reply = r#"{"ok":true,"response_metadata":{"next_cursor":""},"channels":[
            {"id":"C1","name":"障害-20210101","is_archived":false,"is_private":true,"is_member":true},
            {"name":"no id"}, {"id":"C2"}]}"#;
        let (slack, _) = slack(200, reply).await;
        let page = slack.channels(None).await.unwrap();
        let names: Vec<_> = page
            .items
            .iter()
            .map(|c| (c.id.as_str(), c.name.as_str(), c.is_private, c.is_member))
            .collect();
        assert_eq!(
            names,
            [
                ("C1", "障害-20210101", true, true),
                ("C2", "", false, false)
            ]
        );
        assert_eq!(page.next_cursor, None);
    }

    #[tokio::test]
    async fn who_we_are_and_where() {
        let reply = r#"{"ok":true,"url":"https://acme.slack.com/","team_id":"T1","user_id":"U1","bot_id":"B1"}"#;
        let (here, _) = slack(200, reply).await;
        assert_eq!(
            here.auth_test().await.unwrap().bot_id.as_deref(),
            Some("B1")
        );
        let (there, asked) = slack(200, r#"{"ok":true,"channel":{"id":"C1","name":"a"}}"#).await;
        assert_eq!(there.join(&"C1".into()).await.unwrap().name, "a");
        assert_eq!(there.info(&"C1".into()).await.unwrap().name, "a");
        let methods: Vec<_> = asked.lock().unwrap().iter().map(|a| a.0.clone()).collect();
        assert_eq!(methods, ["conversations.join", "conversations.info"]);
    }

    #[tokio::test]
    async fn each_way_to_fail_is_told_apart() {
        let (limited, asked) = slack(429, "").await;
        let retry_after = jiff::SignedDuration::from_secs(7);
        assert_eq!(
            say(&limited).await,
            Err(SlackError::RateLimited { retry_after })
        );
        assert_eq!(asked.lock().unwrap().len(), 1, "asked once, not again");

        let (refusing, _) = slack(200, r#"{"ok":false,"error":"is_archived"}"#).await;
        assert_eq!(
            say(&refusing).await,
            Err(SlackError::Refused(Refusal::IsArchived))
        );

        let (broken, asked) = slack(503, "").await;
        assert!(say(&broken).await.unwrap_err().may_have_happened());
        assert_eq!(asked.lock().unwrap().len(), 1, "asked once, not again");

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let held = client(format!("http://{}", listener.local_addr().unwrap()));
        assert!(say(&held).await.unwrap_err().may_have_happened());
        drop(listener);
        let gone = say(&held).await;
        assert!(matches!(gone, Err(SlackError::NotSent { .. })), "{gone:?}");
    }

    #[test]
    fn the_token_is_never_printed() {
        let slack = client("http://127.0.0.1:1/api".into());
        assert!(!format!("{slack:?}").contains("xoxb-secret"));
    }
}
