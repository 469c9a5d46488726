//! The response codes of SIP: what each is called, where it is defined, what it obliges to.
//!
//! IANA keeps the [registry of SIP response codes][iana]. An RFC that defines a code enters it
//! there with its number and its default reason phrase: 75 codes, of which 202 is deprecated and
//! 402 reserved. [`ALL`] has those and 19 more that a receiver may meet:
//!
//! - 303, 409 and 411 stood in RFC 2543 and are [obsolete](Status::Obsolete);
//! - the others were [never registered](Status::Unregistered): proxies send them for errors of
//!   their own, stacks carry them in their tables, and Wireshark counts unknown codes under them.
//!
//! 701, 702, 703 and 999 are in the tables of some stacks too. They belong to no class, so no
//! [`StatusCode`] holds them.
//!
//! The phrase is for people and the code decides ([RFC 3261 §7.2]); many stacks send wordings of
//! their own. The wordings known to stand for a code, from older RFCs, other stacks and
//! translations, are its [aliases](Entry::aliases). They let [`by_phrase`] find the code of a
//! phrase, and [`Entry::phrase_match`] say how a received phrase stands to its code.
//!
//! The tables are apart from each other, so that a program carries what it calls for and no more:
//! reading lines links the phrases, [`lookup`] the entries, and only [`Entry::details`] the
//! details.
//!
//! ```
//! use sip_status_line::{StatusCode, registry};
//!
//! let entry = registry::lookup(StatusCode::BUSY_HERE).expect("a registered code");
//! assert_eq!(entry.reason, Some("Busy Here"));
//! assert_eq!(entry.defined_in, "RFC 3261 §21.4.24");
//! assert_eq!(entry.phrase_match(b"busy"), registry::PhraseMatch::Alias);
//! assert_eq!(entry.details().and_then(|details| details.q850), Some(17));
//! ```
//!
//! [iana]: https://www.iana.org/assignments/sip-parameters/sip-parameters.xhtml#sip-parameters-7
//! [RFC 3261 §7.2]: https://www.rfc-editor.org/rfc/rfc3261#section-7.2

mod details;

use core::iter::FusedIterator;
use core::slice;

use crate::code::StatusCode;
use crate::names::names;

pub use details::{Details, DialogEffect, HeaderRule};

/// One row of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The code.
    pub code: StatusCode,
    /// The registered phrase, or the usual one of an unregistered code. Three codes that are only
    /// constants in the source of a proxy have none.
    pub reason: Option<&'static str>,
    /// How the code stands to the IANA registry.
    pub status: Status,
    /// The RFC and section that define the code, such as `RFC 3261 §21.4.24`; for an unregistered
    /// code the software it comes from.
    pub defined_in: &'static str,
    /// Other wordings of the phrase, each different from it in more than case.
    pub aliases: &'static [&'static str],
}

impl Entry {
    /// How that phrase stands to this row.
    ///
    /// ```
    /// use sip_status_line::{StatusCode, registry, registry::PhraseMatch};
    ///
    /// let entry = registry::lookup(StatusCode::SERVER_INTERNAL_ERROR).expect("a registered code");
    /// assert_eq!(entry.phrase_match(b"Server Internal Error"), PhraseMatch::Exact);
    /// assert_eq!(entry.phrase_match(b"Server internal error"), PhraseMatch::Case);
    /// assert_eq!(entry.phrase_match(b"Internal Server Error"), PhraseMatch::Alias);
    /// assert_eq!(entry.phrase_match(b"Out of Cheese"), PhraseMatch::Custom);
    /// assert_eq!(entry.phrase_match(b""), PhraseMatch::Empty);
    /// ```
    #[inline]
    #[must_use]
    pub fn phrase_match(&self, phrase: &[u8]) -> PhraseMatch {
        let lengths = get(&LENGTHS, row(self.code)).copied().unwrap_or(0);
        match self.reason {
            _ if phrase.is_empty() => PhraseMatch::Empty,
            None => PhraseMatch::Unregistered,
            // Most other phrases are as long as no known one.
            Some(_) if lengths & length_bit(phrase.len()) == 0 => PhraseMatch::Custom,
            Some(reason) if reason.as_bytes() == phrase => PhraseMatch::Exact,
            Some(reason) => self.other_phrase(reason, phrase),
        }
    }

