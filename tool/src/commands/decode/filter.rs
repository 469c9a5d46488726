//! `--filter`: which records are shown.

use core::net::{IpAddr, SocketAddr};
use core::ops::RangeInclusive;

use sip_status_line::registry::PhraseMatch;
use sip_status_line::{Class, Deviations, ErrorKind};

use super::response::Response;
use crate::names::deviation_names;
use crate::record::Place;

/// What the help says of it.
pub(crate) const HELP: &str = "\
Filter: KEY=VALUE or KEY!=VALUE; with a comma between them all must hold, of several --filter one
  code=486, code=4xx, code=480-489  also of a refused line, if its code could be read
  class=4, class=client-error       the same
  phrase_match=custom               how the phrase stands to the code: exact, case, alias, empty,
                                    custom, unregistered
  deviation=BARE_LF, deviation=any  by name, whatever its case
  error=space, error=any            refused lines: version, code, space, reason, line-ending,
                                    length, end
  address=192.0.2.1, address=[2001:db8::1]:5060, address=:5060
                                    sent from or to there; src= and dst= are for one end
  transport=tcp, stream=3, where=sipfrag
                                    as in the output
  sender=asterisk                   in the Server or User-Agent of the message, whatever the case";

const KEYS: &str = "code, class, phrase_match, deviation, error, address, src, dst, transport, stream, \
                    where or sender";

/// Conditions that all must hold.
#[derive(Clone, Debug)]
pub(crate) struct Filter(Vec<Condition>);

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
    Transport(String),
    Stream(u64),
    Where(Place),
    /// In lower case.
    Sender(Vec<u8>),
}

#[derive(Clone, Copy, Debug)]
struct Address {
    ip: Option<IpAddr>,
    port: Option<u16>,
}

impl Filter {
    /// Reads the value of `--filter`.
    pub(crate) fn parse(expression: &str) -> Result<Self, String> {
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
        conditions.collect::<Result<_, _>>().map(Self)
    }

    /// Whether all of it holds for a response.
    pub(crate) fn matches(&self, response: &Response<'_>) -> bool {
        let holds = |condition: &Condition| condition.test.holds(response) != condition.is_negated;
        self.0.iter().all(holds)
    }
}

impl Test {
    fn parse(key: &str, value: &str) -> Result<Self, String> {
        let wrong = |expected: &str| format!("{key}: expected {expected} instead of '{value}'");
        match key {
            "code" => codes(value)
                .map(Self::Code)
                .ok_or_else(|| wrong("a code such as 486, 4xx or 480-489")),
            "class" => class(value)
                .map(Self::Code)
                .ok_or_else(|| wrong("a class such as 4, 4xx or client-error")),
            "phrase_match" => PHRASES
                .into_iter()
                .find(|phrase| phrase.to_string() == value)
                .map(Self::PhraseMatch)
                .ok_or_else(|| wrong("exact, case, alias, empty, custom or unregistered")),
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
            "transport" if matches!(value, "udp" | "tcp" | "ws") => {
                Ok(Self::Transport(value.to_owned()))
            }
            "transport" => Err(wrong("udp, tcp or ws")),
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
            Self::Transport(name) => origin.is_some_and(|origin| origin.transport.name() == name),
            Self::Stream(number) => origin.is_some_and(|origin| origin.stream == Some(*number)),
            Self::Where(place) => record.place == *place,
            Self::Sender(part) => response.headers.sender().is_some_and(|name| {
                let name = name.to_ascii_lowercase();
                name.windows(part.len()).any(|window| window == part)
            }),
        }
    }
}

impl Address {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Some(Self {
                ip: Some(address.ip()),
                port: Some(address.port()),
            });
        }
        if let Some(port) = text.strip_prefix(':') {
            if let Ok(port) = port.parse() {
                return Some(Self {
                    ip: None,
                    port: Some(port),
                });
            }
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
    let class = CLASSES.into_iter().find(|class| {
        let digit = (*class as u8).to_string();
        text == class.name() || text.strip_suffix("xx").unwrap_or(text) == digit
    })?;
    let first = u16::from(class as u8) * 100;
    Some(first..=first + 99)
}

const CLASSES: [Class; 6] = [
    Class::Provisional,
    Class::Success,
    Class::Redirection,
    Class::ClientError,
    Class::ServerError,
    Class::GlobalFailure,
];

const PHRASES: [PhraseMatch; 6] = [
    PhraseMatch::Exact,
    PhraseMatch::Case,
    PhraseMatch::Alias,
    PhraseMatch::Empty,
    PhraseMatch::Custom,
    PhraseMatch::Unregistered,
];
