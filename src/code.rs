//! The status code: a number from 100 to 699 whose first digit is its class.

use core::fmt;
use core::num::NonZeroU16;
use core::str::FromStr;

use crate::names::names;

/// A SIP status code, 100 to 699 ([RFC 3261 §7.2]).
///
/// No other number can be held, so no code that reaches a transaction layer is 0, has a fourth
/// digit or belongs to no class. Every row of the [registry](crate::registry) has an associated
/// const; codes without a row are as valid, since extensions may define any of them.
///
/// PJSIP has texts for 701 to 703, local errors, and Wireshark counts unknown responses under 999.
/// They are not status codes: §7.2 has six classes, and RFC 4475 §3.1.2.19 says to drop what is
/// above 699.
///
/// `Option<StatusCode>` takes two octets.
///
/// ```
/// use sip_status_line::{Class, StatusCode};
///
/// let code = StatusCode::BUSY_HERE;
/// assert_eq!(code, 486);
/// assert_eq!(code.class(), Class::ClientError);
/// assert_eq!(code.canonical_reason(), Some("Busy Here"));
/// assert_eq!(StatusCode::new(700), None);
/// ```
///
/// [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusCode(NonZeroU16);

impl StatusCode {
    /// The code of that number, or `None` outside 100 to 699.
    #[inline]
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            100..=699 => match NonZeroU16::new(code) {
                Some(code) => Some(Self(code)),
                None => None,
            },
            _ => None,
        }
    }

    /// The code that three ASCII digits spell, or `None` if one is no digit or the first is not
    /// 1 to 6.
    ///
    /// ```
    /// # use sip_status_line::StatusCode;
    /// assert_eq!(StatusCode::from_digits(*b"200"), Some(StatusCode::OK));
    /// assert_eq!(StatusCode::from_digits(*b"099"), None);
    /// ```
    #[inline]
    #[must_use]
    pub const fn from_digits(digits: [u8; 3]) -> Option<Self> {
        match digits {
            [a @ b'1'..=b'6', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
                Self::new((a - b'0') as u16 * 100 + (b - b'0') as u16 * 10 + (c - b'0') as u16)
            }
            _ => None,
        }
    }

    /// The number, 100 to 699.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0.get()
    }

    /// The class, which the first digit alone decides.
    #[inline]
    #[must_use]
    pub const fn class(self) -> Class {
        match self.get() / 100 {
            1 => Class::Provisional,
            2 => Class::Success,
            3 => Class::Redirection,
            4 => Class::ClientError,
            5 => Class::ServerError,
            _ => Class::GlobalFailure,
        }
    }

    /// Whether the request is still being worked on: 100 to 199.
    #[inline]
    #[must_use]
    pub const fn is_provisional(self) -> bool {
        self.get() < 200
    }

    /// Whether the response settles the request: 200 to 699. The transaction of an INVITE outlives a
    /// 2xx, to take further ones ([RFC 6026 §7](https://www.rfc-editor.org/rfc/rfc6026#section-7)).
    #[inline]
    #[must_use]
    pub const fn is_final(self) -> bool {
        !self.is_provisional()
    }

    /// Whether the request was understood and accepted: 200 to 299.
    #[inline]
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self.class(), Class::Success)
    }

    /// Whether the request is to be sent elsewhere: 300 to 399.
    #[inline]
    #[must_use]
    pub const fn is_redirection(self) -> bool {
        matches!(self.class(), Class::Redirection)
    }

    /// Whether this server does not fulfil the request as it is: 400 to 499.
    #[inline]
    #[must_use]
    pub const fn is_client_error(self) -> bool {
        matches!(self.class(), Class::ClientError)
    }

    /// Whether this server failed: 500 to 599.
    #[inline]
    #[must_use]
    pub const fn is_server_error(self) -> bool {
        matches!(self.class(), Class::ServerError)
    }

    /// Whether no server can fulfil the request: 600 to 699.
    #[inline]
    #[must_use]
    pub const fn is_global_failure(self) -> bool {
        matches!(self.class(), Class::GlobalFailure)
    }

    /// The three ASCII digits, as the line has them.
    ///
    /// ```
    /// # use sip_status_line::StatusCode;
    /// assert_eq!(&StatusCode::RINGING.to_digits(), b"180");
    /// ```
    #[inline]
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "each digit is below ten")]
    pub const fn to_digits(self) -> [u8; 3] {
        let code = self.get();
        [
            b'0' + (code / 100) as u8,
            b'0' + (code / 10 % 10) as u8,
            b'0' + (code % 10) as u8,
        ]
    }

    /// What a client that does not know this code must take it for ([RFC 3261 §8.1.3.2]): 183 for
    /// a provisional code other than 100, else the x00 of its class.
    ///
    /// ```
    /// # use sip_status_line::StatusCode;
    /// assert_eq!(StatusCode::FLOW_FAILED.fallback(), StatusCode::BAD_REQUEST);
    /// assert_eq!(StatusCode::RINGING.fallback(), StatusCode::SESSION_PROGRESS);
    /// ```
    ///
    /// [RFC 3261 §8.1.3.2]: https://www.rfc-editor.org/rfc/rfc3261#section-8.1.3.2
    #[inline]
    #[must_use]
    pub const fn fallback(self) -> Self {
        match self.class() {
            Class::Provisional if self.get() == 100 => Self::TRYING,
            Class::Provisional => Self::SESSION_PROGRESS,
            Class::Success => Self::OK,
            Class::Redirection => Self::MULTIPLE_CHOICES,
            Class::ClientError => Self::BAD_REQUEST,
            Class::ServerError => Self::SERVER_INTERNAL_ERROR,
            Class::GlobalFailure => Self::BUSY_EVERYWHERE,
        }
    }
}

