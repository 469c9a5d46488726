//! What a code obliges to: the questions a program can branch on, answered for every code.
//!
//! Each function is one rule of the RFCs, written as the list of codes it names. A code that none
//! names is answered for by what its class says; so is a code without a row, which a recipient
//! takes for the x00 of its class (RFC 3261 §8.1.3.2).

use crate::code::{Class, StatusCode};
use crate::names::names;

/// An answer, and the RFC and section that give it.
///
/// ```
/// use sip_status_line::{StatusCode, registry};
///
/// let claim = registry::ends_subscription(StatusCode::GONE);
/// assert!(claim.answer);
/// assert_eq!(claim.source, "RFC 6665 §4.1.2.2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim<T> {
    /// The answer.
    pub answer: T,
    /// Where it stands, such as `RFC 3261 §16.7 step 6`.
    pub source: &'static str,
}

impl<T> Claim<T> {
    /// The same claim with its answer in another form.
    #[must_use]
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Claim<U> {
        Claim {
            answer: form(self.answer),
            source: self.source,
        }
    }
}

pub(super) const fn claim<T: Copy>(answer: T, source: &'static str) -> Claim<T> {
    Claim { answer, source }
}

/// What a client can do about a response, at the server that sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// Nothing has to be done: the request is still open, or succeeded.
    NoNeed,
    /// Give up here.
    No,
    /// Send the request again with an answer to the challenge, once.
    WithCredentials,
    /// Send another request, changed as the response asks.
    Changed,
    /// Send it again, changed or not, once a person has agreed: the user, who may not want to be
    /// known (433), to do without SIPS (416) or to reach another party (485); or the recipients, whose
    /// permission is missing (470). Never by the program alone.
    WithConsent,
    /// Send it again later, at the time in Retry-After; without that field, only if [`repeat`] says
    /// [`Repeat::Later`].
    Later,
}

names!(Retry {
    NoNeed => "no-need" "nothing has to be done",
    No => "no" "give up",
    WithCredentials => "with-credentials" "send it again with an answer to the challenge, once",
    Changed => "changed" "send another request, changed as the response asks",
    WithConsent => "with-consent" "only once a person has agreed, never by the program alone",
    Later => "later" "send it again later, at the time in Retry-After if there is one",
});