    #[inline(never)]
    fn other_phrase(&self, reason: &str, phrase: &[u8]) -> PhraseMatch {
        let is = |known: &str| known.as_bytes().eq_ignore_ascii_case(phrase);
        if is(reason) {
            PhraseMatch::Case
        } else if self.aliases.iter().any(|alias| is(alias)) {
            PhraseMatch::Alias
        } else {
            PhraseMatch::Custom
        }
    }

    /// What the RFCs say of this code, or `None` if it is not registered.
    #[must_use]
    pub fn details(&self) -> Option<&'static Details> {
        details::get(self.code)
    }
}

/// How a code stands to the IANA registry. `Display` gives the name in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// Registered and in use.
    Current,
    /// Registered, yet not to be sent any more where a newer RFC says so: 202.
    Deprecated,
    /// Registered for future use: 402.
    Reserved,
    /// Not registered; defined by [RFC 2543](https://www.rfc-editor.org/rfc/rfc2543) and dropped
    /// by its successor.
    Obsolete,
    /// Not registered and in no RFC.
    Unregistered,
}

impl Status {
    /// Whether IANA lists the code.
    #[must_use]
    pub const fn is_registered(self) -> bool {
        matches!(self, Self::Current | Self::Deprecated | Self::Reserved)
    }
}

names!(Status {
    Current => "current",
    Deprecated => "deprecated",
    Reserved => "reserved",
    Obsolete => "obsolete",
    Unregistered => "unregistered",
});

/// How a phrase stands to the code it came with. `Display` gives the name in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PhraseMatch {
    /// The phrase of the registry, octet for octet.
    Exact,
    /// The phrase of the registry, but for the case of ASCII letters.
    Case,
    /// One of the [aliases](Entry::aliases), whatever its case.
    Alias,
    /// No phrase at all, which the grammar allows.
    Empty,
    /// A wording that the registry does not know.
    Custom,
    /// There is a phrase, but nothing to compare it with: the code has no row or its row no phrase.
    Unregistered,
}

names!(PhraseMatch {
    Exact => "exact",
    Case => "case",
    Alias => "alias",
    Empty => "empty",
    Custom => "custom",
    Unregistered => "unregistered",
});

/// How code and phrase of a line stand to the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// What the registry has of the code.
    pub entry: Option<&'static Entry>,
    /// How the phrase stands to that.
    pub phrase: PhraseMatch,
}

impl Match {
    /// Whether the code is registered with IANA. The registry here also knows some that are not.
    #[inline]
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.entry.is_some_and(|entry| entry.status.is_registered())
    }
}

/// The row of that code, or `None` if it has none. Two array reads.
///
/// ```
/// use sip_status_line::{StatusCode, registry, registry::Status};
///
/// let conflict = registry::lookup(StatusCode::CONFLICT).expect("a row");
/// assert_eq!(conflict.status, Status::Obsolete);
/// assert!(StatusCode::new(499).and_then(registry::lookup).is_some());
/// assert!(StatusCode::new(498).and_then(registry::lookup).is_none());
/// ```
#[inline]
#[must_use]
pub fn lookup(code: StatusCode) -> Option<&'static Entry> {
    get(ALL, row(code))
}

/// Every row whose phrase or alias that is, by ascending code. The case of ASCII letters does not
/// matter. The whole table is read.
///
/// More than one row can share a phrase, so the answer is a set:
///
/// ```
/// use sip_status_line::registry;
///
/// let codes = |phrase| registry::by_phrase(phrase).map(|entry| entry.code.get());
/// assert!(codes("not acceptable").eq([406, 606]));
/// assert!(codes("Busy").eq([486, 600]));
/// assert_eq!(codes("Out of Cheese").count(), 0);
/// ```
#[must_use]
pub fn by_phrase<P: AsRef<[u8]> + ?Sized>(phrase: &P) -> ByPhrase<'_> {
    ByPhrase {
        phrase: phrase.as_ref(),
        rows: ALL.iter(),
    }
}

