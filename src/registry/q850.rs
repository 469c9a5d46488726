//! What a gateway makes of a code in the telephone network, and of a cause in SIP (RFC 3398).

use super::conduct::{Claim, claim};
use crate::code::{Class, StatusCode};
use crate::names::names;

/// Why a call in the telephone network is released: cause and location of a REL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Release {
    /// The Q.850 cause, 1 to 127.
    pub cause: u8,
    /// Who caused it.
    pub location: Location,
}

/// The location of a Q.850 cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Location {
    /// The user: 6xx.
    User,
    /// The network: 3xx, 4xx and 5xx.
    Network,
}

names!(Location {
    User => "user",
    Network => "network",
});

/// The Q.850 cause and location with which a gateway releases the call when a final response ends an
/// INVITE ([RFC 3398 §8.2.6.1]); cause 31 for codes that the RFC does not list.
///
/// `None` for 1xx and 2xx, which release nothing, and for 487, which has no mapping. 3xx become
/// cause 23 if the gateway does not follow the Contacts ([RFC 3398 §8.2.5]; the location is then the
/// network, which the RFC leaves open). 488 and 606 become 65 instead of 31 if their Warning is about
/// bearer capability. 401, 406, 407, 413 to 416, 420, 421, 423, 484, 505 and 513 get this far only if
/// the gateway cannot remedy the failure itself. A cause that the response carries, in a Reason field
/// or an encapsulated REL, goes before this one. The way back is [`from_q850`], and the two are not
/// inverse.
///
/// ```
/// use sip_status_line::{StatusCode, registry, registry::Location};
///
/// let release = registry::to_q850(StatusCode::BUSY_EVERYWHERE).answer.expect("a release");
/// assert_eq!((release.cause, release.location), (17, Location::User));
/// let unknown = StatusCode::new(498).expect("a status code");
/// assert_eq!(registry::to_q850(unknown).answer.map(|release| release.cause), Some(31));
/// ```
///
/// [RFC 3398 §8.2.5]: https://www.rfc-editor.org/rfc/rfc3398#section-8.2.5
/// [RFC 3398 §8.2.6.1]: https://www.rfc-editor.org/rfc/rfc3398#section-8.2.6.1
#[must_use]
pub const fn to_q850(code: StatusCode) -> Claim<Option<Release>> {
    let cause = match code.get() {
        300..=399 => 23,
        404 | 485 | 604 => 1,
        486 | 600 => 17,
        480 => 18,
        401..=403 | 407 | 603 => 21,
        410 => 22,
        482 | 483 => 25,
        484 => 28,
        502 => 38,
        400 | 481 | 500 | 503 => 41,
        405 => 63,
        406 | 415 | 501 => 79,
        408 | 504 => 102,
        413 | 414 | 416 | 420 | 421 | 423 | 505 | 513 => 127,
        _ => 31,
    };
    let (location, source) = match (code.class(), code.get()) {
        (Class::Provisional | Class::Success, _) => return claim(None, "RFC 3398 §8.2.6"),
        (_, 487) => return claim(None, "RFC 3398 §8.2.6.1"),
        (_, 505) => (
            Location::Network,
            "RFC 3398 §8.2.6.1, where it is printed as 504",
        ),
        (Class::Redirection, _) => (Location::Network, "RFC 3398 §8.2.5"),
        (Class::ClientError | Class::ServerError, _) => (Location::Network, "RFC 3398 §8.2.6.1"),
        (Class::GlobalFailure, _) => (Location::User, "RFC 3398 §8.2.6.1"),
    };
    claim(Some(Release { cause, location }), source)
}

/// The status code that a gateway sends for a Q.850 cause ([RFC 3398 §7.2.4.1]); 500 for causes
/// that the RFC does not list.
///
/// `None` for 16, normal call clearing, which becomes a BYE or CANCEL instead; for 44, which is not
/// translated; and for 0 and 128 or more, which are no causes.
///
/// Two causes depend on more than their number, and the usual answer is given: 21 is 403, but 603
/// when the location of the cause is the user; 22 is 410, but 301 with a Contact when its diagnostic
/// names the new number. The response may have a Retry-After for causes 34 to 47. The way back is
/// [`to_q850`], and the two are not inverse.
///
/// ```
/// use sip_status_line::{StatusCode, registry};
///
/// assert_eq!(registry::from_q850(17), Some(StatusCode::BUSY_HERE));
/// assert_eq!(registry::from_q850(16), None);
/// ```
///
/// [RFC 3398 §7.2.4.1]: https://www.rfc-editor.org/rfc/rfc3398#section-7.2.4.1
#[must_use]
pub const fn from_q850(cause: u8) -> Option<StatusCode> {
    Some(match cause {
        0 | 16 | 44 | 128.. => return None,
        1..=3 | 26 => StatusCode::NOT_FOUND,
        17 => StatusCode::BUSY_HERE,
        18 => StatusCode::REQUEST_TIMEOUT,
        19 | 20 | 31 => StatusCode::TEMPORARILY_UNAVAILABLE,
        21 | 55 | 57 | 87 => StatusCode::FORBIDDEN,
        22 | 23 => StatusCode::GONE,
        27 => StatusCode::BAD_GATEWAY,
        28 => StatusCode::ADDRESS_INCOMPLETE,
        29 | 79 => StatusCode::NOT_IMPLEMENTED,
        34 | 38 | 41 | 42 | 47 | 58 | 88 => StatusCode::SERVICE_UNAVAILABLE,
        65 | 70 => StatusCode::NOT_ACCEPTABLE_HERE,
        102 => StatusCode::SERVER_TIME_OUT,
        _ => StatusCode::SERVER_INTERNAL_ERROR,
    })
}