/// What a client can do about a response, at the server that sent it.
///
/// [`failover`] says where else to try, and [`Details::retry`](super::Details::retry) has the
/// particulars in words.
///
/// ```
/// use sip_status_line::{StatusCode, registry, registry::Retry};
///
/// assert_eq!(registry::retry(StatusCode::UNAUTHORIZED).answer, Retry::WithCredentials);
/// assert_eq!(registry::retry(StatusCode::DECLINE).answer, Retry::Later);
/// // Without a row: as a 500.
/// let unknown = StatusCode::new(571).expect("a status code");
/// assert_eq!(registry::retry(unknown).answer, Retry::Later);
/// ```
#[must_use]
pub const fn retry(code: StatusCode) -> Claim<Retry> {
    use Retry::{Changed, Later, No, NoNeed, WithConsent, WithCredentials};
    match code.get() {
        380 => claim(Changed, "RFC 3261 §21.3.5"),
        400 => claim(Changed, "RFC 3261 §21.4.1"),
        401 => claim(WithCredentials, "RFC 3261 §22.2"),
        403 => claim(No, "RFC 3261 §21.4.4"),
        404 | 480 | 486 | 600 | 603 => claim(Later, "RFC 3261 §20.33"),
        405 => claim(Changed, "RFC 3261 §21.4.6"),
        406 => claim(Changed, "RFC 3261 §21.4.7"),
        407 => claim(WithCredentials, "RFC 3261 §22.3"),
        408 => claim(Later, "RFC 3261 §21.4.9"),
        410 => claim(No, "RFC 3261 §21.4.10"),
        412 => claim(Changed, "RFC 3903 §11.2.1"),
        413 | 415 | 420 => claim(Changed, "RFC 3261 §8.1.3.5"),
        414 => claim(Changed, "RFC 3261 §21.4.12"),
        416 => claim(WithConsent, "RFC 5630 §5.1.1"),
        417 => claim(Changed, "RFC 4412 §4.6.2"),
        421 => claim(Changed, "RFC 3261 §21.4.16"),
        422 => claim(Changed, "RFC 4028 §7.3"),
        423 => claim(Changed, "RFC 3261 §10.2.8"),
        424 => claim(Changed, "RFC 6442 §4.3"),
        425 => claim(Changed, "RFC 8876 §5.1"),
        428 | 436..=438 => claim(Changed, "RFC 8224 §6.2.2"),
        429 => claim(Changed, "RFC 3892 §5"),
        430 => claim(Changed, "RFC 5626 §11.5"),
        433 => claim(WithConsent, "RFC 5079 §4"),
        439 => claim(Changed, "RFC 5626 §11.6"),
        440 => claim(Changed, "RFC 5393 §5.1"),
        469 => claim(Changed, "RFC 6086 §4.2.2"),
        470 => claim(WithConsent, "RFC 5360 §5.9.2"),
        481 => claim(No, "RFC 3261 §21.4.19"),
        482 => claim(No, "RFC 3261 §21.4.20"),
        483 => claim(Changed, "RFC 5057 §5.1"),
        484 => claim(Changed, "RFC 3261 §21.4.22"),
        485 => claim(WithConsent, "RFC 3261 §21.4.23"),
        487 => claim(No, "RFC 3261 §21.4.25"),
        488 => claim(Changed, "RFC 3261 §21.4.26"),
        489 => claim(Changed, "RFC 6665 §8.3.2"),
        491 => claim(Later, "RFC 3261 §14.1"),
        493 => claim(Changed, "RFC 3261 §21.4.28"),
        494 => claim(Changed, "RFC 3329 §2.3.1"),
        500 => claim(Later, "RFC 3261 §21.5.1"),
        501 => claim(No, "RFC 3261 §21.5.2"),
        502 | 504 => claim(Later, "RFC 3261 §21.5"),
        503 => claim(Later, "RFC 3261 §21.5.4"),
        505 => claim(Changed, "RFC 3261 §21.5.6"),
        513 => claim(Changed, "RFC 3261 §21.5.7"),
        555 => claim(Changed, "RFC 8599 §8.1"),
        580 => claim(Changed, "RFC 3312 §8"),
        604 => claim(No, "RFC 3261 §21.6.3"),
        606 => claim(Changed, "RFC 3261 §21.6.4"),
        607 => claim(No, "RFC 8197 §4"),
        608 => claim(No, "RFC 8688 §3.1"),
        _ => match code.class() {
            Class::Provisional => claim(NoNeed, "RFC 3261 §21.1"),
            Class::Success => claim(NoNeed, "RFC 3261 §21.2"),
            Class::Redirection => claim(No, "RFC 3261 §8.1.3.4"),
            Class::ClientError => claim(Changed, "RFC 3261 §8.1.3.2"),
            Class::ServerError | Class::GlobalFailure => claim(Later, "RFC 3261 §8.1.3.2"),
        },
    }
}

/// Whether the same request may ever be sent again to the same server, unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repeat {
    /// Nothing has to be repeated: the request is still open, or succeeded.
    NoNeed,
    /// Never.
    Never,
    /// Not before the time in Retry-After, and not at all without that field.
    AtRetryAfter,
    /// Yes, after a pause; not before the time in Retry-After, if that field is there.
    Later,
}

names!(Repeat {
    NoNeed => "no-need" "nothing has to be repeated",
    Never => "never" "never",
    AtRetryAfter => "at-retry-after" "only if Retry-After is there, and not before",
    Later => "later" "yes, after a pause and not before Retry-After",
});

