//! The registry against two tables of facts, and against itself.

use sip_status_line::{ReasonPhrase, StatusCode, StatusLine, registry};
use sip_status_test_support::promises;

use core::fmt::{Debug, Display};
use core::str::FromStr;

use registry::{
    Alias, Caching, Claim, Condition, DialogEffect, Entry, Failover, Location, Methods, Origin,
    PhraseDuty, PhraseMatch, Proxying, Release, Repeat, Retry, Sender, Status,
};

/// One line per row: code, status, phrase, where it is defined, and a column for each question, with
/// the answer and where that stands.
const REGISTRY: &str = include_str!("../../corpus/registry.tsv");

/// Phrases that tutorials and code lists give for a code, and wordings that stacks send.
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

/// The questions of the registry, in the order of the columns.
const QUESTIONS: [&str; 14] = [
    "retry",
    "repeat",
    "failover",
    "proxying",
    "dialog_effect",
    "ends_after_bye",
    "ends_subscription",
    "methods",
    "condition",
    "sender",
    "reliable",
    "caching",
    "phrase_duty",
    "q850",
];

/// The answer to each, as the table has it.
fn answers(code: StatusCode) -> [Claim<String>; 14] {
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let q850 = |release: Option<Release>| match release {
        Some(release) => format!("{} {}", release.cause, release.location),
        None => "none".to_owned(),
    };
    [
        registry::retry(code).map(|answer| answer.to_string()),
        registry::repeat(code).map(|answer| answer.to_string()),
        registry::failover(code).map(|answer| answer.to_string()),
        registry::proxying(code).map(|answer| answer.to_string()),
        registry::dialog_effect(code).map(|answer| answer.to_string()),
        registry::ends_after_bye(code).map(yes),
        registry::ends_subscription(code).map(yes),
        registry::methods(code).map(|answer| answer.to_string()),
        registry::condition(code).map(|answer| answer.to_string()),
        registry::sender(code).map(|answer| answer.to_string()),
        registry::reliable(code).map(yes),
        registry::caching(code).map(|answer| answer.to_string()),
        registry::phrase_duty(code).map(|answer| answer.to_string()),
        registry::to_q850(code).map(q850),
    ]
}

/// Whether that is an RFC and a section of it, such as `RFC 3261 §16.7 step 6`.
fn names_a_section(source: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let section = |text: &str| text.split('.').all(number);
    let Some((rfc, rest)) = source
        .strip_prefix("RFC ")
        .and_then(|rest| rest.split_once(" §"))
    else {
        return false;
    };
    let end = rest.find([' ', ',']).unwrap_or(rest.len());
    number(rfc) && section(&rest[..end])
}

#[test]
fn rows_are_the_table_of_facts() {
    let rows = registry::ALL.iter().map(|entry| {
        let answers =
            answers(entry.code).map(|claim| format!("{} ({})", claim.answer, claim.source));
        format!(
            "{}\t{}\t{}\t{}\t{}",
            entry.code,
            entry.status,
            entry.reason.unwrap_or_default(),
            entry.defined_in,
            answers.join("\t"),
        )
    });
    let mut facts = REGISTRY.lines();
    let heading = ["code", "status", "phrase", "defined_in"].iter();
    let heading: Vec<&str> = heading.chain(&QUESTIONS).copied().collect();
    assert_eq!(facts.next(), Some(heading.join("\t").as_str()));
    let (rows, facts): (Vec<_>, Vec<_>) = (rows.collect(), facts.collect());
    for (row, fact) in rows.iter().zip(&facts) {
        assert_eq!(row, fact);
    }
    assert_eq!(rows.len(), facts.len());
}

#[test]
fn every_answer_names_its_section() {
    for code in (100..700).map(code) {
        for (question, claim) in QUESTIONS.iter().zip(answers(code)) {
            assert!(
                names_a_section(claim.source),
                "{question} of {code}: {claim:?}"
            );
        }
    }
    for source in [
        "",
        "RFC 3261",
        "RFC 3261 §",
        "RFC 3261 §21.",
        "3GPP TS 24.229 §5",
    ] {
        assert!(!names_a_section(source), "{source}");
    }
}

