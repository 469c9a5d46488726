//! Measures every case in rounds, one case after another in each, and prints the medians and how
//! they stand to the targets, as Markdown.
//!
//! What is compared was measured within milliseconds of each other, in every one of the rounds, so
//! that a clock that drifts or a neighbour that is loud falls on both sides of a ratio: a ratio is
//! the median of those of the rounds. Time is that of the thread, without what others took.

use std::fmt::Write as _;

use cpu_time::ThreadTime;
use sip_status_line_bench::case::Case;
use sip_status_line_bench::cases::GROUPS;

/// Odd, so that there is a median.
const ROUNDS: usize = 61;

/// Nanoseconds an element, round by round.
struct Measured {
    group: &'static str,
    case: String,
    octets: f64,
    nanos: Vec<f64>,
}

/// A promise: one case against another, from the same group unless named.
struct Target {
    what: &'static str,
    group: &'static str,
    case: &'static str,
    /// The first that is found in the group; with several, the fastest.
    against: &'static [&'static str],
    bound: Bound,
}

enum Bound {
    AtMost(f64),
    /// That many times faster.
    Faster(f64),
}

const REAL: &str = "lone";
const NONE: &str = "lone, none registered";
const OURS: &str = "STRICT line, registration";
const SIP: &[&str] = &["sipmsg", "ezk-sip-types", "rsip", "rvoip-sip-core"];

const TARGETS: &[Target] = &[
    target(
        "Reading and judging, real mix",
        REAL,
        OURS,
        &["memchr"],
        Bound::AtMost(0.75),
    ),
    target(
        "The same, chained",
        "chained",
        "STRICT lines, registration",
        &["memchr"],
        Bound::AtMost(1.15),
    ),
    target(
        "The same, deployed mix",
        "lone, deployed",
        OURS,
        &["memchr"],
        Bound::AtMost(1.1),
    ),
    target(
        "The same, deployed mix, chained",
        "chained, deployed",
        "STRICT lines, registration",
        &["memchr"],
        Bound::AtMost(1.4),
    ),
    target(
        "The same, no registered phrase",
        NONE,
        OURS,
        &["memchr"],
        Bound::AtMost(2.2),
    ),
    target(
        "Judging the line alone, beside what was read",
        REAL,
        "STRICT line, registration of the line alone",
        &[OURS],
        Bound::AtMost(1.1),
    ),
    target(
        "Reading, no registered phrase",
        NONE,
        "STRICT line",
        &["memchr"],
        Bound::AtMost(1.5),
    ),
    target(
        "The same, chained",
        "chained, none registered",
        "STRICT lines",
        &["memchr"],
        Bound::AtMost(1.5),
    ),
    target(
        "Reading, UTF-8 phrases",
        "lone, UTF-8",
        "STRICT line",
        &["memchr"],
        Bound::AtMost(3.),
    ),
    target(
        "A nom grammar, beside `prefix`",
        "head of a message",
        "STRICT grammar, then a tag",
        &["STRICT prefix, then a tag"],
        Bound::AtMost(1.15),
    ),
    target(
        "The same, no registered phrase",
        "head of a message, none registered",
        "STRICT grammar, then a tag",
        &["STRICT prefix, then a tag"],
        Bound::AtMost(1.15),
    ),
    target(
        "`STRICT` beside `OBSERVE`",
        REAL,
        OURS,
        &["OBSERVE line, registration"],
        Bound::AtMost(1.1),
    ),
    target(
        "The same, no registered phrase",
        NONE,
        OURS,
        &["OBSERVE line, registration"],
        Bound::AtMost(1.1),
    ),
    target(
        "`encode`, phrases as received",
        "write",
        "encode",
        &["memcpy"],
        Bound::AtMost(1.5),
    ),
    target(
        "`encode`, canonical lines",
        "write",
        "encode, canonical lines",
        &["memcpy, canonical lines"],
        Bound::AtMost(1.5),
    ),
    target(
        "`encode`, no registered phrase",
        "write, none registered",
        "encode",
        &["memcpy"],
        Bound::AtMost(2.5),
    ),
    target(
        "`lookup`",
        "code",
        "lookup, as in the real mix",
        &["a table of entries, as in the real mix"],
        Bound::AtMost(2.),
    ),
    target(
        "`lookup`, any code",
        "code",
        "lookup, 100 to 699",
        &["a table of entries, 100 to 699"],
        Bound::AtMost(2.),
    ),
    target(
        "`canonical_reason`",
        "code",
        "canonical_reason, as in the real mix",
        &["a table of phrases, as in the real mix"],
        Bound::AtMost(2.),
    ),
    target(
        "`canonical_reason`, any code",
        "code",
        "canonical_reason, 100 to 699",
        &["a table of phrases, 100 to 699"],
        Bound::AtMost(2.),
    ),
    target(
        "The fastest other SIP parser",
        REAL,
        OURS,
        SIP,
        Bound::Faster(5.),
    ),
    target(
        "The same, no registered phrase",
        NONE,
        "STRICT line",
        SIP,
        Bound::Faster(2.5),
    ),
    target(
        "httparse, on HTTP twins",
        REAL,
        OURS,
        &["httparse"],
        Bound::Faster(3.),
    ),
    target(
        "The same, no registered phrase",
        NONE,
        "STRICT line",
        &["httparse"],
        Bound::Faster(2.2),
    ),
];

