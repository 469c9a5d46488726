//! The registry against two tables of facts, and against itself.

use sip_status_line::{StatusCode, registry};

use registry::{DialogEffect, Entry, PhraseMatch, Status};

/// One line per row: code, status, phrase, source, Q.850 cause.
const REGISTRY: &str = include_str!("../../corpus/registry.tsv");

/// Phrases that tutorials and code lists give for a code.
const PHRASES: &str = include_str!("../../corpus/phrases.tsv");

fn code(code: u16) -> StatusCode {
    StatusCode::new(code).expect("a status code")
}

fn entry(code: StatusCode) -> &'static Entry {
    registry::lookup(code).expect("a code with a row")
}

#[track_caller]
fn assert_found(phrase: &str, code: StatusCode) {
    for spelling in [
        phrase.to_owned(),
        phrase.to_ascii_lowercase(),
        phrase.to_ascii_uppercase(),
    ] {
        assert!(
            registry::by_phrase(&spelling).any(|entry| entry.code == code),
            "{spelling} does not lead to {code}"
        );
    }
}

#[track_caller]
fn assert_codes(phrase: &str, codes: &[u16]) {
    let found: Vec<u16> = registry::by_phrase(phrase)
        .map(|entry| entry.code.get())
        .collect();
    assert_eq!(found, codes, "{phrase}");
}

#[test]
fn rows_are_the_table_of_facts() {
    let rows = registry::ALL.iter().map(|entry| {
        let q850 = entry.details().and_then(|details| details.q850);
        format!(
            "{}\t{}\t{}\t{}\t{}",
            entry.code,
            entry.status,
            entry.reason.unwrap_or_default(),
            entry.defined_in,
            q850.map(|cause| cause.to_string()).unwrap_or_default(),
        )
    });
    let mut facts = REGISTRY.lines();
    assert_eq!(facts.next(), Some("code\tstatus\tphrase\tdefined_in\tq850"));
    let (rows, facts): (Vec<_>, Vec<_>) = (rows.collect(), facts.collect());
    assert_eq!(rows, facts);
    assert_eq!(rows.len(), 94);
}

#[test]
fn lookup_finds_each_row_and_nothing_else() {
    for number in 0..=u16::MAX {
        let row = registry::ALL.iter().find(|entry| entry.code == number);
        let code = StatusCode::new(number);
        assert_eq!(code.and_then(registry::lookup), row, "{number}");
        assert_eq!(
            code.and_then(StatusCode::canonical_reason),
            row.and_then(|entry| entry.reason),
            "{number}"
        );
    }
}

#[test]
fn consts_are_named_after_phrases() {
    for (named, number, phrase) in [
        (StatusCode::TRYING, 100, Some("Trying")),
        (StatusCode::OK, 200, Some("OK")),
        (StatusCode::SUCCESS_OTHERS, 299, Some("Success - Others")),
        (StatusCode::NOT_ACCEPTABLE, 406, Some("Not Acceptable")),
        (
            StatusCode::REQUEST_URI_TOO_LONG,
            414,
            Some("Request-URI Too Long"),
        ),
        (StatusCode::UNUSABLE_TRANSPORT, 474, None),
        (
            StatusCode::UNRESOLVABLE_ADDRESS,
            476,
            Some("Unresolvable destination"),
        ),
        (
            StatusCode::UNRESOLVABLE_DESTINATION,
            478,
            Some("Unresolvable destination"),
        ),
        (
            StatusCode::CALL_TRANSACTION_DOES_NOT_EXIST,
            481,
            Some("Call/Transaction Does Not Exist"),
        ),
        (StatusCode::SERVER_TIME_OUT, 504, Some("Server Time-out")),
        (
            StatusCode::NOT_ACCEPTABLE_ANYWHERE,
            606,
            Some("Not Acceptable"),
        ),
    ] {
        assert_eq!(named, number);
        assert_eq!(named.canonical_reason(), phrase, "{number}");
    }
}

#[test]
fn status_tells_what_iana_lists() {
    let of = |status| registry::ALL.iter().filter(move |e| e.status == status);
    assert_eq!(of(Status::Current).count(), 73);
    assert!(of(Status::Deprecated).map(|e| e.code.get()).eq([202]));
    assert!(of(Status::Reserved).map(|e| e.code.get()).eq([402]));
    assert!(
        of(Status::Obsolete)
            .map(|e| e.code.get())
            .eq([303, 409, 411])
    );
    assert_eq!(of(Status::Unregistered).count(), 16);
    for entry in registry::ALL {
        let in_rfc = entry.defined_in.starts_with("RFC ");
        assert_eq!(in_rfc, entry.status != Status::Unregistered, "{entry:?}");
    }
}