#[test]
fn codes_without_a_row_answer_as_their_class() {
    for code in (100..700)
        .map(code)
        .filter(|code| registry::lookup(*code).is_none())
    {
        let expected = match code.get() / 100 {
            1 => [
                "no-need", "no-need", "nowhere", "at-once", "none", "no", "no", "invite", "none",
                "any", "yes", "no", "free", "none",
            ],
            2 => [
                "no-need", "no-need", "nowhere", "at-once", "none", "yes", "no", "any", "none",
                "any", "no", "no", "free", "none",
            ],
            3 => [
                "no",
                "never",
                "contacts",
                "hold",
                "redirection",
                "no",
                "no",
                "any",
                "none",
                "any",
                "no",
                "no",
                "free",
                "23 network",
            ],
            4 => [
                "changed",
                "never",
                "server",
                "hold",
                "transaction",
                "no",
                "no",
                "any",
                "none",
                "any",
                "no",
                "no",
                "free",
                "31 network",
            ],
            5 => [
                "later",
                "later",
                "server",
                "hold",
                "transaction",
                "no",
                "no",
                "any",
                "none",
                "any",
                "no",
                "no",
                "free",
                "31 network",
            ],
            _ => [
                "later",
                "at-retry-after",
                "nowhere",
                "cancel-rest",
                "transaction",
                "no",
                "no",
                "any",
                "none",
                "not-registrar",
                "no",
                "no",
                "free",
                "31 user",
            ],
        };
        assert_eq!(answers(code).map(|claim| claim.answer), expected, "{code}");
    }
}

/// A recipient takes an unknown code for another one (RFC 3261 §8.1.3.2), and an unregistered row makes
/// no code known. The cause in the telephone network, the duty of the phrase and who may send it are
/// not up to the recipient.
#[test]
fn unregistered_codes_are_treated_as_their_fallback() {
    for code in (100..700).map(code) {
        if registry::lookup(code).is_some_and(|entry| entry.status.is_registered()) {
            continue;
        }
        let (own, of_fallback) = (answers(code), answers(code.fallback()));
        for at in [0, 1, 2, 3, 4, 5, 6] {
            let question = QUESTIONS[at];
            assert_eq!(
                own[at].answer, of_fallback[at].answer,
                "{question} of {code}"
            );
        }
    }
}

#[test]
fn the_best_response_is_not_the_lowest_number() {
    let best = |codes: &[u16]| {
        let codes = codes.iter().map(|number| code(*number));
        registry::best(codes).map(StatusCode::get)
    };
    assert_eq!(best(&[]), None);
    assert_eq!(best(&[100, 180, 199]), None);
    assert_eq!(best(&[180, 486]), Some(486));
    // A 6xx before all that was held, the first of several; a 2xx was never held.
    assert_eq!(best(&[302, 404, 603, 500, 600]), Some(603));
    assert_eq!(best(&[603, 200]), Some(200));
    // Else the lowest class.
    assert_eq!(best(&[500, 486, 302]), Some(302));
    assert_eq!(best(&[503, 580, 499]), Some(499));
    // Within 4xx what tells the client how to try again, the first of several.
    for preferred in [401, 407, 415, 420, 484] {
        assert_eq!(best(&[404, preferred, 400]), Some(preferred));
    }
    assert_eq!(best(&[486, 484, 401]), Some(484));
    assert_eq!(best(&[486, 404, 408]), Some(486));
    // A 503 only if there is nothing else.
    assert_eq!(best(&[503, 504]), Some(504));
    assert_eq!(best(&[503, 503]), Some(503));
    assert_eq!(registry::proxying(code(503)).answer, Proxying::As500);
}