/// The rows that share a phrase: what [`by_phrase`] returns.
#[derive(Clone, Debug)]
pub struct ByPhrase<'a> {
    phrase: &'a [u8],
    rows: slice::Iter<'static, Entry>,
}

impl Iterator for ByPhrase<'_> {
    type Item = &'static Entry;

    fn next(&mut self) -> Option<&'static Entry> {
        let phrase = self.phrase;
        self.rows.find(|row| {
            matches!(
                row.phrase_match(phrase),
                PhraseMatch::Exact | PhraseMatch::Case | PhraseMatch::Alias
            )
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.rows.len()))
    }
}

impl FusedIterator for ByPhrase<'_> {}

/// The status code that a gateway sends for a Q.850 cause ([RFC 3398 §7.2.4.1]); 500 for causes
/// that the RFC does not list.
///
/// `None` for 16, normal call clearing, which becomes a BYE or CANCEL instead; for 44, which is not
/// translated; and for 0 and 128 or more, which are no causes.
///
/// Two causes depend on more than their number, and the usual answer is given: 21 is 403, but 603
/// when the location of the cause is the user; 22 is 410, but 301 when its diagnostic names the new
/// number. The way back is [`Details::q850`], and the two are not inverse.
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

impl StatusCode {
    /// The phrase of the [registry](crate::registry) for this code, or `None` if it has none. Two
    /// array reads.
    ///
    /// ```
    /// use sip_status_line::StatusCode;
    ///
    /// assert_eq!(StatusCode::OK.canonical_reason(), Some("OK"));
    /// assert_eq!(StatusCode::new(498).and_then(StatusCode::canonical_reason), None);
    /// ```
    #[inline]
    #[must_use]
    pub const fn canonical_reason(self) -> Option<&'static str> {
        match get(&PHRASES, row(self)) {
            Some(phrase) => *phrase,
            None => None,
        }
    }
}

/// The canonical line of a code that has a phrase.
#[derive(Clone, Copy)]
pub(crate) struct Canonical {
    /// Its place in the tables, for [`at`].
    pub(crate) row: u8,
    pub(crate) code: StatusCode,
    /// The line, and NULs after it.
    pub(crate) octets: &'static [u8; LINE],
    pub(crate) len: usize,
}

/// The octets of a canonical line before the phrase.
pub(crate) const HEAD: usize = "SIP/2.0 200 ".len();

/// The longest canonical line has 53 octets.
const LINE: usize = 64;

/// The canonical line of the code that three digits spell. Octets that are no digits may lead to
/// the line of some code all the same.
#[inline]
pub(crate) fn canonical_of_digits([a, b, c]: [u8; 3]) -> Option<Canonical> {
    const ZERO: u16 = b'0' as u16 * 111;
    let number = (u16::from(a) * 100 + u16::from(b) * 10 + u16::from(c)).wrapping_sub(ZERO);
    canonical(StatusCode::new(number)?)
}

/// The canonical line of that code, if it is in the registry.
#[inline]
pub(crate) fn canonical(code: StatusCode) -> Option<Canonical> {
    let place = place(code)?;
    Some(Canonical {
        row: place.row,
        code,
        octets: LINES.get(usize::from(place.row))?,
        len: usize::from(place.line_len),
    })
}

/// The entry at that place of the tables.
#[inline]
pub(crate) fn at(row: u8) -> Option<&'static Entry> {
    ALL.get(usize::from(row))
}

/// The place of the code in the tables below, which all have the same order; beyond their end if
/// it has no row.
#[inline]
const fn row(code: StatusCode) -> usize {
    match place(code) {
        Some(place) => place.row as usize,
        None => usize::MAX,
    }
}

#[inline]
const fn place(code: StatusCode) -> Option<&'static Place> {
    get(&INDEX, code.get().wrapping_sub(100) as usize)
}

/// `table.get(at)` for const functions.
#[inline]
const fn get<T>(table: &[T], at: usize) -> Option<&T> {
    match table.split_at_checked(at) {
        Some((_, [found, ..])) => Some(found),
        _ => None,
    }
}

/// `Some` of what there is.
macro_rules! option {
    () => {
        None
    };
    ($some:expr) => {
        Some($some)
    };
}
use option;