/// The class of a status code: its first digit ([RFC 3261 §7.2]).
///
/// `as u8` gives that digit.
///
/// [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Class {
    /// 1xx: the request was received and is being worked on.
    Provisional = 1,
    /// 2xx: the request was received, understood and accepted.
    Success,
    /// 3xx: something more has to be done to complete the request.
    Redirection,
    /// 4xx: the request is wrong, or this server cannot fulfil it.
    ClientError,
    /// 5xx: the request looks right, yet this server failed.
    ServerError,
    /// 6xx: no server can fulfil the request.
    GlobalFailure,
}

names!(Class {
    Provisional => "provisional",
    Success => "success",
    Redirection => "redirection",
    ClientError => "client-error",
    ServerError => "server-error",
    GlobalFailure => "global-failure",
});

/// Three digits: the inverse of [`FromStr`](#impl-FromStr-for-StatusCode).
impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.get(), f)
    }
}

impl fmt::Debug for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.get(), f)
    }
}

/// What was converted is not a status code: not a number from 100 to 699, or not spelt with
/// exactly three ASCII digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidStatusCode(());

impl fmt::Display for InvalidStatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a status code from 100 to 699")
    }
}

impl core::error::Error for InvalidStatusCode {}

impl TryFrom<u16> for StatusCode {
    type Error = InvalidStatusCode;

    fn try_from(code: u16) -> Result<Self, InvalidStatusCode> {
        Self::new(code).ok_or(InvalidStatusCode(()))
    }
}

impl TryFrom<&[u8]> for StatusCode {
    type Error = InvalidStatusCode;

    fn try_from(digits: &[u8]) -> Result<Self, InvalidStatusCode> {
        <[u8; 3]>::try_from(digits)
            .ok()
            .and_then(Self::from_digits)
            .ok_or(InvalidStatusCode(()))
    }
}

impl TryFrom<&str> for StatusCode {
    type Error = InvalidStatusCode;

    fn try_from(digits: &str) -> Result<Self, InvalidStatusCode> {
        digits.as_bytes().try_into()
    }
}

impl FromStr for StatusCode {
    type Err = InvalidStatusCode;

    fn from_str(digits: &str) -> Result<Self, InvalidStatusCode> {
        digits.try_into()
    }
}

impl From<StatusCode> for u16 {
    fn from(code: StatusCode) -> Self {
        code.get()
    }
}

impl PartialEq<u16> for StatusCode {
    fn eq(&self, other: &u16) -> bool {
        self.get() == *other
    }
}

impl PartialEq<StatusCode> for u16 {
    fn eq(&self, other: &StatusCode) -> bool {
        *self == other.get()
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for StatusCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.get())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for StatusCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u16::deserialize(deserializer)?
            .try_into()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for StatusCode {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        Self::new(u.int_in_range(100..=699)?).ok_or(arbitrary::Error::IncorrectFormat)
    }

    fn size_hint(_depth: usize) -> (usize, Option<usize>) {
        (2, Some(2))
    }
}
