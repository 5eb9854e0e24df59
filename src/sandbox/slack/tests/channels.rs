//! Tokens, channels, people and user groups.

use super::*;

#[tokio::test]
async fn tokens_and_scopes() {
    let desk = desk_with(|s| s.scopes = Some(vec!["chat:write".to_owned()])).await;
    let answer = desk.form("auth.test", None, &[]).await;
    assert_eq!(answer, json!({ "ok": false, "error": "not_authed" }));
    let form = [("token", "xoxb-other")];
    let answer = desk.form("auth.test", None, &form).await;
    assert_eq!(answer["error"], "invalid_auth");
    let form = [("token", TOKEN)];
    let answer = desk.form("auth.test", None, &form).await;
    assert_eq!(answer["user_id"], json!(desk.world.bot()));
    let answer = desk.call("pins.list", json!({ "channel": "C1" })).await;
    assert_eq!(answer["error"], "missing_scope");
    assert_eq!(
        (&answer["needed"], &answer["provided"]),
        (&json!("pins:read"), &json!("chat:write"))
    );
    let answer = desk.call("chat.shout", json!({})).await;
    assert_eq!(answer["error"], "unknown_method");
    assert_eq!(desk.world.told().last().unwrap().method, "chat.shout");
}

#[tokio::test]
async fn channels_come_and_go() {
    let desk = desk().await;
    let create = |name: &str| json!({ "name": name });
    let made = desk
        .call("conversations.create", create("example-20210101i"))
        .await;
    let id = ChannelId::from(made["channel"]["id"].as_str().unwrap());
    assert_eq!(made["channel"]["is_member"], true);
    assert_eq!(
        desk.error("conversations.create", create("example-20210101i"))
            .await,
        "name_taken"
    );
    assert_eq!(
        desk.error("conversations.create", create("Example")).await,
        "invalid_name_specials"
    );
    assert_eq!(
        desk.error("conversations.create", create("例-訓練")).await,
        "ok"
    );
    assert_eq!(
        desk.error(
            "conversations.setTopic",
            json!({ "channel": id, "topic": "あ".repeat(251) })
        )
        .await,
        "too_long"
    );
    assert_eq!(
        desk.error(
            "conversations.setTopic",
            json!({ "channel": id, "topic": "落ちた" })
        )
        .await,
        "ok"
    );
    assert_eq!(
        desk.error("conversations.archive", json!({ "channel": id }))
            .await,
        "ok"
    );
    assert_eq!(
        desk.error("conversations.archive", json!({ "channel": id }))
            .await,
        "already_archived"
    );
    assert_eq!(
        desk.error("conversations.unarchive", json!({ "channel": id }))
            .await,
        "not_in_channel"
    );
    assert_eq!(
        desk.error("conversations.create", create("example-20210101i"))
            .await,
        "name_taken"
    );
    let seen = desk.world.channel("example-20210101i").unwrap();
    assert!(seen.archived && !seen.members.contains(&desk.world.bot()));
    assert_eq!(seen.topic, "落ちた");
    let hidden = desk
        .world
        .create_channel("hidden", &desk.hanako, true)
        .unwrap();
    assert_eq!(
        desk.error("conversations.info", json!({ "channel": hidden }))
            .await,
        "channel_not_found"
    );
    let list = desk
        .call(
            "conversations.list",
            json!({ "types": "public_channel,private_channel", "exclude_archived": true }),
        )
        .await;
    let names: Vec<&Value> = list["channels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["name"])
        .collect();
    assert_eq!(names, ["例-訓練"]);
}

#[tokio::test]
async fn people_are_invited_by_the_rules() {
    let desk = desk().await;
    let id = desk.channel("general");
    let bot = desk.world.bot();
    let taro = desk.world.add_user(NewPerson::named("taro"));
    let invite = |users: &str| json!({ "channel": id, "users": users });
    for (users, error) in [
        (bot.as_str(), "cant_invite_self"),
        ("U404", "user_not_found"),
        (desk.hanako.as_str(), "already_in_channel"),
        ("", "no_user"),
        (vec!["U1"; 101].join(",").as_str(), "too_many_users"),
        (taro.as_str(), "ok"),
    ] {
        assert_eq!(
            desk.error("conversations.invite", invite(users)).await,
            error,
            "{users}"
        );
    }
    let list = json!({ "channel": id, "users": ["U1"] });
    assert_eq!(
        desk.error("conversations.invite", list).await,
        "invalid_array_arg"
    );
    let members = desk
        .call("conversations.members", json!({ "channel": id }))
        .await;
    assert_eq!(members["members"], json!([desk.hanako, bot, taro]));
    let other = desk
        .world
        .create_channel("other", &desk.hanako, false)
        .unwrap();
    assert_eq!(
        desk.error("conversations.join", json!({ "channel": other }))
            .await,
        "ok"
    );
    assert_eq!(
        desk.call("conversations.join", json!({ "channel": other }))
            .await["warning"],
        "already_in_channel"
    );
    let found = desk
        .call(
            "users.lookupByEmail",
            json!({ "email": "taro@example.com" }),
        )
        .await;
    assert_eq!(found["user"]["id"], json!(taro));
    assert_eq!(
        desk.error("users.lookupByEmail", json!({ "email": "a@b" }))
            .await,
        "users_not_found"
    );
}

#[tokio::test]
async fn user_groups_by_the_rules() {
    let desk = desk_with(|s| {
        s.groups_by_admins_only = true;
        s.user_tokens = vec![("xoxp-admin".to_owned(), SlackUserId::from("UADMIN"))];
    })
    .await;
    desk.world.add_user(NewPerson {
        id: Some("UADMIN".into()),
        admin: true,
        ..NewPerson::named("boss")
    });
    let guest = desk.world.add_user(NewPerson {
        guest: true,
        ..NewPerson::named("guest")
    });
    let by_admin = async |method: &str, body: Value| -> Value {
        let request = desk.http.post(format!("{}/api/{method}", desk.url));
        request
            .bearer_auth("xoxp-admin")
            .json(&body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let new = json!({ "name": "First", "handle": "first" });
    assert_eq!(
        desk.error("usergroups.create", new.clone()).await,
        "permission_denied"
    );
    let made = by_admin("usergroups.create", new.clone()).await;
    let id = made["usergroup"]["id"].clone();
    assert_eq!(
        by_admin("usergroups.create", new).await["error"],
        "name_already_exists"
    );
    let twin = json!({ "name": "Twin", "handle": "hanako" });
    assert_eq!(
        by_admin("usergroups.create", twin).await["error"],
        "handle_already_exists"
    );
    let users = |users: String| json!({ "usergroup": id, "users": users });
    assert_eq!(
        by_admin("usergroups.users.update", users(String::new())).await["error"],
        "no_users_provided"
    );
    assert_eq!(
        by_admin("usergroups.users.update", users(guest.to_string())).await["error"],
        "invalid_users"
    );
    let set = by_admin("usergroups.users.update", users(desk.hanako.to_string())).await;
    assert_eq!(set["usergroup"]["users"], json!([desk.hanako]));
    assert_eq!(
        by_admin("usergroups.disable", json!({ "usergroup": id })).await["ok"],
        true
    );
    let listed = desk.call("usergroups.list", json!({})).await;
    assert_eq!(listed["usergroups"], json!([]));
    let listed = desk
        .call("usergroups.list", json!({ "include_disabled": true }))
        .await;
    assert_eq!(listed["usergroups"][0]["handle"], "first");
    let again = json!({ "name": "Other", "handle": "first" });
    assert_eq!(
        by_admin("usergroups.create", again).await["error"],
        "handle_already_exists"
    );
}

#[tokio::test]
async fn what_people_do_to_a_group_is_told_and_slacks_own_groups_are_left_alone() {
    let desk = desk().await;
    let taro = desk.world.add_user(NewPerson::named("taro"));
    let own = desk.world.add_group(
        "Admins",
        "admins",
        std::slice::from_ref(&taro),
        Some("admins"),
    );
    let id = desk
        .world
        .add_group("First", "first", std::slice::from_ref(&desk.hanako), None);
    let users = json!({ "usergroup": own, "users": desk.hanako });
    assert_eq!(
        desk.error("usergroups.users.update", users).await,
        "permission_denied"
    );
    let lost = json!({ "usergroup": id, "channels": "C404" });
    assert_eq!(
        desk.error("usergroups.update", lost).await,
        "channel_not_found"
    );
    let change = |change: GroupChange| desk.world.change_group(&id, &taro, &change);
    let all = vec![desk.hanako.clone()];
    assert_eq!(
        change(GroupChange::Remove(all)).unwrap_err().error,
        "no_users_provided"
    );
    change(GroupChange::Add(vec![taro.clone()])).unwrap();
    change(GroupChange::Handle("second".to_owned())).unwrap();
    let listed = desk.call("usergroups.list", json!({ "include_users": true }));
    let listed = listed.await;
    let group = &listed["usergroups"][1];
    assert_eq!(group["handle"], "second");
    assert_eq!(group["updated_by"], taro.as_str());
    assert_eq!(group["created_by"], desk.hanako.as_str());
    assert_eq!(group["user_count"], 2);
    desk.world.deactivate(&desk.hanako);
    let members = json!({ "usergroup": id });
    let members = desk.call("usergroups.users.list", members).await;
    assert_eq!(members["users"], json!([taro]));
}