/// Whether the same request may ever be sent again to the same server, unchanged.
///
/// ```
/// use sip_status_line::{StatusCode, registry, registry::Repeat};
///
/// assert_eq!(registry::repeat(StatusCode::FORBIDDEN).answer, Repeat::Never);
/// assert_eq!(registry::repeat(StatusCode::BUSY_HERE).answer, Repeat::AtRetryAfter);
/// assert_eq!(registry::repeat(StatusCode::REQUEST_TIMEOUT).answer, Repeat::Later);
/// ```
#[must_use]
pub const fn repeat(code: StatusCode) -> Claim<Repeat> {
    use Repeat::{AtRetryAfter, Later, Never, NoNeed};
    match code.get() {
        404 | 413 | 480 | 486 | 600 | 603 => claim(AtRetryAfter, "RFC 3261 §20.33"),
        408 => claim(Later, "RFC 3261 §21.4.9"),
        470 => claim(Later, "RFC 5360 §5.9.2"),
        491 => claim(Later, "RFC 3261 §14.1"),
        500 => claim(Later, "RFC 3261 §21.5.1"),
        501 => claim(Never, "RFC 3261 §21.5.2"),
        502 | 504 => claim(Later, "RFC 3261 §21.5"),
        503 => claim(Later, "RFC 3261 §21.5.4"),
        505 => claim(Never, "RFC 3261 §21.5.6"),
        513 => claim(Never, "RFC 3261 §21.5.7"),
        555 => claim(Never, "RFC 8599 §8.1"),
        580 => claim(Never, "RFC 3312 §8"),
        604 | 606 => claim(Never, "RFC 3261 §21.6"),
        607 => claim(Never, "RFC 8197 §4"),
        608 => claim(Never, "RFC 8688 §3.1"),
        _ => match code.class() {
            Class::Provisional => claim(NoNeed, "RFC 3261 §21.1"),
            Class::Success => claim(NoNeed, "RFC 3261 §21.2"),
            Class::Redirection => claim(Never, "RFC 3261 §8.1.3.4"),
            Class::ClientError => claim(Never, "RFC 3261 §21.4"),
            Class::ServerError => claim(Later, "RFC 3261 §8.1.3.2"),
            Class::GlobalFailure => claim(AtRetryAfter, "RFC 3261 §8.1.3.2"),
        },
    }
}

/// Where else the same request may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failover {
    /// Nowhere: there is no failure, or it holds everywhere.
    Nowhere,
    /// To the URIs in Contact.
    Contacts,
    /// Over another flow to the same user agent, if the target has several ([RFC 5626 §7]);
    /// otherwise as for [`Server`](Self::Server).
    ///
    /// [RFC 5626 §7]: https://www.rfc-editor.org/rfc/rfc5626#section-7
    Flow,
    /// To the next element that [RFC 3263 §4.3] finds for the same target. A transport error, and a
    /// timeout without any response, count as this too.
    ///
    /// [RFC 3263 §4.3]: https://www.rfc-editor.org/rfc/rfc3263#section-4.3
    NextElement,
    /// To another server, if one is known: the failure is this server's.
    Server,
}

names!(Failover {
    Nowhere => "nowhere" "nowhere",
    Contacts => "contacts" "at the URIs in Contact",
    Flow => "flow" "over another flow to the same user agent",
    NextElement => "next-element" "at the next element for the same target",
    Server => "server" "at another server, if one is known",
});

/// Where else the same request may be sent now.
///
/// ```
/// use sip_status_line::{StatusCode, registry, registry::Failover};
///
/// let failover = |code| registry::failover(code).answer;
/// assert_eq!(failover(StatusCode::SERVICE_UNAVAILABLE), Failover::NextElement);
/// assert_eq!(failover(StatusCode::BUSY_HERE), Failover::Server);
/// assert_eq!(failover(StatusCode::BUSY_EVERYWHERE), Failover::Nowhere);
/// ```
#[must_use]
pub const fn failover(code: StatusCode) -> Claim<Failover> {
    match code.get() {
        380 => claim(Failover::Nowhere, "RFC 3261 §21.3.5"),
        408 | 430 => claim(Failover::Flow, "RFC 5626 §7"),
        487 => claim(Failover::Nowhere, "RFC 3261 §21.4.25"),
        503 => claim(Failover::NextElement, "RFC 3263 §4.3"),
        _ => match code.class() {
            Class::Provisional => claim(Failover::Nowhere, "RFC 3261 §21.1"),
            Class::Success => claim(Failover::Nowhere, "RFC 3261 §21.2"),
            Class::Redirection => claim(Failover::Contacts, "RFC 3261 §8.1.3.4"),
            Class::ClientError => claim(Failover::Server, "RFC 3261 §21.4"),
            Class::ServerError => claim(Failover::Server, "RFC 3261 §21.5"),
            Class::GlobalFailure => claim(Failover::Nowhere, "RFC 3261 §21.6"),
        },
    }
}