/// A canonical line, or nothing where there is no phrase.
macro_rules! line {
    ($code:literal) => {
        b""
    };
    ($code:literal, $phrase:literal) => {
        concat!("SIP/2.0 ", $code, " ", $phrase, "\r\n").as_bytes()
    };
}

/// One row per code: number, const, phrase if it has one, status, source, aliases if any. Every
/// table of this module is made from these rows.
macro_rules! registry {
    ($(
        $code:literal $name:ident $($phrase:literal)?
        $status:ident $(RFC $rfc:literal $section:literal)? $($software:literal)?
        $([$($alias:literal),+])?;
    )+) => {
        /// The codes of the [registry](crate::registry).
        impl StatusCode {$(
            #[doc = concat!(
                "`", $code, $(" ", $phrase,)? "`, ",
                $("defined in [RFC ", $rfc, " §", $section, "](https://www.rfc-editor.org/rfc/rfc",
                    $rfc, "#section-", $section, ").",)?
                $("unregistered: ", $software, ".")?
            )]
            pub const $name: Self = match Self::new($code) {
                Some(code) => code,
                None => panic!("not a status code"),
            };
        )+}

        /// Every row, by ascending code.
        pub static ALL: &[Entry] = &[$(
            Entry {
                code: StatusCode::$name,
                reason: option!($($phrase)?),
                status: Status::$status,
                defined_in: concat!($("RFC ", $rfc, " §", $section)? $($software)?),
                aliases: &[$($($alias),+)?],
            },
        )+];

        /// The phrases alone, for who needs no more.
        static PHRASES: [Option<&str>; CODES.len()] = [$(option!($($phrase)?)),+];

        /// The canonical lines of the codes that have a phrase.
        static LINES: [[u8; LINE]; CODES.len()] = [$(padded(line!($code $(, $phrase)?))),+];

        const CODES: &[u16] = &[$($code),+];
    };
}