const fn target(
    what: &'static str,
    group: &'static str,
    case: &'static str,
    against: &'static [&'static str],
    bound: Bound,
) -> Target {
    Target {
        what,
        group,
        case,
        against,
        bound,
    }
}

fn main() {
    let measured: Vec<_> = GROUPS
        .iter()
        .flat_map(|(group, cases)| measure(group, cases()))
        .collect();
    let mut report = String::new();
    targets(&measured, &mut report);
    all(&measured, &mut report);
    print!("{report}");
}

/// Times all cases of a group in every round. Each round begins with another case.
fn measure(group: &'static str, mut cases: Vec<Case>) -> Vec<Measured> {
    eprintln!("{group}");
    let mut nanos = vec![Vec::with_capacity(ROUNDS); cases.len()];
    cases.iter_mut().for_each(Case::run);
    for round in 0..ROUNDS {
        for turn in 0..cases.len() {
            let at = (round + turn) % cases.len();
            let case = &mut cases[at];
            let start = ThreadTime::now();
            case.run();
            nanos[at].push(start.elapsed().as_secs_f64() * 1e9 / float(case.elements));
        }
    }
    let measured = |(case, nanos): (Case, _)| Measured {
        group,
        octets: float(case.octets) / float(case.elements),
        case: case.name,
        nanos,
    };
    cases.into_iter().zip(nanos).map(measured).collect()
}

fn targets(measured: &[Measured], report: &mut String) {
    report.push_str(
        "| what | ns | beside | ns | ratio | target |\n| --- | --: | --- | --: | --: | --: |\n",
    );
    for target in TARGETS {
        let in_group = |case: &str| {
            let is = |found: &&Measured| {
                found.group == target.group
                    && (found.case == case || found.case.starts_with(&format!("{case} (")))
            };
            measured.iter().find(is).expect("the case of a target")
        };
        let ours = in_group(target.case);
        let others = target.against.iter().map(|case| in_group(case));
        let other = others.min_by(|a, b| median(&a.nanos).total_cmp(&median(&b.nanos)));
        let other = other.expect("a case beside ours");
        let ratios = |of: &Measured, to: &Measured| {
            median(
                &of.nanos
                    .iter()
                    .zip(&to.nanos)
                    .map(|(of, to)| of / to)
                    .collect::<Vec<_>>(),
            )
        };
        let (ratio, bound, met) = match target.bound {
            Bound::AtMost(bound) => {
                let ratio = ratios(ours, other);
                (
                    format!("{ratio:.2}"),
                    format!("≤ {bound:.2}"),
                    ratio <= bound,
                )
            }
            Bound::Faster(bound) => {
                let ratio = ratios(other, ours);
                (
                    format!("{ratio:.1} ×"),
                    format!("≥ {bound} ×"),
                    ratio >= bound,
                )
            }
        };
        let ratio = if met {
            ratio
        } else {
            format!("**{ratio}** ✗")
        };
        let (ns, beside) = (median(&ours.nanos), median(&other.nanos));
        let (what, against) = (target.what, &other.case);
        writeln!(
            report,
            "| {what} | {ns:.2} | {against} | {beside:.2} | {ratio} | {bound} |"
        )
        .expect(TEXT);
    }
}

fn all(measured: &[Measured], report: &mut String) {
    for group in measured.chunk_by(|a, b| a.group == b.group) {
        let first = &group[0];
        writeln!(
            report,
            "\n| {} | ns | beside the first | GB/s |\n| --- | --: | --: | --: |",
            first.group
        )
        .expect(TEXT);
        for case in group {
            let ratio = case
                .nanos
                .iter()
                .zip(&first.nanos)
                .map(|(ns, first)| ns / first);
            let (ns, ratio) = (median(&case.nanos), median(&ratio.collect::<Vec<_>>()));
            writeln!(
                report,
                "| {} | {ns:.2} | {ratio:.2} | {:.2} |",
                case.case,
                case.octets / ns
            )
            .expect(TEXT);
        }
    }
}

const TEXT: &str = "a String takes all";

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[allow(clippy::cast_precision_loss, reason = "counts below 2^53")]
fn float(count: usize) -> f64 {
    count as f64
}
