//! How acts about GitHub teams are read.

use crate::sandbox::story::deeds::act;
use crate::sandbox::story::{Act, TeamAct, TeamRef};

#[test]
fn what_becomes_of_github_teams() {
    let team = || TeamRef {
        org: "acme".into(),
        slug: "shop-first".into(),
    };
    for (line, wanted) in [
        (
            "github team acme/shop-first below shop of hanako, taro",
            Some(TeamAct::There {
                team: team(),
                members: vec!["hanako".into(), "taro".into()],
                parent: Some("shop".into()),
            }),
        ),
        (
            "hanako puts into team acme/shop-first rin",
            Some(TeamAct::Put {
                by: "hanako".into(),
                team: team(),
                whom: vec!["rin".into()],
            }),
        ),
        ("hanako puts into team shop-first rin", None),
        (
            "hanako takes out of team acme/shop-first rin, mei",
            Some(TeamAct::Take {
                by: "hanako".into(),
                team: team(),
                whom: vec!["rin".into(), "mei".into()],
            }),
        ),
        (
            "github has no team acme/shop-first any more",
            Some(TeamAct::Gone(team())),
        ),
        (
            "github fills team acme/shop-first from a directory",
            Some(TeamAct::Synced(team())),
        ),
        (
            "github has nao outside the organisation",
            Some(TeamAct::Outsider("nao".into())),
        ),
        (
            "github withholds members",
            Some(TeamAct::Granted {
                permission: "members".into(),
                granted: false,
            }),
        ),
        ("github withholds members and more", None),
    ] {
        let read = act(line, Vec::new());
        assert_eq!(read.ok(), wanted.map(Act::GitHubTeam), "{line}");
    }
}