registry! {
    100 TRYING                         "Trying"                            Current      RFC 3261 "21.1.1"
        ["Navazuji spojeni", "Provisional"];
    180 RINGING                        "Ringing"                           Current      RFC 3261 "21.1.2"
        ["dialing in progress", "Vyzvani"];
    181 CALL_IS_BEING_FORWARDED        "Call Is Being Forwarded"           Current      RFC 3261 "21.1.3"
        ["being transferred", "call being forwarder", "Redirected", "Hovor byl presmerovan",
         "Hovor je presmerovan"];
    182 QUEUED                         "Queued"                            Current      RFC 3261 "21.1.4"
        ["Call Queued", "queuing", "Queue", "Jste v poradi"];
    183 SESSION_PROGRESS               "Session Progress"                  Current      RFC 3261 "21.1.5"
        ["Call Progress", "Session in Progress", "Probiha navazovani spojeni"];
    199 EARLY_DIALOG_TERMINATED        "Early Dialog Terminated"           Current      RFC 6228 "11.1";
    200 OK                             "OK"                                Current      RFC 3261 "21.2.1"
        ["Successful", "Uspesne provedeno", "Uspesne zpracovano"];
    202 ACCEPTED                       "Accepted"                          Deprecated   RFC 6665 "8.3.1"
        ["Pending", "Bude vyrizeno pozdeji"];
    204 NO_NOTIFICATION                "No Notification"                   Current      RFC 5839 "7.1";
    299 SUCCESS_OTHERS                 "Success - Others"                  Unregistered "Wireshark";
    300 MULTIPLE_CHOICES               "Multiple Choices"                  Current      RFC 3261 "21.3.1"
        ["multiple options", "Over 300 options", "Existuje vice moznosti", "Redirection",
         "Vice moznosti"];
    301 MOVED_PERMANENTLY              "Moved Permanently"                 Current      RFC 3261 "21.3.2"
        ["permanent migration", "Permanently moved", "Trvale presmerovano"];
    302 MOVED_TEMPORARILY              "Moved Temporarily"                 Current      RFC 3261 "21.3.3"
        ["temporarily migrated", "moved temporaily", "Temporarily Moved", "Moved",
         "Docasne presmerovano"];
    303 SEE_OTHER                      "See Other"                         Obsolete     RFC 2543 "5.1.1";
    305 USE_PROXY                      "Use Proxy"                         Current      RFC 3261 "21.3.4"
        ["use Proxy Server", "Pouzijte jiny server"];
    380 ALTERNATIVE_SERVICE            "Alternative Service"               Current      RFC 3261 "21.3.5"
        ["alternative services", "Alternativni sluzba"];
    399 REDIRECTION_OTHERS             "Redirection - Others"              Unregistered "Wireshark";
    400 BAD_REQUEST                    "Bad Request"                       Current      RFC 3261 "21.4.1"
        ["Invalid Request", "improper call", "Chyba protokolu", "Request Failure"];
    401 UNAUTHORIZED                   "Unauthorized"                      Current      RFC 3261 "21.4.2"
        ["Authorization Required", "Unauthorised", "Overeni totoznosti"];
    402 PAYMENT_REQUIRED               "Payment Required"                  Reserved     RFC 3261 "21.4.3"
        ["Placena sluzba"];
    403 FORBIDDEN                      "Forbidden"                         Current      RFC 3261 "21.4.4"
        ["Stale Date", "Inappropriate Display Name", "manual answer forbidden",
         "automatic answer forbidden", "Zakazano"];
    404 NOT_FOUND                      "Not Found"                         Current      RFC 3261 "21.4.5"
        ["The number you have dialed is not in service", "Nenalezeno"];
    405 METHOD_NOT_ALLOWED             "Method Not Allowed"                Current      RFC 3261 "21.4.6"
        ["Nepovoleny prikaz"];
    406 NOT_ACCEPTABLE                 "Not Acceptable"                    Current      RFC 3261 "21.4.7"
        ["Neni povoleno"];
    407 PROXY_AUTHENTICATION_REQUIRED  "Proxy Authentication Required"     Current      RFC 3261 "21.4.8"
        ["Proxy Authorization Required", "Proxy Authenticate", "Server vyzaduje autentizaci",
         "Server vyzaduje overeni totoznosti"];
    408 REQUEST_TIMEOUT                "Request Timeout"                   Current      RFC 3261 "21.4.9"
        ["Request Timed Out", "Timeout", "Casovy limit vyprsel", "Vyprsel casovy limit"];
    409 CONFLICT                       "Conflict"                          Obsolete     RFC 2543 "7.4.10";
    410 GONE                           "Gone"                              Current      RFC 3261 "21.4.10"
        ["Nenalezeno"];
    411 LENGTH_REQUIRED                "Length Required"                   Obsolete     RFC 2543 "7.4.12";
    412 CONDITIONAL_REQUEST_FAILED     "Conditional Request Failed"        Current      RFC 3903 "11.2.1"
        ["Precondition Failed"];
    413 REQUEST_ENTITY_TOO_LARGE       "Request Entity Too Large"          Current      RFC 3261 "21.4.11"
        ["Request Entity too long", "Request message body too long", "Dotaz je prilis dlouhy",
         "Prilis dlouhy identifikator"];
    414 REQUEST_URI_TOO_LONG           "Request-URI Too Long"              Current      RFC 3261 "21.4.12"
        ["Request-URI Too Large", "Request-URL Too Long", "Request-URI je prilis dlouhe"];
    415 UNSUPPORTED_MEDIA_TYPE         "Unsupported Media Type"            Current      RFC 3261 "21.4.13"
        ["Nepodporovany typ dat", "Nepodporovany typ medii"];
    416 UNSUPPORTED_URI_SCHEME         "Unsupported URI Scheme"            Current      RFC 3261 "21.4.14"
        ["Nepodporovany typ identifikatoru"];
    417 UNKNOWN_RESOURCE_PRIORITY      "Unknown Resource-Priority"         Current      RFC 4412 "4.6.2";
    420 BAD_EXTENSION                  "Bad Extension"                     Current      RFC 3261 "21.4.15"
        ["incorrect extension", "Neplatne cislo linky", "Spatne cislo linky"];
    421 EXTENSION_REQUIRED             "Extension Required"                Current      RFC 3261 "21.4.16"
        ["Etension Required", "Zadejte cislo linky"];
    422 SESSION_INTERVAL_TOO_SMALL     "Session Interval Too Small"        Current      RFC 4028 "6"
        ["Session Timer too small"];
    423 INTERVAL_TOO_BRIEF             "Interval Too Brief"                Current      RFC 3261 "21.4.17"
        ["Interval too small", "Subscription Too Brief", "Interval too short",
         "Prilis kratky interval"];
    424 BAD_LOCATION_INFORMATION       "Bad Location Information"          Current      RFC 6442 "4.3";
    425 BAD_ALERT_MESSAGE              "Bad Alert Message"                 Current      RFC 8876 "5.1";
    428 USE_IDENTITY_HEADER            "Use Identity Header"               Current      RFC 8224 "6.2.2"
        ["Use Supported PASSporT Format"];
    429 PROVIDE_REFERRER_IDENTITY      "Provide Referrer Identity"         Current      RFC 3892 "5";
    430 FLOW_FAILED                    "Flow Failed"                       Current      RFC 5626 "11.5";
    433 ANONYMITY_DISALLOWED           "Anonymity Disallowed"              Current      RFC 5079 "5";
    436 BAD_IDENTITY_INFO              "Bad Identity Info"                 Current      RFC 8224 "6.2.2"
        ["Bad Identity-Info"];
    437 UNSUPPORTED_CREDENTIAL         "Unsupported Credential"            Current      RFC 8224 "6.2.2"
        ["Unsupported Certificate"];
    438 INVALID_IDENTITY_HEADER        "Invalid Identity Header"           Current      RFC 8224 "6.2.2"
        ["Invalid PASSporT"];
    439 FIRST_HOP_LACKS_OUTBOUND_SUPPORT "First Hop Lacks Outbound Support"  Current      RFC 5626 "11.6";
    440 MAX_BREADTH_EXCEEDED           "Max-Breadth Exceeded"              Current      RFC 5393 "6.2";
    469 BAD_INFO_PACKAGE               "Bad Info Package"                  Current      RFC 6086 "4.2.2";
    470 CONSENT_NEEDED                 "Consent Needed"                    Current      RFC 5360 "5.9.2";
    473 FILTERED_DESTINATION           "Filtered destination"              Unregistered "OpenSIPS";
    474 UNUSABLE_TRANSPORT                                                 Unregistered "OpenSIPS";
    475 BAD_URI                        "Bad URI"                           Unregistered "OpenSIPS";
    476 UNRESOLVABLE_ADDRESS           "Unresolvable destination"          Unregistered "OpenSIPS"
        ["Unresolvable destination (476/SL)"];
    477 SEND_FAILED                    "Send failed"                       Unregistered "Kamailio, OpenSIPS"
        ["Unfortunately error on sending to next hop occurred"];
    478 UNRESOLVABLE_DESTINATION       "Unresolvable destination"          Unregistered "Kamailio";
    479 UNPROCESSABLE_URI              "Regretfully, we were not able to process the URI" Unregistered "Kamailio"
        ["We don't forward to private IP addresses"];
    480 TEMPORARILY_UNAVAILABLE        "Temporarily Unavailable"           Current      RFC 3261 "21.4.18"
        ["Temporarily not available", "No Response", "Docasne nedostupne"];
    481 CALL_TRANSACTION_DOES_NOT_EXIST "Call/Transaction Does Not Exist"   Current      RFC 3261 "21.4.19"
        ["Call Leg/Transaction Does Not Exist", "Transaction Does Not Exist",
         "Subscription does not exist", "Spojeni nenalezeno"];
    482 LOOP_DETECTED                  "Loop Detected"                     Current      RFC 3261 "21.4.20"
        ["Loop Detected.", "Merged Request", "Zprava se zacyklila",
         "Zprava se zacyklila (chyba serveru)"];
    483 TOO_MANY_HOPS                  "Too Many Hops"                     Current      RFC 3261 "21.4.21"
        ["To Many Hops", "Prilis mnoho kroku", "Prilis mnoho mezikroku"];
    484 ADDRESS_INCOMPLETE             "Address Incomplete"                Current      RFC 3261 "21.4.22"
        ["Neuplna adresa"];
    485 AMBIGUOUS                      "Ambiguous"                         Current      RFC 3261 "21.4.23"
        ["Nejednoznacne", "Neni jednoznacne"];
    486 BUSY_HERE                      "Busy Here"                         Current      RFC 3261 "21.4.24"
        ["Busy", "User Busy", "Volany je zaneprazdnen"];
    487 REQUEST_TERMINATED             "Request Terminated"                Current      RFC 3261 "21.4.25"
        ["Request Cancelled", "Prikaz predcasne ukoncen"];
    488 NOT_ACCEPTABLE_HERE            "Not Acceptable Here"               Current      RFC 3261 "21.4.26"
        ["Nebylo akceptovano"];
    489 BAD_EVENT                      "Bad Event"                         Current      RFC 6665 "8.3.2"
        ["Event Package Not Supported"];
    490 REQUEST_UPDATED                "Request Updated"                   Unregistered "PJSIP, Sofia-SIP";
    491 REQUEST_PENDING                "Request Pending"                   Current      RFC 3261 "21.4.27"
        ["Cekam na odpoved"];
    493 UNDECIPHERABLE                 "Undecipherable"                    Current      RFC 3261 "21.4.28"
        ["Nelze dekodovat"];
    494 SECURITY_AGREEMENT_REQUIRED    "Security Agreement Required"       Current      RFC 3329 "2.3.1";
    499 CLIENT_ERROR_OTHERS            "Client Error - Others"             Unregistered "Wireshark";
    500 SERVER_INTERNAL_ERROR          "Server Internal Error"             Current      RFC 3261 "21.5.1"
        ["Internal Server Error", "Server Error", "JsSIP Internal Error", "Overlapping Request",
         "Interni chyba serveru", "Server Failure"];
    501 NOT_IMPLEMENTED                "Not Implemented"                   Current      RFC 3261 "21.5.2"
        ["method not understood here", "Neni implementovano"];
    502 BAD_GATEWAY                    "Bad Gateway"                       Current      RFC 3261 "21.5.3"
        ["Chybna brana", "Spatna brana"];
    503 SERVICE_UNAVAILABLE            "Service Unavailable"               Current      RFC 3261 "21.5.4"
        ["Sluzba neni dostupna"];
    504 SERVER_TIME_OUT                "Server Time-out"                   Current      RFC 3261 "21.5.5"
        ["Server Timeout", "Gateway Time-out", "Gateway timeout", "Casovy limit serveru vyprsel"];
    505 VERSION_NOT_SUPPORTED          "Version Not Supported"             Current      RFC 3261 "21.5.6"
        ["SIP Version not supported", "Nepodporovana verze protokolu"];
    510 ADMINISTRATIVELY_PROHIBITED                                        Unregistered "Kamailio";
    513 MESSAGE_TOO_LARGE              "Message Too Large"                 Current      RFC 3261 "21.5.7"
        ["Message too big", "Zprava je prilis dlouha"];
    520 BLOCKLISTED_DESTINATION                                            Unregistered "Kamailio";
    555 PUSH_NOTIFICATION_SERVICE_NOT_SUPPORTED "Push Notification Service Not Supported" Current      RFC 8599 "8.1";
    580 PRECONDITION_FAILURE           "Precondition Failure"              Current      RFC 3312 "8"
        ["Precondition-Failure"];
    599 SERVER_ERROR_OTHERS            "Server Error - Others"             Unregistered "Wireshark";
    600 BUSY_EVERYWHERE                "Busy Everywhere"                   Current      RFC 3261 "21.6.1"
        ["Busy", "Global Failure", "Uzivatel je zaneprazdnen"];
    603 DECLINE                        "Decline"                           Current      RFC 3261 "21.6.2"
        ["Declined", "Network Blocked", "Odmitnuto"];
    604 DOES_NOT_EXIST_ANYWHERE        "Does Not Exist Anywhere"           Current      RFC 3261 "21.6.3"
        ["Neexistujici uzivatel nebo sluzba"];
    606 NOT_ACCEPTABLE_ANYWHERE        "Not Acceptable"                    Current      RFC 3261 "21.6.4"
        ["Session Not acceptable", "Nelze akceptovat"];
    607 UNWANTED                       "Unwanted"                          Current      RFC 8197 "4";
    608 REJECTED                       "Rejected"                          Current      RFC 8688 "3.1";
    687 DIALOG_TERMINATED              "Dialog Terminated"                 Unregistered "Sofia-SIP";
    699 GLOBAL_FAILURE_OTHERS          "Global Failure - Others"           Unregistered "Wireshark";
}

