//! The App as its client library sees it: keys, tokens, pages, and what it is told.

use serde_json::{Value, json};

use super::{REPO, bench};

#[tokio::test]
async fn octocrab_works_as_an_app() {
    let bench = bench().await;
    bench
        .ana("POST", "/issues", json!({"title": "Checkout is down"}))
        .await;
    let crab = bench.octocrab();
    let installation = crab
        .apps()
        .get_repository_installation("acme", "shop")
        .await
        .unwrap();
    let crab = crab.installation(installation.id).unwrap();
    for n in 0..3 {
        let said = format!("note {n}");
        let made = crab
            .issues("acme", "shop")
            .create_comment(1, said)
            .await
            .unwrap();
        assert_eq!(made.user.login, "sssbot[bot]");
        assert_eq!(made.user.r#type, "Bot");
    }
    let first = crab
        .issues("acme", "shop")
        .list_comments(1)
        .per_page(2)
        .send()
        .await
        .unwrap();
    assert_eq!(first.items.len(), 2);
    let next = first.next.unwrap();
    assert!(next.query().unwrap().contains("page=2"));
    // An absolute address would be asked for without a token: this client shows its own to nobody
    // but api.github.com. So the link is followed by its path.
    let path = next.path_and_query().unwrap().as_str();
    let path = path.strip_prefix("/api/v3").unwrap();
    let second: Vec<octocrab::models::issues::Comment> = crab.get(path, None::<&()>).await.unwrap();
    assert_eq!(second[0].body.as_deref(), Some("note 2"));
    let issue = crab.issues("acme", "shop").get(1).await.unwrap();
    assert_eq!(
        (issue.title.as_str(), issue.comments),
        ("Checkout is down", 3)
    );
    let repo = crab.repos("acme", "shop").get().await.unwrap();
    assert_eq!(repo.full_name.as_deref(), Some("acme/shop"));

    let told = bench.world.told();
    assert_eq!(told.len(), 3);
    assert_eq!(
        (told[2].who.as_str(), told[2].summary.as_str()),
        ("app", "note 2")
    );
    assert_eq!(told[0].path, "/repos/acme/shop/issues/1/comments");
    // The App hears of what it does itself.
    let heard = bench.kinds().await;
    assert_eq!(
        heard
            .iter()
            .filter(|kind| *kind == "issue_comment.created")
            .count(),
        3
    );
}

#[tokio::test]
async fn strangers_and_old_keys_are_refused() {
    let bench = bench().await;
    let stranger = super::super::auth::new_key().1;
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(stranger.as_bytes()).unwrap();
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
    let now = super::super::auth::machine_now().as_second();
    let claims = json!({"iss": 4242, "iat": now - 60, "exp": now + 300});
    let forged = jsonwebtoken::encode(&header, &claims, &key).unwrap();
    assert_eq!(bench.call(&forged, "GET", "/app", Value::Null).await.0, 401);
    let own = jsonwebtoken::EncodingKey::from_rsa_pem(bench.pem.as_bytes()).unwrap();
    let good = jsonwebtoken::encode(&header, &claims, &own).unwrap();
    let (status, app) = bench.call(&good, "GET", "/app", Value::Null).await;
    assert_eq!((status, &app["slug"]), (200, &json!("sssbot")));
    let late = json!({"iss": 4242, "iat": now - 60, "exp": now + 3_600});
    let late = jsonwebtoken::encode(&header, &late, &own).unwrap();
    assert_eq!(bench.call(&late, "GET", "/app", Value::Null).await.0, 401);

    assert_eq!(
        bench.call("ghs_nobody", "GET", REPO, Value::Null).await.0,
        401
    );
    assert_eq!(
        bench.call("user:nobody", "GET", REPO, Value::Null).await.0,
        401
    );
    assert_eq!(bench.call("", "GET", REPO, Value::Null).await.0, 404);
    assert_eq!(
        bench.call("user:ana", "GET", "/app", Value::Null).await.0,
        401
    );
    bench.world.add_repo("acme/vault", true).unwrap();
    bench.world.add_repo("acme/site", false).unwrap();
    let token = bench.token().await;
    assert_eq!(
        bench
            .call(&token, "GET", "/repos/acme/vault", Value::Null)
            .await
            .0,
        404
    );
    assert_eq!(
        bench
            .call(&token, "GET", "/repos/acme/site", Value::Null)
            .await
            .0,
        200
    );
    let issue = json!({"title": "hello"});
    let (status, _) = bench
        .call(&token, "POST", "/repos/acme/site/issues", issue)
        .await;
    assert_eq!(status, 403);
    let (_, mine) = bench
        .call(&token, "GET", "/installation/repositories", Value::Null)
        .await;
    assert_eq!(mine["total_count"], 1);
}

#[tokio::test]
async fn an_unknown_route_is_remembered() {
    let bench = bench().await;
    let (status, body) = bench
        .call("user:ana", "POST", "/repos/acme/shop/stars", json!({}))
        .await;
    assert_eq!((status, &body["message"]), (404, &json!("Not Found")));
    let (status, _) = bench.call("user:ana", "DELETE", REPO, Value::Null).await;
    assert_eq!(status, 404);
    let told = bench.world.told();
    assert!(told.iter().all(|told| told.unknown) && told.len() == 2);
    assert_eq!(told[0].path, "/repos/acme/shop/stars");
}

#[tokio::test]
async fn an_unchanged_answer_is_304_and_free() {
    let bench = bench().await;
    let url = format!("{}{REPO}/issues?state=all", bench.url);
    let ask = || bench.http.get(&url).bearer_auth("user:ana");
    let first = ask().send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    let used = first.headers()["x-ratelimit-used"].clone();
    let again = ask().header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()["x-ratelimit-used"], used);
    bench.ana("POST", "/issues", json!({"title": "new"})).await;
    let changed = ask().header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(changed.status(), 200);
}

#[tokio::test]
async fn too_many_writes_in_a_minute_wait() {
    let bench = bench().await;
    bench.world.set_write_limit(Some(2));
    let write = || async {
        let url = format!("{}{REPO}/labels", bench.url);
        let name = format!("l{}", bench.world.snapshot().version);
        let body = json!({"name": name});
        bench
            .http
            .post(url)
            .bearer_auth("user:ana")
            .json(&body)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(write().await.status(), 201);
    assert_eq!(write().await.status(), 201);
    let refused = write().await;
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["retry-after"]),
        (403, &"60".parse().unwrap())
    );
    bench.hands.turn(jiff::SignedDuration::from_secs(60));
    assert_eq!(write().await.status(), 201);
}
