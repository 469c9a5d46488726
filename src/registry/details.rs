//! What the RFCs say of each registered code, as a table of facts.

use core::fmt;

use super::{ALL, Entry, option};
use crate::code::StatusCode;

/// What the RFCs say of a registered code: what it means, what goes with it, what follows from it.
///
/// The header fields are those that the code asks for. What every response copies from its request,
/// and what any may carry, is left out: Error-Info goes with all of 300 to 699
/// ([RFC 3261 §20.18]), a Reason with a Q.850 cause with all but 100 ([RFC 6432]).
///
/// ```
/// use sip_status_line::{StatusCode, registry};
///
/// let details = registry::lookup(StatusCode::METHOD_NOT_ALLOWED)
///     .and_then(|entry| entry.details())
///     .expect("a registered code");
/// assert_eq!(details.must[0].header, "Allow");
/// assert_eq!(details.dialog, registry::DialogEffect::Usage);
/// ```
///
/// [RFC 3261 §20.18]: https://www.rfc-editor.org/rfc/rfc3261#section-20.18
/// [RFC 6432]: https://www.rfc-editor.org/rfc/rfc6432
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Details {
    /// What the code says, in one sentence.
    pub summary: &'static str,
    /// Header fields that have to be in the response.
    pub must: &'static [HeaderRule],
    /// Header fields that should be in the response.
    pub should: &'static [HeaderRule],
    /// Header fields that may be in the response.
    pub may: &'static [HeaderRule],
    /// What the client can do next, in one sentence.
    pub retry: &'static str,
    /// What the response ends when it answers a request inside a dialog.
    pub dialog: DialogEffect,
    /// The Q.850 cause that a gateway gives for this code ([RFC 3398 §8.2.6.1]); 31 for final codes
    /// from 400 that the RFC does not list.
    ///
    /// `None` for codes below 400 and for 487. 488 and 606 become 65 instead of 31 if their Warning
    /// is about bearer capability. 401, 406, 407, 413 to 416, 420, 421, 423, 484, 505 and 513 get
    /// this far only if the gateway cannot remedy the failure itself. The way back is
    /// [`from_q850`](super::from_q850), and the two are not inverse.
    ///
    /// [RFC 3398 §8.2.6.1]: https://www.rfc-editor.org/rfc/rfc3398#section-8.2.6.1
    pub q850: Option<u8>,
}

/// A header field that goes with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeaderRule {
    /// The name of the header field.
    pub header: &'static str,
    /// When it applies or what the field holds, in words that follow its name; empty if there is
    /// nothing to add.
    pub when: &'static str,
    /// The RFC and section that say so, such as `RFC 3261 §20.33`.
    pub source: &'static str,
}

/// How much a response ends when it answers a request inside a dialog ([RFC 5057 §5.1]). `Display`
/// gives it in plain words.
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

impl fmt::Display for DialogEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "nothing",
            Self::EarlyDialog => "one early dialog",
            Self::Redirection => "nothing, but redirects the dialog and its usages",
            Self::Transaction => "the transaction",
            Self::Usage => "the usage",
            Self::Dialog => "the dialog and its usages",
        })
    }
}

/// The details of that code. Reads the table up to it.
pub(super) fn get(code: StatusCode) -> Option<&'static Details> {
    TABLE
        .iter()
        .find_map(|(row, details)| (code == *row).then_some(details))
}

/// Header rules: triples of name, condition and source, or a constant that holds some.
macro_rules! rules {
    () => {
        &[]
    };
    ([$($header:literal $when:literal $source:literal),+ $(,)?]) => {
        &[$(HeaderRule { header: $header, when: $when, source: $source }),+]
    };
    ($shared:ident) => {
        $shared
    };
}

/// One row per code: number, effect inside a dialog, Q.850 cause if any, summary, retry, headers.
macro_rules! details {
    ($(
        $code:literal $dialog:ident $(($q850:literal))?
        $summary:literal
        $retry:literal
        $(must $must:tt)? $(should $should:tt)? $(may $may:tt)?;
    )+) => {
        static TABLE: &[(u16, Details)] = &[$((
            $code,
            Details {
                summary: $summary,
                must: rules!($($must)?),
                should: rules!($($should)?),
                may: rules!($($may)?),
                retry: $retry,
                dialog: DialogEffect::$dialog,
                q850: option!($($q850)?),
            },
        )),+];
    };
}

