//! Which responses are wanted.

use core::fmt;
use core::net::{IpAddr, SocketAddr};
use core::ops::RangeInclusive;
use core::str::FromStr;

use jiff::civil;
use jiff::tz::Offset;
use sip_status_capture::{Time, Transport};
use sip_status_line::registry::PhraseMatch;
use sip_status_line::{Class, Deviations, ErrorKind, UnknownName};

use crate::headers::HeaderChoice;
use crate::names::deviation_names;
use crate::record::Place;
use crate::response::Response;

/// The language of a [`Filter`], for people.
pub const FILTER_HELP: &str = "\
Filter: KEY=VALUE or KEY!=VALUE; with a comma between them all must hold, of several --filter one
  code=486, code=4xx, code=480-489  also of a refused line, if its code could be read
  class=4, class=client-error       the same
  phrase_match=custom               how the phrase stands to the code: exact, case, alias, empty,
                                    custom, unregistered
  deviation=BARE_LF, deviation=any  by name, whatever its case
  error=code, error=any             refused lines: version, version-space, code, code-space, reason,
                                    line-ending, length, truncated
  address=192.0.2.1, address=[2001:db8::1]:5060, address=:5060
                                    sent from or to there; src= and dst= are for one end
  transport=tcp, stream=3, where=sipfrag
                                    as in the output
  sender=asterisk                   in the Server or User-Agent of the message, whatever the case
  call_id=a84b4c76e66710            the Call-ID of the message
  method=INVITE, cseq=102           what its CSeq has
  repeated=true                     whether the same response was captured before
  time=09:42..09:43:30              from the first time to before the second, either of which can be
                                    left out: of any day, in UTC; 2026-11-20T09:42 of that day; or
                                    seconds of the epoch";

const KEYS: &str = "code, class, phrase_match, deviation, error, address, src, dst, transport, stream, \
                    where, sender, call_id, method, cseq, repeated or time";

/// Conditions that all must hold, read from text: `class=5,src=192.0.2.1`. [`FILTER_HELP`] is the
/// language.
///
/// ```
/// use sip_status_decode::Filter;
///
/// assert!("class=5,transport!=udp".parse::<Filter>().is_ok());
/// let error = "class=7".parse::<Filter>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "class: expected a class such as 4, 4xx or client-error instead of '7'"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Filter(Vec<Condition>);

#[derive(Clone, Debug)]
struct Condition {
    is_negated: bool,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Code(RangeInclusive<u16>),
    PhraseMatch(PhraseMatch),
    /// Any of these.
    Deviation(Deviations),
    /// This one, or any.
    Error(Option<ErrorKind>),
    /// At either end.
    Address(Address),
    Src(Address),
    Dst(Address),
    Transport(Transport),
    Stream(u64),
    Where(Place),
    /// In lower case.
    Sender(Vec<u8>),
    CallId(Vec<u8>),
    Method(Vec<u8>),
    Cseq(u32),
    Repeated(bool),
    Time(TimeSpan),
}

#[derive(Clone, Copy, Debug)]
struct Address {
    ip: Option<IpAddr>,
    port: Option<u16>,
}

/// The text is no [`Filter`]. `Display` says which part of it is not, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidFilter(String);

impl fmt::Display for InvalidFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for InvalidFilter {}

impl FromStr for Filter {
    type Err = InvalidFilter;

    fn from_str(expression: &str) -> Result<Self, InvalidFilter> {
        let conditions = expression.split(',').map(|condition| {
            let Some((key, value)) = condition.split_once('=') else {
                return Err(format!("expected KEY=VALUE instead of '{condition}'"));
            };
            let (key, is_negated) = match key.strip_suffix('!') {
                Some(key) => (key, true),
                None => (key, false),
            };
            let test = Test::parse(key.trim(), value.trim())?;
            Ok(Condition { is_negated, test })
        });
        let conditions = conditions.collect::<Result<_, _>>();
        conditions.map(Self).map_err(InvalidFilter)
    }
}

/// Filters, of which one has to hold if there are any.
///
/// ```
/// use sip_status_decode::{Filter, Filters, HeaderChoice};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let filters: Filters = ["class=5".parse::<Filter>()?, "method=INVITE".parse()?].into_iter().collect();
/// assert_eq!(filters.headers(), HeaderChoice::Transaction);
/// assert!(!filters.are_about_repeats());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Filters(Vec<Filter>);

impl FromIterator<Filter> for Filters {
    fn from_iter<I: IntoIterator<Item = Filter>>(filters: I) -> Self {
        Self(filters.into_iter().collect())
    }
}

impl Filters {
    /// Whether one of them asks for repeats, so that [`Response::is_repeated`] has to be set.
    #[must_use]
    pub fn are_about_repeats(&self) -> bool {
        self.0.iter().any(Filter::is_about_repeats)
    }

    /// The headers that they ask for.
    #[must_use]
    pub fn headers(&self) -> HeaderChoice {
        let choices = self.0.iter().map(Filter::headers);
        choices.max().unwrap_or(HeaderChoice::None)
    }