#[test]
fn methods_are_compared_as_they_are() {
    let all = [
        "INVITE",
        "REGISTER",
        "SUBSCRIBE",
        "NOTIFY",
        "REFER",
        "INFO",
        "CANCEL",
        "invite",
    ];
    let contained = |methods: Methods| all.map(|method| methods.contain(method));
    for (methods, expected) in [
        (Methods::Any, [true; 8]),
        (Methods::Invite, all.map(|method| method == "INVITE")),
        (Methods::Register, all.map(|method| method == "REGISTER")),
        (Methods::Subscribe, all.map(|method| method == "SUBSCRIBE")),
        (Methods::Info, all.map(|method| method == "INFO")),
        (Methods::NotCancel, all.map(|method| method != "CANCEL")),
        (
            Methods::NotEvents,
            [true, true, false, false, false, true, true, true],
        ),
    ] {
        assert_eq!(contained(methods), expected, "{methods}");
    }
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
    assert!(of(Status::Deprecated).map(|e| e.code.get()).eq([202]));
    assert!(of(Status::Reserved).map(|e| e.code.get()).eq([402]));
    assert!(
        of(Status::Obsolete)
            .map(|e| e.code.get())
            .eq([303, 409, 411])
    );
    assert_eq!(of(Status::Unregistered).count(), 19);
    for entry in registry::ALL {
        let in_rfc = entry.defined_in.starts_with("RFC ");
        assert_eq!(in_rfc, entry.status != Status::Unregistered, "{entry:?}");
    }
}

#[test]
fn every_phrase_and_alias_leads_to_its_row() {
    for entry in registry::ALL {
        for phrase in wordings(entry) {
            assert_found(phrase, entry.code);
        }
    }
}

#[test]
fn aliases_differ_from_the_phrase_and_each_other() {
    for entry in registry::ALL {
        let mut known: Vec<&str> = Vec::new();
        for wording in wordings(entry) {
            assert!(
                !known.iter().any(|one| one.eq_ignore_ascii_case(wording)),
                "{} has {wording} twice",
                entry.code
            );
            known.push(wording);
        }
    }
}

/// The phrase and the aliases of a row.
fn wordings(entry: &Entry) -> impl Iterator<Item = &'static str> {
    let aliases = entry.aliases.iter().map(|alias| alias.phrase);
    entry.reason.into_iter().chain(aliases)
}

#[test]
fn aliases_say_where_they_come_from() {
    for entry in registry::ALL {
        assert!(
            entry.aliases.is_sorted_by_key(|alias| alias.origin),
            "{}",
            entry.code
        );
        for alias in entry.aliases {
            let standard = alias.source.starts_with("RFC ") || alias.source.starts_with("ATIS-");
            let expected = matches!(alias.origin, Origin::Standard | Origin::OlderRfc);
            assert_eq!(standard, expected, "{}: {alias:?}", entry.code);
            assert!(!alias.source.is_empty(), "{}: {alias:?}", entry.code);
        }
    }
    let origin = |number, phrase: &str| {
        let aliases = entry(code(number)).aliases;
        let found = aliases.iter().find(|alias: &&Alias| alias.phrase == phrase);
        found.map(|alias| (alias.origin, alias.source))
    };
    assert_eq!(origin(486, "Busy"), Some((Origin::Standard, "RFC 3911")));
    assert_eq!(
        origin(437, "Unsupported Certificate"),
        Some((Origin::OlderRfc, "RFC 4474 §14.4"))
    );
    assert_eq!(
        origin(439, "Stale Date"),
        Some((Origin::Stack, "Sofia-SIP"))
    );
    assert_eq!(
        origin(408, "Request Timed Out"),
        Some((Origin::Document, "a list of codes"))
    );
    assert_eq!(
        origin(404, "Nenalezeno"),
        Some((Origin::Translation, "Kamailio, Czech"))
    );
}

