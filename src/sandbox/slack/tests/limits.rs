//! Limits, faults, and how time and changes are told.

use super::*;

#[tokio::test]
async fn too_many_calls_are_answered_429() {
    let desk = desk_with(|s| s.limits = Limits::slack()).await;
    let id = desk.channel("general");
    for _ in 0..5 {
        desk.post(&id, "a").await;
    }
    assert_eq!(desk.world.limits_exceeded(), 0);
    let request = desk
        .http
        .post(format!("{}/api/chat.postMessage", desk.url))
        .bearer_auth(TOKEN);
    let answer = request
        .json(&json!({ "channel": id, "text": "a" }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "1");
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({ "ok": false, "error": "ratelimited" })
    );
    assert_eq!(desk.world.limits_exceeded(), 1);
    desk.wait(1);
    desk.post(&id, "a").await;
}

#[tokio::test]
async fn faults_on_demand() {
    let desk = desk().await;
    let id = desk.channel("general");
    let body = json!({ "channel": id, "text": "a" });
    let said = || {
        desk.world
            .channel("general")
            .unwrap()
            .messages
            .iter()
            .filter(|m| m.by_bot)
            .count()
    };
    let faults = desk.world.faults();

    faults.next("chat.postMessage", Fault::InternalErrorAfter);
    assert_eq!(
        desk.error("chat.postMessage", body.clone()).await,
        "internal_error"
    );
    assert_eq!(said(), 1);

    let raw = || {
        let request = desk.http.post(format!("{}/api/chat.postMessage", desk.url));
        request
            .bearer_auth(TOKEN)
            .json(&body)
            .timeout(Duration::from_millis(300))
            .send()
    };
    faults.next("chat.postMessage", Fault::TimeoutAfter);
    assert!(raw().await.unwrap_err().is_timeout());
    assert_eq!(said(), 2);
    faults.next("chat.postMessage", Fault::TimeoutBefore);
    assert!(raw().await.unwrap_err().is_timeout());
    assert_eq!(said(), 2);
    faults.next("chat.postMessage", Fault::Status(503));
    assert_eq!(raw().await.unwrap().status(), 503);

    faults.next("chat.postMessage", Fault::RateLimited(30));
    assert_eq!(raw().await.unwrap().headers()["retry-after"], "30");
    assert_eq!(desk.world.limits_exceeded(), 0);
    desk.wait(10);
    assert_eq!(
        raw().await.unwrap().headers()["retry-after"],
        "20",
        "too early"
    );
    assert_eq!(desk.world.limits_exceeded(), 1);
    desk.wait(20);
    assert_eq!(raw().await.unwrap().status(), 200);
    assert_eq!((said(), faults.unmet()), (3, 0));
    let answers: Vec<String> = desk
        .world
        .told()
        .into_iter()
        .map(|told| told.answer)
        .collect();
    assert_eq!(
        answers,
        [
            "ok, internal_error",
            "ok, timed out",
            "timed out, not done",
            "503",
            "429",
            "429",
            "ok"
        ]
    );
}

#[tokio::test]
async fn a_connection_breaks_before_or_after_or_long_before_it_is_done() {
    let desk = desk().await;
    let id = desk.channel("general");
    let said = || {
        let view = desk.world.channel("general").unwrap();
        view.messages.iter().filter(|m| m.by_bot).count()
    };
    let body = json!({ "channel": id, "text": "a" });
    let whole = || async {
        let request = desk.http.post(format!("{}/api/chat.postMessage", desk.url));
        let answer = request.bearer_auth(TOKEN).json(&body).send().await?;
        answer.bytes().await
    };
    let later = Fault::DoneLater(SignedDuration::from_secs(20));
    for (fault, there) in [(Fault::CutBefore, 0), (Fault::CutAfter, 1), (later, 1)] {
        desk.world.faults().next("chat.postMessage", fault.clone());
        let error = whole().await.unwrap_err();
        assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
        assert_eq!(said(), there, "{fault:?}");
    }
    assert_eq!(
        desk.world.next_due(),
        Some(desk.world.now() + SignedDuration::from_secs(20))
    );
    desk.wait(19);
    assert_eq!(desk.world.pump().await, 0);
    desk.wait(1);
    assert_eq!((desk.world.pump().await, said()), (1, 2));
}

#[tokio::test]
async fn the_app_dies_at_the_call_that_was_said() {
    let desk = desk().await;
    let id = desk.channel("general");
    let death = desk.world.faults().death();
    for (moment, there) in [(Moment::Before, 1), (Moment::After, 3)] {
        death.at_call(2, moment);
        desk.post(&id, "a").await;
        tokio::select! {
            () = death.comes() => {}
            _ = desk.post(&id, "b") => panic!("answered"),
        }
        let view = desk.world.channel("general").unwrap();
        let said = view.messages.iter().filter(|m| m.by_bot).count();
        assert_eq!(said, there, "{moment:?}");
    }
}

#[tokio::test]
async fn changes_are_told_and_time_stamps_never_repeat() {
    let desk = desk().await;
    let id = desk.channel("general");
    let changes = desk.world.changes();
    let first = desk.post(&id, "a").await;
    assert!(changes.has_changed().unwrap());
    let second = desk.post(&id, "b").await;
    assert!(first < second);
    desk.hands
        .turn_to(Timestamp::from_second(1_700_000_000).unwrap());
    assert_eq!(desk.post(&id, "c").await.as_str(), "1700000000.000000");
}
