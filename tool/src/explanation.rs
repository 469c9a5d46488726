//! What there is to say of a code or a class, as `explain` and `codes` write it in JSON.

use serde::Serialize;
use sip_status_line::registry::{self, Alias, Claim, Details, Entry, HeaderRule};
use sip_status_line::{Class, StatusCode};

/// All of a code. Every field is always there, and in this order.
#[derive(Serialize)]
pub(crate) struct CodeExplanation {
    pub(crate) code: StatusCode,
    pub(crate) class: &'static str,
    pub(crate) phrase: Option<&'static str>,
    pub(crate) registered: bool,
    pub(crate) status: &'static str,
    pub(crate) defined_in: Option<&'static str>,
    pub(crate) aliases: Vec<Wording>,
    pub(crate) fallback: StatusCode,
    pub(crate) summary: Option<&'static str>,
    pub(crate) must: Vec<Carried>,
    pub(crate) should: Vec<Carried>,
    pub(crate) may: Vec<Carried>,
    pub(crate) retry: Option<&'static str>,
    pub(crate) phrase_says: Option<&'static str>,
    conduct: Conduct,
}

impl CodeExplanation {
    pub(crate) fn new(code: StatusCode) -> Self {
        let entry = registry::lookup(code);
        let details = entry.and_then(Entry::details);
        let headers = |of: fn(&Details) -> &'static [HeaderRule]| {
            let rules = details.map_or(&[][..], of);
            rules.iter().map(Carried::new).collect()
        };
        Self {
            code,
            class: code.class().name(),
            phrase: entry.and_then(|entry| entry.reason),
            registered: entry.is_some_and(|entry| entry.status.is_registered()),
            status: entry
                .map_or(registry::Status::Unregistered, |entry| entry.status)
                .name(),
            defined_in: entry.map(|entry| entry.defined_in),
            aliases: entry.map_or_else(Vec::new, |entry| {
                entry.aliases.iter().map(Wording::new).collect()
            }),
            fallback: code.fallback(),
            summary: details.map(|details| details.summary),
            must: headers(|details| details.must),
            should: headers(|details| details.should),
            may: headers(|details| details.may),
            retry: details.map(|details| details.retry),
            phrase_says: details
                .map(|details| details.phrase)
                .filter(|says| !says.is_empty()),
            conduct: Conduct::new(code),
        }
    }
}

/// All of a class: its codes, and what follows from a code that is none of them.
#[derive(Serialize)]
pub(crate) struct ClassExplanation {
    /// A code of the class that has no row.
    #[serde(skip)]
    pub(crate) unknown: StatusCode,
    pub(crate) class: &'static str,
    pub(crate) digit: u8,
    pub(crate) fallback: StatusCode,
    pub(crate) codes: Vec<StatusCode>,
    conduct: Conduct,
}

impl ClassExplanation {
    pub(crate) fn new(class: Class) -> Option<Self> {
        let digit = class as u8;
        let first = u16::from(digit) * 100;
        let unknown = (first..first + 100)
            .filter_map(StatusCode::new)
            .find(|code| registry::lookup(*code).is_none())?;
        let rows = registry::ALL.iter().map(|entry| entry.code);
        Some(Self {
            unknown,
            class: class.name(),
            digit,
            fallback: unknown.fallback(),
            codes: rows.filter(|code| code.class() == class).collect(),
            conduct: Conduct::new(unknown),
        })
    }
}

/// Another wording of a phrase, and where it comes from.
#[derive(Serialize)]
pub(crate) struct Wording {
    pub(crate) phrase: &'static str,
    pub(crate) origin: &'static str,
    pub(crate) source: &'static str,
}

impl Wording {
    fn new(alias: &Alias) -> Self {
        Self {
            phrase: alias.phrase,
            origin: alias.origin.name(),
            source: alias.source,
        }
    }
}

/// A header field that goes with a code.
#[derive(Serialize)]
pub(crate) struct Carried {
    pub(crate) header: &'static str,
    pub(crate) when: &'static str,
    pub(crate) source: &'static str,
}

impl Carried {
    fn new(rule: &HeaderRule) -> Self {
        Self {
            header: rule.header,
            when: rule.when,
            source: rule.source,
        }
    }
}

impl core::fmt::Display for Carried {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.header)?;
        if !self.when.is_empty() {
            write!(f, " {}", self.when)?;
        }
        write!(f, " ({})", self.source)
    }
}

/// What follows from a code: an answer to each question of the registry.
#[derive(Serialize)]
struct Conduct {
    retry: Answer<&'static str>,
    repeat: Answer<&'static str>,
    failover: Answer<&'static str>,
    proxying: Answer<&'static str>,
    dialog_effect: Answer<&'static str>,
    ends_after_bye: Answer<bool>,
    ends_subscription: Answer<bool>,
    methods: Answer<&'static str>,
    condition: Answer<&'static str>,
    sender: Answer<&'static str>,
    reliable: Answer<bool>,
    caching: Answer<&'static str>,
    phrase_duty: Answer<&'static str>,
    q850: Answer<Option<Cause>>,
}

/// A Q.850 cause and its location.
#[derive(Serialize)]
struct Cause {
    cause: u8,
    location: &'static str,
}

#[derive(Serialize)]
struct Answer<T> {
    answer: T,
    source: &'static str,
}

impl<T> From<Claim<T>> for Answer<T> {
    fn from(claim: Claim<T>) -> Self {
        Self {
            answer: claim.answer,
            source: claim.source,
        }
    }
}

impl Conduct {
    fn new(code: StatusCode) -> Self {
        use registry as r;
        Self {
            retry: r::retry(code).map(r::Retry::name).into(),
            repeat: r::repeat(code).map(r::Repeat::name).into(),
            failover: r::failover(code).map(r::Failover::name).into(),
            proxying: r::proxying(code).map(r::Proxying::name).into(),
            dialog_effect: r::dialog_effect(code).map(r::DialogEffect::name).into(),
            ends_after_bye: r::ends_after_bye(code).into(),
            ends_subscription: r::ends_subscription(code).into(),
            methods: r::methods(code).map(r::Methods::name).into(),
            condition: r::condition(code).map(r::Condition::name).into(),
            sender: r::sender(code).map(r::Sender::name).into(),
            reliable: r::reliable(code).into(),
            caching: r::caching(code).map(r::Caching::name).into(),
            phrase_duty: r::phrase_duty(code).map(r::PhraseDuty::name).into(),
            q850: r::to_q850(code)
                .map(|release| {
                    release.map(|release| Cause {
                        cause: release.cause,
                        location: release.location.name(),
                    })
                })
                .into(),
        }
    }
}