// Kamailio and OpenSIPS send these for codes that they have no text for, and never for x00.
#[test]
fn names_of_classes_are_no_phrases() {
    for name in [
        "Provisional",
        "Successful",
        "Redirection",
        "Request Failure",
        "Server Failure",
        "Global Failure",
    ] {
        assert_codes(name, &[]);
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
    assert_eq!(count, 112);
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

/// Every known phrase with a bit of one or of two octets turned over is another, unless that bit is the case of letters.
#[test]
fn every_octet_of_a_phrase_counts() {
    for entry in registry::ALL {
        for wording in wordings(entry) {
            for one in 0..wording.len() {
                for other in one..wording.len() {
                    for bit in 0..8 {
                        let mut phrase = wording.as_bytes().to_vec();
                        phrase[one] ^= 1 << bit;
                        if other > one {
                            phrase[other] ^= 1 << bit;
                        }
                        if let Ok(reason) = ReasonPhrase::new(&phrase) {
                            promises::registry_agrees(StatusLine::new(entry.code, reason));
                        }
                    }
                }
            }
        }
    }
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
        let free = registry::phrase_duty(entry.code).answer == PhraseDuty::Free;
        assert_eq!(details.phrase.is_empty(), free, "{}", entry.code);
        for rule in [details.must, details.should, details.may].concat() {
            assert!(names_a_section(rule.source), "{}: {rule:?}", entry.code);
            let name = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-';
            assert!(rule.header.bytes().all(name), "{}: {rule:?}", entry.code);
            assert!(!rule.header.is_empty(), "{}: {rule:?}", entry.code);
        }
    }
}

#[test]
fn answers_go_with_the_header_fields_they_need() {
    let carries = |code, header: &str| {
        let details = entry(code).details().expect("registered");
        let rules = [details.must, details.should, details.may].concat();
        rules.iter().any(|rule| rule.header == header)
    };
    for code in registry::ALL
        .iter()
        .filter(|entry| entry.status.is_registered())
        .map(|entry| entry.code)
    {
        if registry::repeat(code).answer == Repeat::AtRetryAfter {
            assert!(carries(code, "Retry-After"), "{code}");
        }
        if registry::failover(code).answer == Failover::Contacts {
            assert!(carries(code, "Contact"), "{code}");
        }
        if registry::caching(code).answer == Caching::UntilExpires {
            assert!(carries(code, "Expires"), "{code}");
        }
        if registry::retry(code).answer == Retry::WithCredentials {
            let challenged =
                carries(code, "WWW-Authenticate") && carries(code, "Proxy-Authenticate");
            assert!(challenged, "{code}");
            assert_eq!(registry::proxying(code).answer, Proxying::JoinChallenges);
        }
    }
}

/// What an implementer would act on to someone's harm, if it were said otherwise.
#[test]
fn harmful_advice_is_not_given() {
    let advice = |number| entry(code(number)).details().expect("registered").retry;
    // SIPS must not become SIP without the user.
    assert_eq!(registry::retry(code(416)).answer, Retry::WithConsent);
    assert!(advice(416).contains("RFC 5630 §5.1.1"));
    assert!(advice(480).contains("RFC 5630 §5.1.1"));
    // A MESSAGE that was taken on was not delivered.
    assert!(advice(202).contains("RFC 3428 §4"));
    // A 503 sends the client on with Retry-After and without.
    assert_eq!(registry::failover(code(503)).answer, Failover::NextElement);
    // Whom to show oneself to is for the user to say.
    assert_eq!(registry::retry(code(433)).answer, Retry::WithConsent);
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
        let codes = registry::ALL.iter().map(|entry| entry.code);
        codes
            .filter(|code| registry::dialog_effect(*code).answer == effect)
            .map(StatusCode::get)
            .collect()
    };
    assert_eq!(
        of(DialogEffect::Dialog),
        [404, 410, 416, 482, 483, 484, 485, 502, 604]
    );
    assert_eq!(of(DialogEffect::Usage), [405, 480, 481, 489, 501]);
    assert_eq!(
        of(DialogEffect::Redirection),
        [300, 301, 302, 303, 305, 380, 399]
    );
    assert_eq!(of(DialogEffect::EarlyDialog), [199]);
    assert_eq!(
        of(DialogEffect::None),
        [100, 180, 181, 182, 183, 200, 202, 204, 299]
    );
}