#[test]
fn every_phrase_and_alias_leads_to_its_row() {
    for entry in registry::ALL {
        for phrase in entry.reason.iter().chain(entry.aliases) {
            assert_found(phrase, entry.code);
        }
    }
}

#[test]
fn aliases_differ_from_the_phrase_and_each_other() {
    for entry in registry::ALL {
        let mut known: Vec<&str> = entry.reason.into_iter().collect();
        for alias in entry.aliases {
            assert!(
                !known.iter().any(|one| one.eq_ignore_ascii_case(alias)),
                "{} has {alias} twice",
                entry.code
            );
            known.push(alias);
        }
    }
}

#[test]
fn documented_phrases_lead_to_their_code() {
    let mut lines = PHRASES.lines();
    assert_eq!(lines.next(), Some("code\tphrase"));
    let mut count = 0;
    for line in lines {
        let (number, phrase) = line.split_once('\t').expect("two columns");
        assert_found(phrase, number.parse().expect("a status code"));
        count += 1;
    }
    assert_eq!(count, 98);
}

#[test]
fn shared_phrases_lead_to_every_code() {
    assert_codes("Not Acceptable", &[406, 606]);
    assert_codes("nenalezeno", &[404, 410]);
    assert_codes("BUSY", &[486, 600]);
    assert_codes("Unresolvable Destination", &[476, 478]);
}

#[test]
fn unknown_phrases_lead_nowhere() {
    assert_codes("", &[]);
    assert_codes("Out of Cheese", &[]);
    assert_codes("Trying ", &[]);
    assert_eq!(registry::by_phrase(b"\xff\xfe").count(), 0);
    let mut none = registry::by_phrase("Decline");
    assert_eq!(none.next().map(|entry| entry.code.get()), Some(603));
    assert_eq!((none.next(), none.next()), (None, None));
}

#[test]
fn phrase_is_told_apart() {
    for (number, phrase, expected) in [
        (486, "Busy Here", PhraseMatch::Exact),
        (486, "BUSY here", PhraseMatch::Case),
        (486, "user busy", PhraseMatch::Alias),
        (486, "Busy Everywhere", PhraseMatch::Custom),
        (486, "Busy Here ", PhraseMatch::Custom),
        (486, "", PhraseMatch::Empty),
        (202, "Accepted", PhraseMatch::Exact),
        (477, "Send failed", PhraseMatch::Exact),
        (510, "Blocked", PhraseMatch::Unregistered),
        (510, "", PhraseMatch::Empty),
    ] {
        let found = entry(code(number)).phrase_match(phrase.as_bytes());
        assert_eq!(found, expected, "{number} {phrase}");
    }
    assert_eq!(format!("{:>6}", PhraseMatch::Alias), " alias");
}

#[test]
fn causes_become_codes() {
    let listed: &[(&[u8], Option<u16>)] = &[
        (&[1, 2, 3, 26], Some(404)),
        (&[17], Some(486)),
        (&[18], Some(408)),
        (&[19, 20, 31], Some(480)),
        (&[21, 55, 57, 87], Some(403)),
        (&[22, 23], Some(410)),
        (&[27], Some(502)),
        (&[28], Some(484)),
        (&[29, 79], Some(501)),
        (&[34, 38, 41, 42, 47, 58, 88], Some(503)),
        (&[65, 70], Some(488)),
        (&[102], Some(504)),
        (&[111, 127], Some(500)),
        (&[16, 44], None),
    ];
    for cause in 0..=u8::MAX {
        let expected = match listed.iter().find(|(causes, _)| causes.contains(&cause)) {
            Some((_, expected)) => *expected,
            None => (1..=127).contains(&cause).then_some(500),
        };
        let found = registry::from_q850(cause).map(StatusCode::get);
        assert_eq!(found, expected, "{cause}");
    }
}

#[test]
fn details_are_for_registered_codes() {
    for entry in registry::ALL {
        let found = entry.details().is_some();
        assert_eq!(found, entry.status.is_registered(), "{}", entry.code);
    }
}

