//! Responses that could be real: a specimen and what its code asks for, as the registry has it.

use core::fmt::Write as _;

use sip_status_lab::specimen::{Answer, Family, Specimen};
use sip_status_line::registry::{self, HeaderRule};
use sip_status_line::{Deviations, ErrorKind, Parser, StatusCode};

use crate::response::Headers;

/// The element that has sent the request.
const VIA: &str = "UDP 192.0.2.2:5060";

/// The methods that have responses.
pub(super) const METHODS: [&str; 13] = [
    "INVITE",
    "OPTIONS",
    "REGISTER",
    "BYE",
    "CANCEL",
    "PRACK",
    "UPDATE",
    "SUBSCRIBE",
    "NOTIFY",
    "MESSAGE",
    "INFO",
    "REFER",
    "PUBLISH",
];

/// The conditions of the registry that do not hold here: of what the request had, how the response is
/// sent, and why.
const UNMET: [&str; 12] = [
    "if the request had one",
    "to INVITE, copied from the request",
    "if it sets up an early dialog, copied from the request",
    "with 100rel, if sent reliably",
    "if sent reliably",
    "if a forking proxy gathered challenges",
    "if the encoding was the problem",
    "if the language was the problem",
    "if the extension is sec-agree",
    "or whatever else starts the preferred mechanism, if the extension is sec-agree",
    "with code 380 or 381, if a user agent refuses it for the SIPS of its Request-URI or Contact",
    "with code 380 or 381, if a proxy refuses it for SIPS",
];

/// The body of a 200 to INVITE, which answers an offer (RFC 3264 §6).
const SDP: &str = "v=0\r\n\
                   o=- 1 1 IN IP4 192.0.2.1\r\n\
                   s=-\r\n\
                   c=IN IP4 192.0.2.1\r\n\
                   t=0 0\r\n\
                   m=audio 49170 RTP/AVP 0\r\n";

/// The specimen as the first line of a response, to a request of this method, or of one that the code
/// may answer.
pub(super) fn response(number: u64, specimen: &Specimen, method: Option<&str>) -> Vec<u8> {
    let mut line = specimen.octets().to_vec();
    let fault = specimen.fault();
    if specimen.deviations().contains(Deviations::NO_LINE_END)
        || fault.is_some_and(|fault| fault.kind == ErrorKind::Truncated)
    {
        return line;
    }
    match specimen.line(&Parser::OBSERVE.with_max_len(usize::MAX)) {
        Answer::Accept(_) if specimen.family() == Family::Smuggling => {}
        Answer::Accept(accepted) => line.truncate(accepted.received.len()),
        // Nothing after a fault is read, so a line ending may be added there.
        _ if line.ends_with(b"\n") => {}
        _ => line.extend(b"\r\n"),
    }
    let code = code(specimen);
    let method = method.unwrap_or_else(|| method_for(code, number));
    let mut fields = code.map_or_else(String::new, |code| fields(code, method));
    let is_answer = code == Some(StatusCode::OK) && method == "INVITE";
    if is_answer {
        fields.push_str("Content-Type: application/sdp\r\n");
    }
    Headers {
        method,
        has_to_tag: code != Some(StatusCode::TRYING),
        fields,
        body: if is_answer { SDP } else { "" },
        ..Headers::plain(VIA, number)
    }
    .after(&line)
}

/// Whether a response that begins with the specimen may answer a request of this method. One whose code
/// is wrong or comes after the fault may answer any.
pub(super) fn may_answer(specimen: &Specimen, method: &str) -> bool {
    code(specimen).is_none_or(|code| registry::methods(code).answer.contain(method))
}

/// The code of the line, if it has one.
fn code(specimen: &Specimen) -> Option<StatusCode> {
    let answer = specimen.line(&Parser::OBSERVE.with_max_len(usize::MAX));
    let refused = answer.refusal().and_then(|refusal| refusal.code);
    answer.acceptance().map_or(refused, |line| Some(line.code))
}

/// A method that the code may answer: each in its turn.
fn method_for(code: Option<StatusCode>, number: u64) -> &'static str {
    let may =
        |method: &&str| code.is_none_or(|code| registry::methods(code).answer.contain(method));
    let count = METHODS.iter().copied().filter(may).count() as u64;
    let turn = number.checked_rem(count).unwrap_or(0);
    let mut methods = METHODS.iter().copied().filter(may);
    let turn = usize::try_from(turn).unwrap_or(0);
    methods.nth(turn).unwrap_or("INVITE")
}

/// The header fields that a code must, should and may have in a response to such a request, each once.
fn fields(code: StatusCode, method: &str) -> String {
    let mut fields = String::new();
    let details = registry::lookup(code).and_then(registry::Entry::details);
    let rules = details.map(|details| [details.must, details.should, details.may]);
    let mut written: Vec<&str> = Vec::new();
    for rule in rules.iter().flatten().copied().flatten() {
        if !applies(rule, method) || written.contains(&rule.header) {
            continue;
        }
        if let Some(value) = value(rule.header, code, method) {
            // Writing to a string does not fail.
            let _ = write!(fields, "{}: {value}\r\n", rule.header);
            written.push(rule.header);
        }
    }
    fields
}

/// Whether what the rule asks for goes into a response to such a request.
fn applies(rule: &HeaderRule, method: &str) -> bool {
    let asked = rule.when.strip_prefix("to ").unwrap_or_default();
    let asked = asked.split([' ', ',']).next().unwrap_or_default();
    !UNMET.contains(&rule.when) && (!METHODS.contains(&asked) || asked == method)
}