/// What a stateful proxy does with a response ([RFC 3261 §16.7]).
///
/// [RFC 3261 §16.7]: https://www.rfc-editor.org/rfc/rfc3261#section-16.7
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Proxying {
    /// Keep it: it is meant for this hop alone.
    Never,
    /// Forward it at once. A 2xx then cancels what is pending; 101 to 199 to an INVITE reset
    /// timer C.
    AtOnce,
    /// Hold it until every branch has a final response, then forward the [`best`] one.
    Hold,
    /// Hold it; if it is the best, forward it with the challenges of every 401 and 407 that was
    /// held.
    JoinChallenges,
    /// Hold it; if it is the best, forward a 500 in its place, unless this proxy could not serve any
    /// other request either.
    As500,
    /// Hold it, cancel what is pending, and open no new branch.
    CancelRest,
}

names!(Proxying {
    Never => "never" "keeps it: it is for this hop alone",
    AtOnce => "at-once" "forwards it at once",
    Hold => "hold" "holds it until the best is known",
    JoinChallenges => "join-challenges" "holds it; if it is the best, joins the challenges of all to it",
    As500 => "as-500" "holds it; if it is the best, forwards a 500 in its place",
    CancelRest => "cancel-rest" "holds it, cancels what is pending, and opens no new branch",
});

/// What a stateful proxy does with a response.
///
/// ```
/// use sip_status_line::{StatusCode, registry, registry::Proxying};
///
/// assert_eq!(registry::proxying(StatusCode::TRYING).answer, Proxying::Never);
/// assert_eq!(registry::proxying(StatusCode::RINGING).answer, Proxying::AtOnce);
/// assert_eq!(registry::proxying(StatusCode::DECLINE).answer, Proxying::CancelRest);
/// ```
#[must_use]
pub const fn proxying(code: StatusCode) -> Claim<Proxying> {
    match code.get() {
        100 => claim(Proxying::Never, "RFC 3261 §16.7 step 5"),
        401 | 407 => claim(Proxying::JoinChallenges, "RFC 3261 §16.7 step 7"),
        503 => claim(Proxying::As500, "RFC 3261 §16.7 step 6"),
        _ => match code.class() {
            Class::Provisional | Class::Success => claim(Proxying::AtOnce, "RFC 3261 §16.7 step 5"),
            Class::Redirection | Class::ClientError | Class::ServerError => {
                claim(Proxying::Hold, "RFC 3261 §16.7 step 6")
            }
            Class::GlobalFailure => claim(Proxying::CancelRest, "RFC 3261 §16.7 step 5"),
        },
    }
}

