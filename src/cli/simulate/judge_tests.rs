//! What a judge must notice.

use super::*;

#[test]
fn words_are_found_in_texts() {
    let text = "💬 @taro commented: w0012v3 is seen, *w0001v10* and aw0001v1 w001v1 w0001v";
    assert_eq!(words_in(text), [(12, 3), (1, 10)]);
}
