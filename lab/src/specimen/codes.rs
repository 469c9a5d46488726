//! The codes that specimens have more often than others.

use sip_status_line::StatusCode;

use super::choices::Choices;

/// The codes of the registry as 0.1.0 had it. It stays as it is when the registry gains a code: the same
/// seed must give the same octets.
const REGISTERED: [u16; 94] = [
    100, 180, 181, 182, 183, 199, 200, 202, 204, 299, 300, 301, 302, 303, 305, 380, 399, 400, 401,
    402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 420, 421, 422,
    423, 424, 425, 428, 429, 430, 433, 436, 437, 438, 439, 440, 469, 470, 473, 474, 475, 476, 477,
    478, 479, 480, 481, 482, 483, 484, 485, 486, 487, 488, 489, 490, 491, 493, 494, 499, 500, 501,
    502, 503, 504, 505, 510, 513, 520, 555, 580, 599, 600, 603, 604, 606, 607, 608, 687, 699,
];

/// A code, more often than not one that is registered.
pub(super) fn any_code(choices: &mut Choices<'_>) -> StatusCode {
    let code = if choices.one_in(4) {
        u16::try_from(100 + choices.below(600)).unwrap_or(0)
    } else {
        choices.pick(&REGISTERED)
    };
    StatusCode::new(code).unwrap_or(StatusCode::OK)
}

/// The registered phrase of a code, or an empty one.
pub(super) fn phrase(code: StatusCode) -> &'static str {
    let phrase = code.canonical_reason().unwrap_or_default();
    if REGISTERED.contains(&code.get()) {
        phrase
    } else {
        ""
    }
}