/// The best of several final responses: the one that a forking proxy forwards
/// ([RFC 3261 §16.7] step 6). Not the lowest number.
///
/// A 2xx comes first, since it was forwarded at once; then any 6xx; then the lowest class. Within
/// 4xx, a 401, 407, 415, 420 or 484 goes before the others, because it tells the client what to
/// change; within 5xx, a 503 comes last. Of equals the first given is taken. Provisional responses
/// are passed over.
///
/// `None` if there is no final response. A branch that timed out counts as a 408 (§16.8), one whose
/// transport failed as a 503 (§16.9).
///
/// ```
/// use sip_status_line::{StatusCode, registry};
///
/// let best = |codes: &[StatusCode]| registry::best(codes.iter().copied());
/// let (busy, challenge, declined) =
///     (StatusCode::BUSY_HERE, StatusCode::UNAUTHORIZED, StatusCode::DECLINE);
/// assert_eq!(best(&[busy, challenge]), Some(challenge));
/// assert_eq!(best(&[busy, challenge, declined]), Some(declined));
/// assert_eq!(best(&[]), None);
/// ```
///
/// [RFC 3261 §16.7]: https://www.rfc-editor.org/rfc/rfc3261#section-16.7
#[must_use]
pub fn best(codes: impl IntoIterator<Item = StatusCode>) -> Option<StatusCode> {
    codes
        .into_iter()
        .filter(|code| code.is_final())
        .min_by_key(|code| rank(*code))
}

/// The place of a final response among others: the best has the lowest.
const fn rank(code: StatusCode) -> u8 {
    match (code.class(), code.get()) {
        (Class::Provisional | Class::Success, _) => 0,
        (Class::GlobalFailure, _) => 1,
        (Class::Redirection, _) => 2,
        (Class::ClientError, 401 | 407 | 415 | 420 | 484) => 3,
        (Class::ClientError, _) => 4,
        (Class::ServerError, 503) => 6,
        (Class::ServerError, _) => 5,
    }
}

/// How much a response ends when it answers a request inside a dialog ([RFC 5057 §5.1]).
///
/// A usage is what keeps a dialog alive: the session that an INVITE set up, or a subscription. Codes
/// newer than RFC 5057 stand where their own RFC puts them, else with the unknown codes of their
/// class. RFC 3261 §12.2.1.2 is coarser: there 408 and 481 end the dialog.
///
/// [RFC 5057 §5.1]: https://www.rfc-editor.org/rfc/rfc5057#section-5.1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DialogEffect {
    /// Nothing: the response is provisional or a success.
    None,
    /// One early dialog, while the call attempt goes on: 199 ([RFC 6228 §4]).
    ///
    /// [RFC 6228 §4]: https://www.rfc-editor.org/rfc/rfc6228#section-4
    EarlyDialog,
    /// Nothing as such, but a redirection inside a dialog concerns the dialog with all its usages
    /// alike.
    Redirection,
    /// Only the transaction of the request. A 408 counts as a timeout as well, which ends the usage
    /// ([RFC 5057 §5.2](https://www.rfc-editor.org/rfc/rfc5057#section-5.2)).
    Transaction,
    /// The usage of the request, and the dialog only with its last usage. 405 and 501 spare a usage
    /// that the method is no integral part of; a 481 to CANCEL ends that CANCEL alone.
    Usage,
    /// The dialog with all its usages. A 483 does not if the request is repeated with a larger
    /// Max-Forwards.
    Dialog,
}

names!(DialogEffect {
    None => "none" "ends nothing",
    EarlyDialog => "early-dialog" "ends one early dialog",
    Redirection => "redirection" "ends nothing, but redirects the dialog and its usages",
    Transaction => "transaction" "ends the transaction",
    Usage => "usage" "ends the usage",
    Dialog => "dialog" "ends the dialog and its usages",
});