/// What a header field says in a response of that code. `None` for To, which every response has.
fn value(header: &str, code: StatusCode, method: &str) -> Option<String> {
    let value = match (header, code.get()) {
        ("Accept", _) => "application/sdp",
        ("Accept-Encoding", _) => "gzip",
        ("Accept-Language", _) => "en",
        ("Accept-Resource-Priority", _) => "wps.0, wps.1",
        ("Alert-Info", _) => "<urn:alert:service:call-waiting>",
        ("AlertMsg-Error", _) => "100;message=\"Cannot process the alert payload\"",
        // What a 405 refuses is not among them.
        ("Allow", _) => {
            let allowed = METHODS
                .iter()
                .filter(|other| code.get() != 405 || **other != method);
            let allowed: Vec<_> = allowed.copied().collect();
            return Some(allowed.join(", "));
        }
        ("Allow-Events", _) => "presence",
        ("Authentication-Info", _) => "nextnonce=\"5f2a\"",
        ("Call-Info", _) => "<https://sip-status.invalid/card>;purpose=jwscard",
        ("Contact", 300..=399 | 485) => "<sip:c@192.0.2.3>;expires=300",
        ("Contact", _) if method == "REGISTER" => "<sip:a@192.0.2.2>;expires=3600",
        ("Contact", _) => "<sip:b@192.0.2.1>",
        ("Date", _) => "Sat, 13 Nov 2010 23:29:00 GMT",
        ("Expires", 300..=399) => "300",
        ("Expires" | "Min-Expires", _) => "3600",
        ("Geolocation-Error", _) => "100;code=\"Cannot Process Location\"",
        ("Min-SE", _) => "1800",
        ("Permission-Missing", _) => "sip:c@sip-status.invalid",
        ("Proxy-Authenticate" | "WWW-Authenticate", _) => {
            "Digest realm=\"sip-status.invalid\", nonce=\"84a4cc6f\", qop=\"auth\", algorithm=MD5"
        }
        ("Reason", _) => "SIP;cause=486",
        ("Recv-Info", _) => "trickle-ice",
        ("Require", 494) => "sec-agree",
        ("Require" | "Supported" | "Unsupported", _) => "100rel",
        // RFC 3261 §14.2 has a 500 name 0 to 10 seconds.
        ("Retry-After", 500) => "5",
        ("Retry-After", _) => "120",
        ("SIP-ETag", _) => "dx200xyz",
        ("Security-Server", _) => "digest;d-alg=MD5;d-qop=auth",
        ("Warning", _) => "304 sip-status.invalid \"Media type not available\"",
        _ => return None,
    };
    Some(value.to_owned())
}

#[cfg(test)]
mod tests {
    use sip_status_line::StatusCode;
    use sip_status_line::registry::{self, HeaderRule};

    use super::{METHODS, UNMET, applies, fields, method_for, value};

    /// Every rule of the registry, and the code it is of.
    fn rules() -> impl Iterator<Item = (StatusCode, &'static HeaderRule)> {
        registry::ALL.iter().flat_map(|entry| {
            let details = entry.details().map(|of| [of.must, of.should, of.may]);
            let rules = details.into_iter().flatten().flatten();
            rules.map(|rule| (entry.code, rule))
        })
    }

    #[test]
    fn every_rule_that_applies_has_a_value() {
        let mut written = 0;
        for (code, rule) in rules() {
            for method in METHODS.into_iter().filter(|method| applies(rule, method)) {
                let field = format!("{}: ", rule.header);
                let has = fields(code, method)
                    .lines()
                    .any(|line| line.starts_with(&field));
                assert_eq!(has, rule.header != "To", "{code} {method} {rule:?}");
                written += usize::from(has);
            }
        }
        assert!(written > 300, "{written}");
    }

    #[test]
    fn what_does_not_hold_is_a_condition_of_the_registry() {
        for unmet in UNMET {
            assert!(rules().any(|(_, rule)| rule.when == unmet), "{unmet}");
        }
        assert_eq!(value("To", StatusCode::OK, "INVITE"), None);
    }

    #[test]
    fn methods_are_those_that_the_code_may_answer() {
        for code in (100..700).filter_map(StatusCode::new) {
            for number in 0..30 {
                let method = method_for(Some(code), number);
                assert!(
                    registry::methods(code).answer.contain(method),
                    "{code} {method}"
                );
            }
        }
        let methods: Vec<_> = (0..13).map(|number| method_for(None, number)).collect();
        assert_eq!(methods, METHODS);
    }

    #[test]
    fn fields_of_some_codes() {
        let of = |code, method| fields(StatusCode::new(code).expect("a code"), method);
        assert!(of(401, "BYE").starts_with("WWW-Authenticate: Digest realm="));
        assert!(!of(405, "BYE").contains("BYE") && of(405, "BYE").starts_with("Allow: INVITE, "));
        assert_eq!(of(423, "REGISTER"), "Min-Expires: 3600\r\n");
        assert_eq!(of(486, "INVITE"), "Retry-After: 120\r\n");
        assert_eq!(of(500, "INVITE"), "Retry-After: 5\r\n");
        assert_eq!(
            of(302, "INVITE"),
            "Contact: <sip:c@192.0.2.3>;expires=300\r\nExpires: 300\r\n"
        );
        assert_eq!(of(481, "BYE"), "");
        assert_eq!(of(666, "BYE"), "");
        assert!(of(200, "PUBLISH").contains("SIP-ETag: "));
        assert!(!of(200, "BYE").contains("Contact: "));
    }
}
