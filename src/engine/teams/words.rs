//! What a plan says, line by line.

use crate::i18n::Lang;
use crate::teams::{Action, Difference, Guard, Plan, Remark};

pub(super) fn action(_: &Plan, action: &Action, _: Lang) -> String {
    format!("{action:?}")
}

pub(super) fn remark(_: &Plan, remark: &Remark, _: Lang) -> String {
    format!("{remark:?}")
}

pub(super) fn guard(_: &Plan, guard: &Guard, _: Lang) -> String {
    format!("{guard:?}")
}

pub(super) fn difference(_: &Plan, difference: &Difference, _: Lang) -> String {
    format!("{difference:?}")
}