/// How much a response ends when it answers a request inside a dialog.
///
/// ```
/// use sip_status_line::{StatusCode, registry, registry::DialogEffect};
///
/// assert_eq!(registry::dialog_effect(StatusCode::GONE).answer, DialogEffect::Dialog);
/// let unknown = StatusCode::new(498).expect("a status code");
/// assert_eq!(registry::dialog_effect(unknown).answer, DialogEffect::Transaction);
/// ```
#[must_use]
pub const fn dialog_effect(code: StatusCode) -> Claim<DialogEffect> {
    use DialogEffect::{Dialog, EarlyDialog, None, Redirection, Transaction, Usage};
    match code.get() {
        199 => claim(EarlyDialog, "RFC 6228 §4"),
        404 | 410 | 416 | 482..=485 | 502 | 604 => claim(Dialog, "RFC 5057 §5.1"),
        405 | 480 | 481 | 489 | 501 => claim(Usage, "RFC 5057 §5.1"),
        424 => claim(Transaction, "RFC 6442 §4.3"),
        425 => claim(Transaction, "RFC 8876 §5.1"),
        433 => claim(Transaction, "RFC 5079 §4"),
        469 => claim(Transaction, "RFC 6086 §4.2.2"),
        607 => claim(Transaction, "RFC 8197 §4"),
        608 => claim(Transaction, "RFC 8688 §3.3"),
        _ => match code.class() {
            Class::Provisional | Class::Success => claim(None, "RFC 5057 §5.1"),
            Class::Redirection => claim(Redirection, "RFC 5057 §5.1"),
            Class::ClientError | Class::ServerError | Class::GlobalFailure => {
                claim(Transaction, "RFC 5057 §5.1")
            }
        },
    }
}

/// Whether a response to BYE leaves the dialog over. No response at all does so too.
#[must_use]
pub const fn ends_after_bye(code: StatusCode) -> Claim<bool> {
    claim(
        matches!(code.get(), 200..=299 | 408 | 481),
        "RFC 3261 §15.1.1",
    )
}

/// Whether a response to the SUBSCRIBE that refreshes a subscription ends that subscription.
#[must_use]
pub const fn ends_subscription(code: StatusCode) -> Claim<bool> {
    claim(
        matches!(
            code.get(),
            404 | 405 | 410 | 416 | 480..=485 | 489 | 501 | 604
        ),
        "RFC 6665 §4.1.2.2",
    )
}

/// The methods that a response may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Methods {
    /// Any.
    Any,
    /// INVITE alone.
    Invite,
    /// REGISTER alone.
    Register,
    /// SUBSCRIBE alone.
    Subscribe,
    /// INFO alone.
    Info,
    /// Any but CANCEL.
    NotCancel,
    /// Any but SUBSCRIBE, NOTIFY and REFER.
    NotEvents,
}

names!(Methods {
    Any => "any" "any method",
    Invite => "invite" "INVITE alone",
    Register => "register" "REGISTER alone",
    Subscribe => "subscribe" "SUBSCRIBE alone",
    Info => "info" "INFO alone",
    NotCancel => "not-cancel" "any method but CANCEL",
    NotEvents => "not-events" "any method but SUBSCRIBE, NOTIFY and REFER",
});

impl Methods {
    /// Whether the method is among them. Methods are compared as they are, since their case matters.
    ///
    /// ```
    /// use sip_status_line::{StatusCode, registry};
    ///
    /// // RFC 4320 §4.2: what times out a request that is no INVITE gets no answer.
    /// let methods = registry::methods(StatusCode::REQUEST_TIMEOUT).answer;
    /// assert!(methods.contain("INVITE") && !methods.contain("OPTIONS"));
    /// ```
    #[must_use]
    pub fn contain(self, method: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Invite => method == "INVITE",
            Self::Register => method == "REGISTER",
            Self::Subscribe => method == "SUBSCRIBE",
            Self::Info => method == "INFO",
            Self::NotCancel => method != "CANCEL",
            Self::NotEvents => !matches!(method, "SUBSCRIBE" | "NOTIFY" | "REFER"),
        }
    }
}

/// The methods that a response may answer.
///
/// 408 is for INVITE alone if a stateful element sends it, and only such an element can tell that
/// time is up.
#[must_use]
pub const fn methods(code: StatusCode) -> Claim<Methods> {
    match code.get() {
        101..=199 => claim(Methods::Invite, "RFC 4320 §4.1"),
        202 => claim(Methods::NotEvents, "RFC 6665 §8.3.1, RFC 7647 §5"),
        204 => claim(Methods::Subscribe, "RFC 5839 §7.1"),
        408 => claim(Methods::Invite, "RFC 4320 §4.2"),
        439 => claim(Methods::Register, "RFC 5626 §11.6"),
        469 => claim(Methods::Info, "RFC 6086 §4.2.2"),
        487 => claim(Methods::NotCancel, "RFC 3261 §21.4.25"),
        555 => claim(Methods::Register, "RFC 8599 §8.1"),
        _ => claim(Methods::Any, "RFC 3261 §21"),
    }
}