/// Where a code stands in the tables, and how long its canonical line is.
#[derive(Clone, Copy)]
struct Place {
    /// 255 if it has no row.
    row: u8,
    /// 0 if it has no phrase.
    line_len: u8,
}

/// The places of the codes from 100 to 699.
static INDEX: [Place; 600] = index();

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "runs in the compiler only, where an index out of bounds is an error"
)]
const fn index() -> [Place; 600] {
    let nowhere = Place {
        row: u8::MAX,
        line_len: 0,
    };
    let mut index = [nowhere; 600];
    let mut row = 0;
    while row < CODES.len() {
        index[CODES[row] as usize - 100] = Place {
            row: row as u8,
            line_len: match ALL[row].reason {
                Some(phrase) => (HEAD + phrase.len() + "\r\n".len()) as u8,
                None => 0,
            },
        };
        row += 1;
    }
    index
}

/// How long the phrase and the aliases of each row are: a bit for each length.
static LENGTHS: [u64; CODES.len()] = lengths();

#[expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler only, where an index out of bounds is an error"
)]
const fn lengths() -> [u64; CODES.len()] {
    let mut lengths = [0; CODES.len()];
    let mut row = 0;
    while row < CODES.len() {
        if let Some(phrase) = ALL[row].reason {
            lengths[row] |= length_bit(phrase.len());
        }
        let mut aliases = ALL[row].aliases;
        while let [alias, rest @ ..] = aliases {
            lengths[row] |= length_bit(alias.len());
            aliases = rest;
        }
        row += 1;
    }
    lengths
}

