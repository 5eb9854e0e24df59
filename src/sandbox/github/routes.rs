//! The table of contents: every call that this GitHub knows, and who answers it.

use super::call::{Answer, Call};
use super::state::State;
use super::{
    app, checks, comments, commits, contents, deliveries, git_data, graphql, issue_list, issues,
    labels, oauth, pulls, reactions, refs, repos, review_comments, reviews, sub_issues, teams,
    timeline,
};

/// Answers one call.
pub(super) type Act = fn(&mut State, &Call) -> Answer;

/// Verb, path and what answers. A path that is not here is `404` and stands in the journal.
pub(super) const ROUTES: &[(&str, &str, Act)] = &[
    ("GET", "/", repos::root),
    ("GET", "/meta", repos::root),
    ("GET", "/rate_limit", repos::rate_limit),
    ("POST", "/graphql", graphql::post),
    ("POST", "/api/graphql", graphql::post),
    // Signing in.
    ("GET", "/login/oauth/authorize", oauth::authorize),
    ("POST", "/login/oauth/access_token", oauth::access_token),
    // The App and its installations.
    ("GET", "/app", app::get),
    ("GET", "/app/installations", app::installations),
    ("GET", "/app/installations/{id}", app::installation),
    (
        "POST",
        "/app/installations/{id}/access_tokens",
        app::make_token,
    ),
    ("GET", "/app/hook/deliveries", deliveries::list),
    ("GET", "/app/hook/deliveries/{id}", deliveries::get),
    (
        "POST",
        "/app/hook/deliveries/{id}/attempts",
        deliveries::again,
    ),
    ("GET", "/installation/repositories", app::my_repos),
    (
        "GET",
        "/orgs/{org}/installation",
        app::installation_of_account,
    ),
    (
        "GET",
        "/users/{login}/installation",
        app::installation_of_account,
    ),
    ("GET", "/orgs/{org}/members", app::members),
    ("GET", "/orgs/{org}/teams/{slug}", teams::get),
    ("GET", "/orgs/{org}/teams/{slug}/members", teams::members),
    (
        "GET",
        "/orgs/{org}/teams/{slug}/invitations",
        teams::invitations,
    ),
    ("GET", "/orgs/{org}/teams/{slug}/teams", teams::below),
    (
        "GET",
        "/orgs/{org}/teams/{slug}/memberships/{login}",
        teams::membership,
    ),
    (
        "PUT",
        "/orgs/{org}/teams/{slug}/memberships/{login}",
        teams::join,
    ),
    (
        "DELETE",
        "/orgs/{org}/teams/{slug}/memberships/{login}",
        teams::leave,
    ),
    ("GET", "/users/{login}", app::user),
    ("GET", "/user", app::me),
    // Repositories.
    ("GET", "/repos/{owner}/{repo}", repos::get),
    (
        "GET",
        "/repos/{owner}/{repo}/installation",
        app::installation_of_repo,
    ),
    ("GET", "/repos/{owner}/{repo}/assignees", app::assignees),
    ("GET", "/repos/{owner}/{repo}/collaborators", app::assignees),
    (
        "GET",
        "/repos/{owner}/{repo}/collaborators/{login}/permission",
        app::permission,
    ),
    ("GET", "/repos/{owner}/{repo}/activity", repos::activity),
    ("GET", "/repos/{owner}/{repo}/milestones", repos::milestones),
    (
        "POST",
        "/repos/{owner}/{repo}/milestones",
        repos::create_milestone,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/milestones/{milestone}",
        repos::milestone,
    ),
    // Labels.
    ("GET", "/repos/{owner}/{repo}/labels", labels::list),
    ("POST", "/repos/{owner}/{repo}/labels", labels::create),
    ("GET", "/repos/{owner}/{repo}/labels/{name}", labels::get),
    ("PATCH", "/repos/{owner}/{repo}/labels/{name}", labels::edit),
    (
        "DELETE",
        "/repos/{owner}/{repo}/labels/{name}",
        labels::delete,
    ),
    // Issues.
    ("GET", "/repos/{owner}/{repo}/issues", issue_list::list),
    ("POST", "/repos/{owner}/{repo}/issues", issues::create),
    ("GET", "/repos/{owner}/{repo}/issues/{number}", issues::get),
    (
        "PATCH",
        "/repos/{owner}/{repo}/issues/{number}",
        issues::edit,
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/issues/{number}/lock",
        issues::lock,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{number}/lock",
        issues::unlock,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/assignees",
        issues::assign,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{number}/assignees",
        issues::unassign,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/labels",
        labels::on_issue,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/labels",
        labels::add,
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/issues/{number}/labels",
        labels::set,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{number}/labels",
        labels::clear,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{number}/labels/{name}",
        labels::remove,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/timeline",
        timeline::timeline,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/events",
        timeline::events,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/events",
        timeline::repo_events,
    ),
    // Comments.
    (
        "GET",
        "/repos/{owner}/{repo}/issues/comments",
        comments::list_all,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/comments/{id}",
        comments::get,
    ),
    (
        "PATCH",
        "/repos/{owner}/{repo}/issues/comments/{id}",
        comments::edit,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/comments/{id}",
        comments::delete,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/sub_issues",
        sub_issues::list,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/sub_issues",
        sub_issues::add,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/comments/{id}/reactions",
        reactions::list,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/comments/{id}/reactions",
        reactions::create,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/comments",
        comments::list,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/comments",
        comments::create,
    ),
    // Pull requests.
    ("GET", "/repos/{owner}/{repo}/pulls", pulls::list),
    ("POST", "/repos/{owner}/{repo}/pulls", pulls::create),
    ("GET", "/repos/{owner}/{repo}/pulls/{number}", pulls::get),
    ("PATCH", "/repos/{owner}/{repo}/pulls/{number}", pulls::edit),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{number}/merge",
        pulls::merged,
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/pulls/{number}/merge",
        pulls::merge,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{number}/commits",
        pulls::commits,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{number}/files",
        pulls::files,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{number}/requested_reviewers",
        pulls::requested,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/pulls/{number}/requested_reviewers",
        pulls::request,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/pulls/{number}/requested_reviewers",
        pulls::unrequest,
    ),
    // Reviews and their comments.
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{number}/reviews",
        reviews::list,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/pulls/{number}/reviews",
        reviews::create,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{number}/reviews/{id}",
        reviews::get,
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/pulls/{number}/reviews/{id}",
        reviews::edit,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/pulls/{number}/reviews/{id}",
        reviews::delete,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/pulls/{number}/reviews/{id}/events",
        reviews::submit,
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/pulls/{number}/reviews/{id}/dismissals",
        reviews::dismiss,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{number}/reviews/{id}/comments",
        reviews::comments,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/comments",
        review_comments::list_all,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/comments/{id}",
        review_comments::get,
    ),
    (
        "PATCH",
        "/repos/{owner}/{repo}/pulls/comments/{id}",
        review_comments::edit,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/pulls/comments/{id}",
        review_comments::delete,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/pulls/{number}/comments",
        review_comments::list,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/pulls/{number}/comments",
        review_comments::create,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/pulls/{number}/comments/{id}/replies",
        review_comments::reply,
    ),
    // Commits and branches.
    ("GET", "/repos/{owner}/{repo}/commits", commits::list),
    ("GET", "/repos/{owner}/{repo}/commits/{sha}", commits::get),
    (
        "GET",
        "/repos/{owner}/{repo}/commits/{sha}/pulls",
        commits::pulls,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/commits/{sha}/check-runs",
        checks::list,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/compare/{*basehead}",
        commits::compare,
    ),
    ("GET", "/repos/{owner}/{repo}/branches", commits::branches),
    (
        "GET",
        "/repos/{owner}/{repo}/branches/{*branch}",
        commits::branch,
    ),
    ("GET", "/repos/{owner}/{repo}/readme", contents::readme),
    ("GET", "/repos/{owner}/{repo}/contents", contents::get),
    ("GET", "/repos/{owner}/{repo}/contents/", contents::get),
    (
        "GET",
        "/repos/{owner}/{repo}/contents/{*path}",
        contents::get,
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/contents/{*path}",
        contents::put,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/contents/{*path}",
        contents::delete,
    ),
    // Git's own objects.
    (
        "POST",
        "/repos/{owner}/{repo}/git/blobs",
        git_data::create_blob,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/git/blobs/{sha}",
        git_data::blob,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/git/trees",
        git_data::create_tree,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/git/trees/{sha}",
        git_data::tree,
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/git/commits",
        git_data::create_commit,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/git/commits/{sha}",
        git_data::commit,
    ),
    ("GET", "/repos/{owner}/{repo}/git/ref/{*name}", refs::get),
    (
        "GET",
        "/repos/{owner}/{repo}/git/matching-refs/{*name}",
        refs::matching,
    ),
    ("POST", "/repos/{owner}/{repo}/git/refs", refs::create),
    (
        "PATCH",
        "/repos/{owner}/{repo}/git/refs/{*name}",
        refs::update,
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/git/refs/{*name}",
        refs::delete,
    ),
    // Checks.
    ("POST", "/repos/{owner}/{repo}/check-runs", checks::create),
    ("GET", "/repos/{owner}/{repo}/check-runs/{id}", checks::get),
    (
        "PATCH",
        "/repos/{owner}/{repo}/check-runs/{id}",
        checks::update,
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/check-runs/{id}/annotations",
        checks::annotations,
    ),
];