/// What has to hold of a request, so that a response may answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// Nothing.
    None,
    /// It is an INVITE, or has been open for so long that it would next be repeated after T2; over a
    /// reliable transport, for as long as that takes over UDP.
    SlowUnlessInvite,
    /// It is inside a dialog.
    InDialog,
    /// It is outside any dialog.
    OutOfDialog,
    /// It lists `199` in Supported.
    Supports199,
    /// It lists `resource-priority` in Require.
    RequiresResourcePriority,
    /// It has a Geolocation field.
    Geolocation,
    /// It carries an alert.
    Alert,
    /// It has a reg-id and lists `outbound` in Supported.
    Outbound,
}

names!(Condition {
    None => "none" "nothing more",
    SlowUnlessInvite => "slow-unless-invite" "it is an INVITE, or so slow that it would next be repeated after T2",
    InDialog => "in-dialog" "it is inside a dialog",
    OutOfDialog => "out-of-dialog" "it is outside any dialog",
    Supports199 => "supports-199" "it lists 199 in Supported",
    RequiresResourcePriority => "requires-resource-priority" "it lists resource-priority in Require",
    Geolocation => "geolocation" "it has a Geolocation field",
    Alert => "alert" "it carries an alert",
    Outbound => "outbound" "it has a reg-id and lists outbound in Supported",
});

/// What has to hold of a request, so that a response may answer it.
#[must_use]
pub const fn condition(code: StatusCode) -> Claim<Condition> {
    match code.get() {
        100 => claim(Condition::SlowUnlessInvite, "RFC 4320 §4.1"),
        199 => claim(Condition::Supports199, "RFC 6228 §5"),
        204 => claim(Condition::InDialog, "RFC 5839 §7.1"),
        417 => claim(Condition::RequiresResourcePriority, "RFC 4412 §4.6.2"),
        424 => claim(Condition::Geolocation, "RFC 6442 §4.3"),
        425 => claim(Condition::Alert, "RFC 8876 §5.1"),
        439 => claim(Condition::Outbound, "RFC 5626 §11.6"),
        607 => claim(Condition::OutOfDialog, "RFC 8197 §4"),
        608 => claim(Condition::OutOfDialog, "RFC 8688 §3.1"),
        _ => claim(Condition::None, "RFC 3261 §21"),
    }
}

/// Who may send a response of its own accord. Anyone may pass it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sender {
    /// Anyone who answers a request.
    Any,
    /// A user agent server.
    UserAgent,
    /// A user agent server or a registrar, but no proxy.
    NotProxy,
    /// A proxy.
    Proxy,
    /// An edge proxy, to the authoritative proxy.
    EdgeProxy,
    /// Anyone but a registrar.
    NotRegistrar,
}

names!(Sender {
    Any => "any" "anyone who answers",
    UserAgent => "user-agent" "a user agent server",
    NotProxy => "not-proxy" "a user agent server or registrar, no proxy",
    Proxy => "proxy" "a proxy",
    EdgeProxy => "edge-proxy" "an edge proxy, to the authoritative proxy",
    NotRegistrar => "not-registrar" "anyone but a registrar",
});

/// Who may send a response of its own accord.
#[must_use]
pub const fn sender(code: StatusCode) -> Claim<Sender> {
    match code.get() {
        305 => claim(Sender::UserAgent, "RFC 3261 §21.3.4"),
        401 => claim(Sender::NotProxy, "RFC 3261 §21.4.2"),
        407 => claim(Sender::Proxy, "RFC 3261 §21.4.2"),
        430 => claim(Sender::EdgeProxy, "RFC 5626 §11.5"),
        600.. => claim(Sender::NotRegistrar, "RFC 3261 §10.3"),
        _ => claim(Sender::Any, "RFC 3261 §21"),
    }
}

