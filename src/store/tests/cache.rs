//! What is remembered for a while.

use super::*;

#[tokio::test]
async fn what_is_remembered_is_found_by_how_its_key_begins() {
    let (_dir, store) = fresh().await;
    for key in ["sweep:a/b", "sweep:c/d", "sweeq:e", "swee"] {
        store.cache(key, "x", at(9)).await.unwrap();
    }
    let keys = |rows: Vec<(String, String)>| -> Vec<String> {
        rows.into_iter().map(|(key, _)| key).collect()
    };
    let found = store.cached_below("sweep:", at(1)).await.unwrap();
    assert_eq!(keys(found), ["sweep:a/b", "sweep:c/d"]);
    assert!(
        store
            .cached_below("sweep:", at(9))
            .await
            .unwrap()
            .is_empty()
    );
}