/// `ALL` has each once, and its name is what `Display` writes and `FromStr` reads.
#[track_caller]
fn assert_names<T>(all: &[T], names: &[&str])
where
    T: Copy + Debug + Display + PartialEq + FromStr<Err = sip_status_line::UnknownName>,
{
    assert_eq!(all.len(), names.len());
    for (one, name) in all.iter().zip(names) {
        assert_eq!(format!("{one:>30}"), format!("{name:>30}"));
        assert_eq!(name.parse(), Ok(*one));
        assert!(name.to_uppercase().parse::<T>().is_err());
    }
    let error = "".parse::<T>().unwrap_err();
    assert_eq!(error.expected(), names);
}

/// What a table or a message shows of them.
#[test]
fn names_of_rows() {
    assert_names(
        Status::ALL,
        &[
            "current",
            "deprecated",
            "reserved",
            "obsolete",
            "unregistered",
        ],
    );
    assert_names(
        PhraseMatch::ALL,
        &["exact", "case", "alias", "empty", "custom", "unregistered"],
    );
    assert_names(
        Origin::ALL,
        &["standard", "older-rfc", "stack", "document", "translation"],
    );
    let error = "Exact".parse::<PhraseMatch>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected exact, case, alias, empty, custom or unregistered"
    );
}

#[test]
fn names_of_answers() {
    assert_names(
        DialogEffect::ALL,
        &[
            "none",
            "early-dialog",
            "redirection",
            "transaction",
            "usage",
            "dialog",
        ],
    );
    assert_names(
        Retry::ALL,
        &[
            "no-need",
            "no",
            "with-credentials",
            "changed",
            "with-consent",
            "later",
        ],
    );
    assert_names(
        Repeat::ALL,
        &["no-need", "never", "at-retry-after", "later"],
    );
    assert_names(
        Failover::ALL,
        &["nowhere", "contacts", "flow", "next-element", "server"],
    );
    assert_names(
        Proxying::ALL,
        &[
            "never",
            "at-once",
            "hold",
            "join-challenges",
            "as-500",
            "cancel-rest",
        ],
    );
    assert_names(
        Methods::ALL,
        &[
            "any",
            "invite",
            "register",
            "subscribe",
            "info",
            "not-cancel",
            "not-events",
        ],
    );
    assert_names(
        Condition::ALL,
        &[
            "none",
            "slow-unless-invite",
            "in-dialog",
            "out-of-dialog",
            "supports-199",
            "requires-resource-priority",
            "geolocation",
            "alert",
            "outbound",
        ],
    );
    assert_names(
        Sender::ALL,
        &[
            "any",
            "user-agent",
            "not-proxy",
            "proxy",
            "edge-proxy",
            "not-registrar",
        ],
    );
    assert_names(Caching::ALL, &["no", "until-expires", "for-good"]);
    assert_names(PhraseDuty::ALL, &["free", "may", "should"]);
    assert_names(Location::ALL, &["user", "network"]);
}

/// Each meaning is its own, and says something.
#[test]
fn meanings() {
    let meanings: [Vec<&str>; 10] = [
        Retry::ALL.iter().map(|one| one.meaning()).collect(),
        Repeat::ALL.iter().map(|one| one.meaning()).collect(),
        Failover::ALL.iter().map(|one| one.meaning()).collect(),
        Proxying::ALL.iter().map(|one| one.meaning()).collect(),
        DialogEffect::ALL.iter().map(|one| one.meaning()).collect(),
        Methods::ALL.iter().map(|one| one.meaning()).collect(),
        Condition::ALL.iter().map(|one| one.meaning()).collect(),
        Sender::ALL.iter().map(|one| one.meaning()).collect(),
        Caching::ALL.iter().map(|one| one.meaning()).collect(),
        PhraseDuty::ALL.iter().map(|one| one.meaning()).collect(),
    ];
    for mut meanings in meanings {
        assert!(
            meanings.iter().all(|meaning| meaning.len() > 3),
            "{meanings:?}"
        );
        let count = meanings.len();
        meanings.sort_unstable();
        meanings.dedup();
        assert_eq!(meanings.len(), count, "{meanings:?}");
    }
}