/// What any provisional response to INVITE from 101 on needs.
const PROGRESS: &[HeaderRule] = rules!([
    "To" "with a tag" "RFC 3261 §8.2.6.2",
    "Contact" "if it sets up an early dialog" "RFC 3261 §12.1.1",
    "Record-Route" "if it sets up an early dialog, copied from the request" "RFC 3261 §12.1.1",
    "Require" "with 100rel, if sent reliably" "RFC 3262 §3",
    "RSeq" "if sent reliably" "RFC 3262 §3",
]);

details! {
    100 None
        "The next hop has taken the request, and the sender can stop repeating it."
        "Wait; the outcome is still open."
        must ["Timestamp" "if the request had one" "RFC 3261 §8.2.6.1"]
        may ["To" "with a tag added, though the server transaction should add none (§17.2.1)" "RFC 3261 §8.2.6.2"];
    180 None
        "The phone of the called party is ringing."
        "Wait for a final response, with ringback if nothing else is heard."
        must PROGRESS
        may ["Alert-Info" "" "RFC 3261 §20.4"];
    181 None
        "The call is on its way to another destination than the one asked for."
        "Wait for a final response."
        must PROGRESS;
    182 None
        "The called party is not free, and the call waits in a queue."
        "Wait; another 182 may tell how the queue moves."
        must PROGRESS;
    183 None
        "The call makes progress that no other code describes, often with early media."
        "Wait; unknown provisional codes count as this one."
        must PROGRESS;
    199 EarlyDialog
        "A forked call has lost one of its early dialogs and goes on without it."
        "Release what that early dialog held and wait for the other branches."
        must [
            "To" "with the tag of the early dialog that ended" "RFC 6228 §5",
            "Reason" "with the status code that ended it" "RFC 6228 §5",
            "Require" "with 100rel, if sent reliably" "RFC 3262 §3",
            "RSeq" "if sent reliably" "RFC 3262 §3",
        ];

    200 None
        "The request did what it was meant to do; the method decides what comes with the answer."
        "Go on, after an ACK from end to end if the method was INVITE."
        must [
            "To" "to INVITE, with a tag" "RFC 3261 §12.1.1",
            "Contact" "to INVITE" "RFC 3261 §12.1.1",
            "Record-Route" "to INVITE, copied from the request" "RFC 3261 §12.1.1",
            "Contact" "to REGISTER, with every current binding and when it expires" "RFC 3261 §10.3",
            "Expires" "to PUBLISH" "RFC 3903 §6",
            "SIP-ETag" "to PUBLISH" "RFC 3903 §6",
        ]
        should [
            "Allow" "to INVITE" "RFC 3261 §13.3.1.4",
            "Supported" "to INVITE" "RFC 3261 §13.3.1.4",
            "Allow" "to OPTIONS" "RFC 3261 §11.2",
            "Accept" "to OPTIONS" "RFC 3261 §11.2",
            "Accept-Encoding" "to OPTIONS" "RFC 3261 §11.2",
            "Accept-Language" "to OPTIONS" "RFC 3261 §11.2",
            "Supported" "to OPTIONS" "RFC 3261 §11.2",
            "Date" "to REGISTER" "RFC 3261 §10.3",
        ]
        may [
            "Authentication-Info" "" "RFC 3261 §20.6",
            "Accept-Resource-Priority" "" "RFC 4412 §3.3",
        ];
    202 None
        "The request was taken on, but its work goes on: a MESSAGE is still to be delivered."
        "Take it for a 200 and expect no other answer.";
    204 None
        "The subscription was refreshed, and no NOTIFY follows because the subscriber's state is current."
        "Go on with the event state at hand."
        may ["Expires" "with the new duration of the subscription" "RFC 5839 §5.6"];

    300 Redirection
        "The address leads to several places, listed in Contact or the body, from which to choose."
        "Send a new request to whichever contacts suit."
        should ["Contact" "with the choices" "RFC 3261 §21.3.1"];
    301 Redirection
        "The user is no longer at this address and is to be found at the one in Contact from now on."
        "Send to the new address and replace the stored one."
        should ["Contact" "with the new address" "RFC 3261 §13.3.1.2"];
    302 Redirection
        "The user is at the address in Contact for the time being."
        "Send to the new address, but keep it no longer than the response allows."
        should ["Contact" "with the new address" "RFC 3261 §13.3.1.2"]
        may ["Expires" "if the address may be cached, as an expires parameter of Contact says too" "RFC 3261 §21.3.3"];
    305 Redirection
        "A user agent server takes requests only by way of the proxy in Contact."
        "Send this request again through that proxy, and only this one."
        should ["Contact" "with the URI of the proxy" "RFC 3261 §21.3.4"];
    380 Redirection
        "The call is not possible, and the body describes what is possible instead."
        "Read the body and use one of the services it offers, if any fits."
        may ["Contact" "" "RFC 3261 §20.10"];

    400 Transaction (41)
        "The syntax of the request is wrong."
        "Correct the request first; unknown 4xx codes count as this one.";
    401 Transaction (21)
        "The user agent server or registrar wants to know who sends the request."
        "Repeat it once with an answer to the challenge, unless just that answer was refused."
        must ["WWW-Authenticate" "" "RFC 3261 §22.2"]
        may ["Proxy-Authenticate" "if a forking proxy gathered challenges" "RFC 3261 §16.7"];
    402 Transaction (21)
        "The number is set aside for payment, and no RFC has given it a use."
        "Treat it as an unknown 4xx.";
    403 Transaction (21)
        "The server will not do this, whoever asks."
        "Give up; to authenticate would not help.";
    404 Dialog (1)
        "The domain has no such user, or the server does not serve that domain."
        "Give up, unless Retry-After promises the user later."
        may ["Retry-After" "" "RFC 3261 §20.33"];
    405 Usage (63)
        "This address does not take that method."
        "Use one of the methods in Allow."
        must ["Allow" "" "RFC 3261 §21.4.6"];
    406 Transaction (79)
        "Everything the server could answer is of a type that Accept rules out."
        "Accept more types.";
    407 Transaction (21)
        "A proxy wants to know who sends the request before it passes it on."
        "Repeat it once with Proxy-Authorization for that realm."
        must ["Proxy-Authenticate" "" "RFC 3261 §22.3"]
        may ["WWW-Authenticate" "if a forking proxy gathered challenges" "RFC 3261 §16.7"];
    408 Transaction (102)
        "The server found no answer within the time it had; a timeout at the client counts as this code."
        "Send the same request again whenever it suits.";
    410 Dialog (22)
        "The user has left this address, and no one knows a new one."
        "Give up and forget the address.";
    412 Transaction (31)
        "A PUBLISH named an entity-tag that is not the current one."
        "Publish the whole state again, without SIP-If-Match.";
    413 Transaction (127)
        "The server does not take a body of that size."
        "Send a smaller body or none, or wait for Retry-After."
        should ["Retry-After" "if the limit will pass" "RFC 3261 §21.4.11"];
    414 Transaction (127)
        "The server does not read a Request-URI of that length."
        "Shorten the Request-URI.";
    415 Transaction (79)
        "The server cannot read the body: its type, its encoding or its language."
        "Send a body as the Accept fields of the response describe."
        must [
            "Accept" "if the type was the problem" "RFC 3261 §21.4.13",
            "Accept-Encoding" "if the encoding was the problem" "RFC 3261 §21.4.13",
            "Accept-Language" "if the language was the problem" "RFC 3261 §21.4.13",
        ];
    416 Dialog (127)
        "The scheme of the Request-URI is foreign to the server."
        "Use a SIP URI for the same target.";
    417 Transaction (31)
        "The request insists on a resource priority, but the server knows none of its values."
        "Choose a value from Accept-Resource-Priority."
        may ["Accept-Resource-Priority" "" "RFC 4412 §4.6.2"];
    420 Transaction (127)
        "The request requires an extension that the server does not have."
        "Do without the extensions in Unsupported."
        must ["Unsupported" "with the options not understood" "RFC 3261 §21.4.15"];
    421 Transaction (127)
        "The server insists on an extension that is missing from the client's Supported."
        "Send it again with that extension, if the client has it."
        must [
            "Require" "with the extension" "RFC 3261 §21.4.16",
            "Security-Server" "if the extension is sec-agree" "RFC 3329 §2.3.2",
        ];
    422 Transaction (31)
        "The session timer asked for is shorter than a hop on the way permits."
        "Raise Session-Expires to Min-SE or more, and send Min-SE along."
        must ["Min-SE" "" "RFC 4028 §6"];
    423 Transaction (127)
        "The registration, subscription or publication would expire too soon."
        "Ask for Min-Expires seconds or more."
        must ["Min-Expires" "" "RFC 3261 §10.3"];
    424 Transaction (31)
        "The location that the request conveys is no use to the server."
        "Convey a better location, the one in the body of the response if it has one."
        must ["Geolocation-Error" "" "RFC 6442 §4.3"];
    425 Transaction (31)
        "The alert of an emergency request without a call cannot be acted upon."
        "Mend the alert as AlertMsg-Error says."
        must ["AlertMsg-Error" "" "RFC 8876 §5.1"];
    428 Transaction (31)
        "The verifier takes only requests whose Identity it can check, and this one has none."
        "Send it through a service that signs it.";
    429 Transaction (31)
        "The target of a REFER asks for proof of who referred the caller."
        "Refer again with a Referred-By token.";
    430 Transaction (31)
        "One flow to the user agent is broken, as an edge proxy tells the authoritative proxy."
        "Try another flow to the same user agent; an endpoint takes it for a 400.";
    433 Transaction (31)
        "The called party takes no anonymous calls."
        "Ask the user before showing who is calling.";
    436 Transaction (31)
        "The verifier could not fetch the credential that Identity points to."
        "Sign with a credential that can be fetched.";
    437 Transaction (31)
        "The verifier has the credential and does not trust or support it."
        "Sign with another credential.";
    438 Transaction (31)
        "Identity is there, but no signature in it holds."
        "Send the full PASSporT, once, if the compact form was used.";
    439 Transaction (31)
        "The REGISTER asks for outbound, which the first proxy on its way does not support."
        "Register without outbound or by another first proxy.";
    440 Transaction (31)
        "A proxy would have to fork into more branches than Max-Breadth leaves it."
        "Aim at fewer targets; some may not have seen the request.";
    469 Transaction (31)
        "The INFO belongs to an Info Package that the receiver did not offer."
        "Keep to the packages in Recv-Info."
        must ["Recv-Info" "except to an INFO of the older kind, which names no package" "RFC 6086 §4.2.2"];
    470 Transaction (31)
        "A relay may not send to some of the recipients, because they have not consented."
        "Obtain their consent, then send again."
        should ["Permission-Missing" "with the recipients in question" "RFC 5360 §5.9.2"];
    480 Usage (18)
        "The user is known but cannot be reached now."
        "Try again later, at the time in Retry-After if there is one."
        should ["Warning" "with code 380, if a SIPS request may not be downgraded" "RFC 5630 §5.3"]
        may [
            "Retry-After" "" "RFC 3261 §21.4.18",
            "Warning" "with code 381" "RFC 5630",
        ];
    481 Usage (41)
        "The receiver knows no dialog or transaction that the request could belong to."
        "Start afresh outside that dialog.";
    482 Dialog (25)
        "The request met an element it had been through, or a forked copy of itself."
        "Change the route first; of several answers take another.";
    483 Dialog (25)
        "The request used up its Max-Forwards."
        "Raise Max-Forwards if it started low.";
    484 Dialog (28)
        "The number dialled is not complete."
        "Add the digits that follow and send again.";
    485 Dialog (1)
        "The address fits more than one user."
        "Let the caller choose among the contacts offered."
        should ["Contact" "with the candidates, if a proxy makes the response" "RFC 3261 §16.5"]
        may ["Contact" "with the candidates, unless configured not to for privacy" "RFC 3261 §21.4.23"];
    486 Transaction (17)
        "The called party is busy at this device."
        "Call again later, at the time in Retry-After if there is one, or try other devices."
        may ["Retry-After" "" "RFC 3261 §21.4.24"];
    487 Transaction
        "A CANCEL or BYE ended the request, or it expired."
        "Nothing is left to do.";
    488 Transaction (31)
        "The device cannot take part in the session as it is described."
        "Describe the session in another way, or call another device."
        should ["Warning" "" "RFC 3261 §13.3.1.3"];
    489 Usage (31)
        "The receiver does not have the event package named in Event."
        "Choose a package from Allow-Events."
        may ["Allow-Events" "which RFC 3265 §7.2 made mandatory" "RFC 6665 §8.2.2"];
    491 Transaction (31)
        "The request crossed another one that changes the same session."
        "Try again after 2.1 to 4 seconds at random if the Call-ID is your own, after 0 to 2 if not.";
    493 Transaction (31)
        "The receiver cannot decrypt the S/MIME body; the response should bring its certificate."
        "Encrypt for the certificate in the response, or not at all.";
    494 Transaction (31)
        "The server wants to agree on a security mechanism before anything else."
        "Take up a mechanism from Security-Server and confirm it in Security-Verify."
        must [
            "Security-Server" "" "RFC 3329 §2.3.1",
            "Require" "with sec-agree" "RFC 3329 §2.3.2",
            "Proxy-Authenticate" "or whatever else the preferred mechanism challenges with" "RFC 3329 §2.3.2",
        ];

    500 Transaction (41)
        "The server met a fault of its own."
        "Try again after some seconds; unknown 5xx codes count as this one."
        must [
            "Retry-After" "of 0 to 10 seconds at random, if it refuses an overlapping INVITE" "RFC 3261 §14.2",
            "Retry-After" "of 0 to 10 seconds at random, if it refuses an overlapping UPDATE" "RFC 3311 §5.2",
        ]
        may ["Retry-After" "" "RFC 3261 §21.5.1"];
    501 Usage (79)
        "The server does not have what the request asks for; mostly the method is unknown to it."
        "Do not use that method with this server.";
    502 Dialog (38)
        "The server passed the request on and got an answer it cannot use."
        "Try another route, or later.";
    503 Transaction (41)
        "The server has too much to do or is being serviced."
        "Go to another server until Retry-After is over; without Retry-After take it for a 500."
        may ["Retry-After" "except in a refusal by overload control (RFC 7339 §5.10.2)" "RFC 3261 §21.5.4"];
    504 Transaction (102)
        "The server waited in vain for another server that it needs."
        "Try again later.";
    505 Transaction (127)
        "The server does not speak the version of SIP in the request."
        "Use a version that the server speaks.";
    513 Transaction (127)
        "The message is longer than the server takes."
        "Shorten the message or send it over a stream transport.";
    555 Transaction (31)
        "A REGISTER names a push service that no proxy on its way supports."
        "Register with another push service or without.";
    580 Transaction (31)
        "A precondition of the session is not met; an SDP body should show which."
        "Offer again with other preconditions.";

    600 Transaction (17)
        "The called party is busy on every device."
        "Call again when the user likes or Retry-After says; unknown 6xx codes count as this one."
        may ["Retry-After" "" "RFC 3261 §21.6.1"];
    603 Transaction (21)
        "The called party refuses; with the phrase Network Blocked (ATIS-1000099) the network does, and a Reason field must say why and where."
        "Leave it at that, unless Retry-After names a better time."
        may ["Retry-After" "" "RFC 3261 §21.6.2"];
    604 Dialog (1)
        "There is no such user anywhere."
        "Give up.";
    606 Transaction (31)
        "The called party would talk, but none of the devices can take part in the session as described."
        "Describe the session in another way."
        may ["Warning" "" "RFC 3261 §21.6.4"];
    607 Transaction (31)
        "The called party does not care to hear from this caller, today or ever."
        "Stop calling.";
    608 Transaction (31)
        "A machine in the network took the call for unwanted; the called party has not seen it."
        "Turn to the contact in Call-Info if that was wrong."
        must ["Call-Info" "with purpose=jwscard, unless the sender expects it to be abused" "RFC 8688 §3.1"];
}

const _: () = assert!(
    complete(ALL, TABLE),
    "one row per registered code, in order"
);

const fn complete(mut rows: &[Entry], mut details: &[(u16, Details)]) -> bool {
    while let [row, rest @ ..] = rows {
        rows = rest;
        if row.status.is_registered() {
            match details {
                [(code, _), rest @ ..] if *code == row.code.get() => details = rest,
                _ => return false,
            }
        }
    }
    details.is_empty()
}