#[test]
fn details_are_filled_in() {
    for entry in registry::ALL {
        let Some(details) = entry.details() else {
            continue;
        };
        for sentence in [details.summary, details.retry] {
            let filled = sentence.len() > 1 && sentence.ends_with('.');
            assert!(filled, "{}: {sentence:?}", entry.code);
        }
        for rule in [details.must, details.should, details.may].concat() {
            assert!(rule.source.starts_with("RFC "), "{}: {rule:?}", entry.code);
            let name = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-';
            assert!(rule.header.bytes().all(name), "{}: {rule:?}", entry.code);
            assert!(!rule.header.is_empty(), "{}: {rule:?}", entry.code);
        }
    }
}

#[test]
fn headers_go_with_their_codes() {
    for (number, header) in [
        (199, "Reason"),
        (401, "WWW-Authenticate"),
        (405, "Allow"),
        (407, "Proxy-Authenticate"),
        (420, "Unsupported"),
        (421, "Require"),
        (422, "Min-SE"),
        (423, "Min-Expires"),
        (424, "Geolocation-Error"),
        (425, "AlertMsg-Error"),
        (469, "Recv-Info"),
        (494, "Security-Server"),
        (608, "Call-Info"),
    ] {
        let details = entry(code(number)).details().expect("registered");
        let found = details.must.iter().any(|rule| rule.header == header);
        assert!(found, "{number} without {header}");
    }
    // RFC 3261 §20.33 lists where Retry-After may stand.
    let allowed = registry::ALL.iter().filter(|entry| {
        entry.details().is_some_and(|details| {
            [details.must, details.should, details.may]
                .concat()
                .iter()
                .any(|rule| rule.header == "Retry-After")
        })
    });
    assert!(
        allowed
            .map(|entry| entry.code.get())
            .eq([404, 413, 480, 486, 500, 503, 600, 603])
    );
}

#[test]
fn responses_end_what_rfc_5057_says() {
    let of = |effect| -> Vec<u16> {
        let ends = |entry: &&Entry| entry.details().is_some_and(|d| d.dialog == effect);
        let rows = registry::ALL.iter().filter(ends);
        rows.map(|entry| entry.code.get()).collect()
    };
    assert_eq!(
        of(DialogEffect::Dialog),
        [404, 410, 416, 482, 483, 484, 485, 502, 604]
    );
    assert_eq!(of(DialogEffect::Usage), [405, 480, 481, 489, 501]);
    assert_eq!(of(DialogEffect::Redirection), [300, 301, 302, 305, 380]);
    assert_eq!(of(DialogEffect::EarlyDialog), [199]);
    assert_eq!(
        of(DialogEffect::None),
        [100, 180, 181, 182, 183, 200, 202, 204]
    );
    assert_eq!(of(DialogEffect::Transaction).len(), 47);
}

/// What a table or a message shows of them.
#[test]
fn names() {
    use registry::{DialogEffect, PhraseMatch, Status};

    let statuses = [
        (Status::Current, "current"),
        (Status::Deprecated, "deprecated"),
        (Status::Reserved, "reserved"),
        (Status::Obsolete, "obsolete"),
        (Status::Unregistered, "unregistered"),
    ];
    for (status, name) in statuses {
        assert_eq!(format!("{status:>12}"), format!("{name:>12}"));
    }
    let phrases = [
        (PhraseMatch::Exact, "exact"),
        (PhraseMatch::Case, "case"),
        (PhraseMatch::Alias, "alias"),
        (PhraseMatch::Empty, "empty"),
        (PhraseMatch::Custom, "custom"),
        (PhraseMatch::Unregistered, "unregistered"),
    ];
    for (phrase, name) in phrases {
        assert_eq!(phrase.to_string(), name);
    }
    let effects = [
        (DialogEffect::None, "nothing"),
        (DialogEffect::EarlyDialog, "one early dialog"),
        (
            DialogEffect::Redirection,
            "nothing, but redirects the dialog and its usages",
        ),
        (DialogEffect::Transaction, "the transaction"),
        (DialogEffect::Usage, "the usage"),
        (DialogEffect::Dialog, "the dialog and its usages"),
    ];
    for (effect, name) in effects {
        assert_eq!(effect.to_string(), name);
    }
}