    /// Whether one of them holds for a response, or there is none.
    #[must_use]
    pub fn match_one(&self, response: &Response<'_>) -> bool {
        self.0.is_empty() || self.0.iter().any(|filter| filter.matches(response))
    }
}

impl Filter {
    fn is_about_repeats(&self) -> bool {
        let is_about = |condition: &Condition| matches!(condition.test, Test::Repeated(_));
        self.0.iter().any(is_about)
    }

    fn headers(&self) -> HeaderChoice {
        let choice = |condition: &Condition| match condition.test {
            Test::Sender(_) => HeaderChoice::All,
            Test::CallId(_) | Test::Method(_) | Test::Cseq(_) | Test::Repeated(_) => {
                HeaderChoice::Transaction
            }
            _ => HeaderChoice::None,
        };
        let choices = self.0.iter().map(choice);
        choices.max().unwrap_or(HeaderChoice::None)
    }

    /// Whether all of it holds for a response.
    #[must_use]
    pub fn matches(&self, response: &Response<'_>) -> bool {
        let holds = |condition: &Condition| condition.test.holds(response) != condition.is_negated;
        self.0.iter().all(holds)
    }
}

impl Test {
    fn parse(key: &str, value: &str) -> Result<Self, String> {
        let wrong = |expected: &str| format!("{key}: expected {expected} instead of '{value}'");
        let unknown_name = |unknown: UnknownName| format!("{key}: {unknown} instead of '{value}'");
        match key {
            "code" => codes(value)
                .map(Self::Code)
                .ok_or_else(|| wrong("a code such as 486, 4xx or 480-489")),
            "class" => class(value)
                .map(Self::Code)
                .ok_or_else(|| wrong("a class such as 4, 4xx or client-error")),
            "phrase_match" => value.parse().map(Self::PhraseMatch).map_err(unknown_name),
            "deviation" if value == "any" => Ok(Self::Deviation(Deviations::all())),
            "deviation" => Deviations::from_name(&value.to_ascii_uppercase())
                .map(Self::Deviation)
                .ok_or_else(|| {
                    let names = deviation_names(Deviations::all());
                    wrong(&format!("{} or any", names.join(", ")))
                }),
            "error" if value == "any" => Ok(Self::Error(None)),
            "error" => value
                .parse::<ErrorKind>()
                .ok()
                .map(|kind| Self::Error(Some(kind)))
                .ok_or_else(|| {
                    let names: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.name()).collect();
                    wrong(&format!("{} or any", names.join(", ")))
                }),
            "address" | "src" | "dst" => {
                let address = Address::parse(value)
                    .ok_or_else(|| wrong("an address such as 192.0.2.1, [::1]:5060 or :5060"))?;
                Ok(match key {
                    "src" => Self::Src(address),
                    "dst" => Self::Dst(address),
                    _ => Self::Address(address),
                })
            }
            "transport" => Transport::ALL
                .into_iter()
                .find(|transport| transport.name() == value)
                .map(Self::Transport)
                .ok_or_else(|| {
                    let names = Transport::ALL.map(Transport::name);
                    wrong(&format!("one of {}", names.join(", ")))
                }),
            "stream" => value
                .parse()
                .map(Self::Stream)
                .map_err(|_| wrong("a number")),
            "where" => Place::all()
                .find(|place| place.name() == value)
                .map(Self::Where)
                .ok_or_else(|| wrong("start, quoted, sipfrag or carved")),
            "sender" if value.is_empty() => Err(wrong("a part of a name")),
            "sender" => Ok(Self::Sender(value.to_ascii_lowercase().into_bytes())),
            "call_id" => Ok(Self::CallId(value.as_bytes().to_vec())),
            "method" => Ok(Self::Method(value.as_bytes().to_vec())),
            "cseq" => value.parse().map(Self::Cseq).map_err(|_| wrong("a number")),
            "repeated" => value
                .parse()
                .map(Self::Repeated)
                .map_err(|_| wrong("true or false")),
            "time" => TimeSpan::parse(value).map(Self::Time).ok_or_else(|| {
                wrong("a span such as 09:42..09:43, 2026-11-20T09:42.. or ..1795167199.5")
            }),
            _ => Err(format!("unknown key '{key}', expected {KEYS}")),
        }
    }

    fn holds(&self, response: &Response<'_>) -> bool {
        let Response { parsed, record, .. } = response;
        let origin = record.origin;
        match self {
            Self::Code(codes) => response
                .code()
                .is_some_and(|code| codes.contains(&code.get())),
            Self::PhraseMatch(phrase) => response.phrase_match() == Some(*phrase),
            Self::Deviation(deviations) => parsed
                .as_ref()
                .is_ok_and(|parsed| parsed.deviations.intersects(*deviations)),
            Self::Error(kind) => parsed
                .as_ref()
                .is_err_and(|error| kind.is_none_or(|kind| error.kind() == kind)),
            Self::Address(address) => {
                origin.is_some_and(|origin| address.is(origin.src) || address.is(origin.dst))
            }
            Self::Src(address) => origin.is_some_and(|origin| address.is(origin.src)),
            Self::Dst(address) => origin.is_some_and(|origin| address.is(origin.dst)),
            Self::Transport(transport) => {
                origin.is_some_and(|origin| origin.transport == *transport)
            }
            Self::Stream(number) => origin.is_some_and(|origin| origin.stream == Some(*number)),
            Self::Where(place) => record.place == *place,
            Self::Sender(part) => response.headers.sender().is_some_and(|name| {
                let name = name.to_ascii_lowercase();
                name.windows(part.len()).any(|window| window == part)
            }),
            Self::CallId(call_id) => response.headers.call_id == Some(call_id),
            Self::Method(name) => response
                .headers
                .method
                .is_some_and(|method| method.eq_ignore_ascii_case(name)),
            Self::Cseq(number) => response.headers.cseq == Some(*number),
            Self::Repeated(is_repeated) => response.is_repeated == *is_repeated,
            Self::Time(span) => origin
                .and_then(|origin| origin.time)
                .is_some_and(|time| span.has(time)),
        }
    }
}

