//! What is said of a response, field by field.

use crate::headers::HeaderChoice;

/// What is said of a response: a field of JSON, and one column of a table or, for the error, four.
///
/// ```
/// use sip_status_decode::Field;
///
/// assert_eq!(Field::from_name("call_id"), Some(Field::CallId));
/// assert_eq!(Field::Error.columns().len(), 4);
/// assert!(!Field::USUAL.contains(&Field::Sender));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The file it comes from.
    Source,
    /// Its number, from 1: the frame in a capture, the line in a text.
    Record,
    /// The name that the input gives it.
    Name,
    /// The status code.
    Code,
    /// The class of the code: `client-error`.
    Class,
    /// The phrase as text.
    Reason,
    /// The octets of the phrase, where they are no text.
    ReasonHex,
    /// Whether IANA lists the code.
    Registered,
    /// How the phrase stands to the code.
    PhraseMatch,
    /// The names of the deviations.
    Deviations,
    /// How many octets follow the line.
    RestLen,
    /// Why it was refused: four columns.
    Error,
    /// When it was captured.
    Time,
    /// Who sent it.
    Src,
    /// To whom.
    Dst,
    /// Over what.
    Transport,
    /// Which TCP connection it came over.
    Stream,
    /// In what it was found.
    Where,
    /// How many octets of the file come before a carved line.
    Offset,
    /// The `Call-ID` of the message.
    CallId,
    /// The method of its `CSeq`.
    Method,
    /// The number of its `CSeq`.
    Cseq,
    /// Whether the same response was captured before.
    Repeated,
    /// The `Server` of the message, else its `User-Agent`.
    Sender,
}

impl Field {
    /// All of them, in the order in which they are written.
    pub const ALL: &'static [Self] = &[
        Self::Source,
        Self::Record,
        Self::Name,
        Self::Code,
        Self::Class,
        Self::Reason,
        Self::ReasonHex,
        Self::Registered,
        Self::PhraseMatch,
        Self::Deviations,
        Self::RestLen,
        Self::Error,
        Self::Time,
        Self::Src,
        Self::Dst,
        Self::Transport,
        Self::Stream,
        Self::Where,
        Self::Offset,
        Self::CallId,
        Self::Method,
        Self::Cseq,
        Self::Repeated,
        Self::Sender,
    ];

    /// Those that are written unless others are chosen: all but [`Sender`](Self::Sender).
    pub const USUAL: &'static [Self] = match Self::ALL.split_last() {
        Some((Self::Sender, usual)) => usual,
        _ => panic!("the sender comes last"),
    };

    /// The field of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// The headers that it is read from.
    #[must_use]
    pub const fn headers(self) -> HeaderChoice {
        match self {
            Self::Sender => HeaderChoice::All,
            Self::CallId | Self::Method | Self::Cseq | Self::Repeated => HeaderChoice::Transaction,
            _ => HeaderChoice::None,
        }
    }

    /// The names of its columns.
    #[must_use]
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Source => &["source"],
            Self::Record => &["record"],
            Self::Name => &["name"],
            Self::Code => &["code"],
            Self::Class => &["class"],
            Self::Reason => &["reason"],
            Self::ReasonHex => &["reason_hex"],
            Self::Registered => &["registered"],
            Self::PhraseMatch => &["phrase_match"],
            Self::Deviations => &["deviations"],
            Self::RestLen => &["rest_len"],
            Self::Error => &["error_kind", "error_offset", "error_message", "error_code"],
            Self::Time => &["time"],
            Self::Src => &["src"],
            Self::Dst => &["dst"],
            Self::Transport => &["transport"],
            Self::Stream => &["stream"],
            Self::Where => &["where"],
            Self::Offset => &["offset"],
            Self::CallId => &["call_id"],
            Self::Method => &["method"],
            Self::Cseq => &["cseq"],
            Self::Repeated => &["repeated"],
            Self::Sender => &["sender"],
        }
    }

    /// Its name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match (self, self.columns()) {
            (Self::Error, _) | (_, []) => "error",
            (_, [name, ..]) => name,
        }
    }
}
