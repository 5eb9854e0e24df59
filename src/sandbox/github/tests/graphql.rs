//! Questions in GraphQL: what is asked for comes, what the schema lacks is refused.

use serde_json::{Value, json};

use super::{REPO, bench};

const ALL: &str = "query($after: String, $first: Int!, $since: DateTime) {
  repository(owner: \"acme\", name: \"shop\") {
    issues(first: $first, after: $after, filterBy: {since: $since},
           orderBy: {field: UPDATED_AT, direction: ASC}) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { number author { login __typename }
        timelineItems(first: 2, itemTypes: [LABELED_EVENT, ISSUE_COMMENT]) {
          totalCount
          nodes { __typename ... on LabeledEvent { label { name } } ... on IssueComment { body } } } }
    }
  }
}";

#[tokio::test]
async fn issues_come_page_by_page_with_what_happened_to_them() {
    let bench = bench().await;
    for title in ["one", "two", "three"] {
        let issue = json!({"title": title, "labels": ["shop"]});
        bench
            .call("user:ana", "POST", &format!("{REPO}/issues"), issue)
            .await;
        bench.hands.turn(jiff::SignedDuration::from_secs(60));
    }
    let comment = json!({"body": "again"});
    bench
        .call(
            "user:ben",
            "POST",
            &format!("{REPO}/issues/1/comments"),
            comment,
        )
        .await;
    let ask = async |query: &str, variables: Value| {
        let body = json!({"query": query, "variables": variables});
        let (status, answer) = bench.call("user:ana", "POST", "/graphql", body).await;
        assert_eq!(status, 200);
        answer
    };
    let first = ask(ALL, json!({"first": 2})).await;
    let issues = &first["data"]["repository"]["issues"];
    assert_eq!(issues["totalCount"], 3, "{first:#}");
    let numbers = |issues: &Value| -> Vec<u64> {
        let nodes = issues["nodes"].as_array().unwrap();
        nodes
            .iter()
            .map(|node| node["number"].as_u64().unwrap())
            .collect()
    };
    // The one that was changed last is last.
    assert_eq!(numbers(issues), [2, 3]);
    let cursor = &issues["pageInfo"]["endCursor"];
    assert_eq!(issues["pageInfo"]["hasNextPage"], true);
    let rest = ask(ALL, json!({"first": 2, "after": cursor})).await;
    let issues = &rest["data"]["repository"]["issues"];
    assert_eq!(
        (numbers(issues), &issues["pageInfo"]["hasNextPage"]),
        (vec![1], &json!(false))
    );
    assert_eq!(
        issues["nodes"][0],
        json!({"number": 1, "author": {"login": "ana", "__typename": "User"}, "timelineItems": {
            "totalCount": 2, "nodes": [
                {"__typename": "LabeledEvent", "label": {"name": "shop"}},
                {"__typename": "IssueComment", "body": "again"}]}})
    );
    let since = ask(ALL, json!({"first": 9, "since": "2026-03-02T09:02:30Z"})).await;
    assert_eq!(numbers(&since["data"]["repository"]["issues"]), [1]);

    for (query, kind) in [
        (
            "{ repository(owner: \"acme\", name: \"shop\") { nonsense } }",
            "UNDEFINED_FIELD",
        ),
        (
            "{ repository(owner: \"acme\", name: \"none\") { nameWithOwner } }",
            "NOT_FOUND",
        ),
        (
            "{ repository(owner: \"acme\", name: \"shop\") { issues { totalCount } } }",
            "MISSING_PAGINATION_BOUNDARIES",
        ),
        (
            "{ repository(owner: \"acme\", name: \"shop\") { issues(first: 101) { totalCount } } }",
            "EXCESSIVE_PAGINATION",
        ),
    ] {
        let refused = ask(query, json!({})).await;
        assert_eq!(refused["errors"][0]["type"], kind, "{refused:#}");
        assert_eq!(refused["data"], Value::Null);
    }
}