/// Two times, either of which may be left out.
#[derive(Clone, Copy, Debug)]
struct TimeSpan {
    from: Option<Bound>,
    to: Option<Bound>,
}

/// A bound of a span of time.
#[derive(Clone, Copy, Debug)]
enum Bound {
    /// Nanoseconds since the epoch.
    Moment(i128),
    /// Nanoseconds since midnight in UTC, of any day.
    TimeOfDay(i128),
}

impl TimeSpan {
    fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once("..")?;
        let bound = |text: &str| match text {
            "" => Some(None),
            text => Bound::parse(text).map(Some),
        };
        let (from, to) = (bound(from)?, bound(to)?);
        (from.is_some() || to.is_some()).then_some(Self { from, to })
    }

    fn has(self, time: Time) -> bool {
        self.from.is_none_or(|from| !from.is_after(time))
            && self.to.is_none_or(|to| to.is_after(time))
    }
}

impl Bound {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(time) = text.parse::<civil::Time>() {
            let nanosecond = time.duration_since(civil::Time::midnight()).as_nanos();
            return Some(Self::TimeOfDay(nanosecond));
        }
        let moment = text.trim_end_matches('Z').parse::<civil::DateTime>();
        if let Some(moment) = moment
            .ok()
            .and_then(|moment| Offset::UTC.to_timestamp(moment).ok())
        {
            return Some(Self::Moment(moment.as_nanosecond()));
        }
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
        if !is_number(seconds) || !is_number(fraction) {
            return None;
        }
        let seconds: i64 = seconds.parse().ok()?;
        let nanoseconds: i128 = format!("{fraction:0<9.9}").parse().ok()?;
        Some(Self::Moment(
            i128::from(seconds) * NANOSECONDS + nanoseconds,
        ))
    }

    fn is_after(self, time: Time) -> bool {
        let nanosecond = time.nanoseconds();
        match self {
            Self::Moment(moment) => moment > nanosecond,
            Self::TimeOfDay(moment) => moment > nanosecond.rem_euclid(24 * 60 * 60 * NANOSECONDS),
        }
    }
}

/// The nanoseconds of a second.
const NANOSECONDS: i128 = 1_000_000_000;

impl Address {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Some(Self {
                ip: Some(address.ip()),
                port: Some(address.port()),
            });
        }
        if let Some(port) = text.strip_prefix(':')
            && let Ok(port) = port.parse()
        {
            return Some(Self {
                ip: None,
                port: Some(port),
            });
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        let ip = bare.unwrap_or(text).parse().ok()?;
        Some(Self {
            ip: Some(ip),
            port: None,
        })
    }

    fn is(self, address: SocketAddr) -> bool {
        self.ip.is_none_or(|ip| ip == address.ip())
            && self.port.is_none_or(|port| port == address.port())
    }
}

/// `486`, `4xx`, `480-489`.
fn codes(text: &str) -> Option<RangeInclusive<u16>> {
    let code = |text: &str| {
        let digits = text.len() == 3 && text.bytes().all(|octet| octet.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    if let Some(class) = text.strip_suffix("xx") {
        return self::class(class);
    }
    match text.split_once('-') {
        Some((from, to)) => Some(code(from)?..=code(to)?),
        None => code(text).map(|code| code..=code),
    }
}

/// The codes of a class: `4`, `4xx`, `client-error`.
fn class(text: &str) -> Option<RangeInclusive<u16>> {
    let class = Class::ALL.iter().find(|class| {
        let digit = (**class as u8).to_string();
        text == class.name() || text.strip_suffix("xx").unwrap_or(text) == digit
    })?;
    let first = u16::from(*class as u8) * 100;
    Some(first..=first + 99)
}