/// Whether a response may be sent reliably, with `Require: 100rel` and `RSeq`: 101 to 199.
#[must_use]
pub const fn reliable(code: StatusCode) -> Claim<bool> {
    claim(matches!(code.get(), 101..=199), "RFC 3262 §3")
}

/// How long what a response says of the address may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Caching {
    /// It holds for this request only.
    No,
    /// As long as Expires or the expires parameter of Contact says, and not without them.
    UntilExpires,
    /// For good.
    ForGood,
}

names!(Caching {
    No => "no" "not beyond this request",
    UntilExpires => "until-expires" "as long as Expires says",
    ForGood => "for-good" "for good",
});

/// How long what a response says of the address may be kept.
#[must_use]
pub const fn caching(code: StatusCode) -> Claim<Caching> {
    match code.get() {
        301 => claim(Caching::ForGood, "RFC 3261 §21.3.2"),
        302 => claim(Caching::UntilExpires, "RFC 3261 §21.3.3"),
        410 => claim(Caching::ForGood, "RFC 3261 §21.4.10"),
        _ => claim(Caching::No, "RFC 3261 §21"),
    }
}

/// Whether the reason phrase has to say more than the registered one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PhraseDuty {
    /// No: any phrase will do.
    Free,
    /// It may: an RFC says what.
    May,
    /// It should.
    Should,
}

names!(PhraseDuty {
    Free => "free" "any will do",
    May => "may" "may say more",
    Should => "should" "should say more",
});

/// Whether the reason phrase has to say more than the registered one;
/// [`Details::phrase`](super::Details::phrase) says what.
#[must_use]
pub const fn phrase_duty(code: StatusCode) -> Claim<PhraseDuty> {
    match code.get() {
        182 => claim(PhraseDuty::May, "RFC 3261 §21.1.4"),
        400 => claim(PhraseDuty::Should, "RFC 3261 §21.4.1"),
        403 => claim(PhraseDuty::May, "RFC 5373 §4.5.1"),
        428 | 436..=438 => claim(PhraseDuty::May, "RFC 8224 §6.2.2"),
        480 => claim(PhraseDuty::Should, "RFC 3261 §21.4.18"),
        484 => claim(PhraseDuty::Should, "RFC 3261 §21.4.22"),
        _ => claim(PhraseDuty::Free, "RFC 3261 §7.2"),
    }
}

/// What follows from a code, in words: each question of this module, and its answer.
///
/// [`best`] is asked of several codes, and [`to_q850`](super::to_q850) has a number for an answer: they
/// are left out.
///
/// ```
/// use sip_status_line::{StatusCode, registry};
///
/// let conduct = registry::conduct(StatusCode::BUSY_HERE);
/// let (_, claim) = conduct.iter().find(|(question, _)| *question == "elsewhere").expect("a question");
/// assert_eq!(claim.answer, registry::failover(StatusCode::BUSY_HERE).answer.meaning());
/// ```
#[must_use]
pub fn conduct(code: StatusCode) -> [(&'static str, Claim<&'static str>); 13] {
    let yes = |yes| if yes { "yes" } else { "no" };
    [
        ("to retry", retry(code).map(Retry::meaning)),
        ("unchanged", repeat(code).map(Repeat::meaning)),
        ("elsewhere", failover(code).map(Failover::meaning)),
        ("a proxy", proxying(code).map(Proxying::meaning)),
        (
            "in a dialog",
            dialog_effect(code).map(DialogEffect::meaning),
        ),
        ("ends it after BYE", ends_after_bye(code).map(yes)),
        ("ends a subscription", ends_subscription(code).map(yes)),
        ("answers", methods(code).map(Methods::meaning)),
        ("if the request", condition(code).map(Condition::meaning)),
        ("sent by", sender(code).map(Sender::meaning)),
        ("reliable", reliable(code).map(yes)),
        ("kept", caching(code).map(Caching::meaning)),
        ("phrase", phrase_duty(code).map(PhraseDuty::meaning)),
    ]
}