/// Lengths beyond 63 share the last bit.
const fn length_bit(len: usize) -> u64 {
    1 << if len < 63 { len } else { 63 }
}

#[expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler only, where an index out of bounds is an error"
)]
const fn padded(line: &[u8]) -> [u8; LINE] {
    let mut octets = [0; LINE];
    let mut at = 0;
    while at < line.len() {
        octets[at] = line[at];
        at += 1;
    }
    octets
}

const _: () = assert!(CODES.len() < u8::MAX as usize);
const _: () = assert!(ascending(CODES), "each code once, in order");
const _: () = assert!(registered(ALL) == 75, "as many as IANA lists");
const _: () = assert!(spelt(ALL), "a phrase that RFC 3261 §25.1 does not allow");

const fn ascending(mut codes: &[u16]) -> bool {
    while let [code, rest @ ..] = codes {
        if matches!(rest, [next, ..] if *next <= *code) {
            return false;
        }
        codes = rest;
    }
    true
}

const fn registered(mut rows: &[Entry]) -> usize {
    let mut count = 0;
    while let [row, rest @ ..] = rows {
        count += row.status.is_registered() as usize;
        rows = rest;
    }
    count
}

const fn spelt(mut rows: &[Entry]) -> bool {
    while let [row, rest @ ..] = rows {
        if matches!(row.reason, Some(reason) if !is_phrase(reason)) {
            return false;
        }
        let mut aliases = row.aliases;
        while let [alias, rest @ ..] = aliases {
            if !is_phrase(alias) {
                return false;
            }
            aliases = rest;
        }
        rows = rest;
    }
    true
}

/// Whether the text is not empty and has only the ASCII octets that a Reason-Phrase may hold as
/// they are.
const fn is_phrase(text: &str) -> bool {
    let mut octets = text.as_bytes();
    while let [octet, rest @ ..] = octets {
        let legal = octet.is_ascii_alphanumeric()
            || matches!(
                octet,
                b' ' | b'!' | b'$' | b'&'..=b'/' | b':' | b';' | b'=' | b'?' | b'@'
            )
            || matches!(octet, b'_' | b'~');
        if !legal {
            return false;
        }
        octets = rest;
    }
    !text.is_empty()
}
