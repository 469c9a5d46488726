//! Draws `chart.svg` from the tables in `CASES.md`: `cargo run --release --bin ratios`, then this.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The mixes, and what each is called.
const MIXES: [(&str, &str); 4] = [
    ("lone", "As in a busy proxy: 95 % registered phrases"),
    ("lone, deployed", "As the stacks deployed word them"),
    ("lone, none registered", "No registered phrase"),
    ("lone, UTF-8", "Letters beyond ASCII"),
];

/// What is beside the crate: the floor, and the parsers that come near it.
const OTHERS: [(&str, &str, &str); 5] = [
    ("memchr", "finds the LF, no more", "floor"),
    ("ntex-httparse", "HTTP", "peer"),
    ("httparse", "HTTP", "peer"),
    ("ezk-sip-types", "", "peer"),
    ("sipmsg", "", "peer"),
];

const OURS: &str = "STRICT line";
const JUDGED: &str = "STRICT line, registration";

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tables = fs::read_to_string(folder.join("CASES.md")).expect("CASES.md, which ratios makes");
    fs::write(folder.join("chart.svg"), draw(&tables)).expect("a folder to write to");
}

/// Nanoseconds of a case.
fn nanos(tables: &str, group: &str, case: &str) -> f64 {
    let rows = tables
        .lines()
        .map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let mut rows = rows.skip_while(|cells| cells.get(1..3) != Some(&[group, "ns"]));
    let found = rows.find_map(|cells| {
        let name = cells.get(1)?;
        (*name == case || name.starts_with(&format!("{case} ("))).then(|| cells[2].parse().ok())?
    });
    found.expect("the case of a bar")
}

const WIDTH: f64 = 760.;
const LEFT: f64 = 258.;
const TOP: f64 = 86.;
const STEP: f64 = 25.;
const HEADING: f64 = 38.;
/// The longest bar.
const LONG: f64 = WIDTH - LEFT - 92.;

fn draw(tables: &str) -> String {
    let slowest = MIXES
        .iter()
        .flat_map(|(group, _)| OTHERS.map(|(case, ..)| nanos(tables, group, case)))
        .fold(0., f64::max);
    let scale = LONG / slowest;
    let mut body = String::new();
    let mut y = TOP;
    for (group, title) in MIXES {
        writeln!(
            body,
            "<text class=\"mix\" x=\"28\" y=\"{}\">{title}</text>",
            y + 22.
        )
        .expect("a String takes all");
        y += HEADING;
        let read = nanos(tables, group, OURS);
        let judged = nanos(tables, group, JUDGED).max(read);
        label(&mut body, y, "sip-status-line", "", "ours");
        bar(&mut body, y, 0., read * scale, "ours");
        bar(
            &mut body,
            y,
            read * scale,
            (judged - read) * scale,
            "judged",
        );
        let both = format!("{read:.1}, judged {judged:.1}");
        figure(&mut body, y, judged * scale, &both, "ours");
        y += STEP;
        for (case, note, class) in OTHERS {
            let nanos = nanos(tables, group, case);
            label(&mut body, y, case, note, class);
            bar(&mut body, y, 0., nanos * scale, class);
            figure(&mut body, y, nanos * scale, &format!("{nanos:.1}"), class);
            y += STEP;
        }
        y += 8.;
    }
    let height = y + 16.;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"Nanoseconds to read one status-line\">\n{STYLE}\
        <rect class=\"card\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"10\"/>\n\
        <text class=\"title\" x=\"28\" y=\"42\">Reading one status-line</text>\n\
        <text class=\"note\" x=\"28\" y=\"65\">nanoseconds a line of 65,536 shuffled ones; pale: how it stands to the registry, which no other tells</text>\n\
        {body}</svg>\n",
        WIDTH - 1.,
        height - 1.,
    )
}

fn label(body: &mut String, y: f64, label: &str, note: &str, class: &str) {
    let note = match note {
        "" => String::new(),
        note => format!(" <tspan class=\"note\">{note}</tspan>"),
    };
    let (x, y) = (LEFT - 12., y + 13.5);
    writeln!(
        body,
        "<text class=\"label {class}\" x=\"{x}\" y=\"{y}\">{label}{note}</text>"
    )
    .expect("a String takes all");
}

fn bar(body: &mut String, y: f64, from: f64, long: f64, class: &str) {
    let x = LEFT + from;
    writeln!(
        body,
        "<rect class=\"bar {class}\" x=\"{x:.1}\" y=\"{y}\" width=\"{long:.1}\" height=\"18\"/>"
    )
    .expect("a String takes all");
}

fn figure(body: &mut String, y: f64, long: f64, figure: &str, class: &str) {
    let (x, y) = (LEFT + long + 9., y + 13.5);
    writeln!(
        body,
        "<text class=\"figure {class}\" x=\"{x:.1}\" y=\"{y}\">{figure}</text>"
    )
    .expect("a String takes all");
}

const STYLE: &str = "<style>\n\
text { font: 14px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328 }\n\
.title { font-size: 19px; font-weight: 600 }\n\
.mix { font-weight: 600 }\n\
.note { font-size: 13px; font-weight: 400; fill: #656d76 }\n\
.label { text-anchor: end }\n\
.figure { font-variant-numeric: tabular-nums }\n\
.label.ours, .figure.ours { font-weight: 600 }\n\
.card { fill: #ffffff; stroke: #d0d7de }\n\
.bar.peer { fill: #afb8c1 }\n\
.bar.floor { fill: #6e7781 }\n\
.bar.ours { fill: #1a7f5a }\n\
.bar.judged { fill: #8fcbb2 }\n\
@media (prefers-color-scheme: dark) {\n\
text { fill: #e6edf3 }\n\
.note { fill: #9198a1 }\n\
.card { fill: #0d1117; stroke: #30363d }\n\
.bar.peer { fill: #484f58 }\n\
.bar.floor { fill: #848d97 }\n\
.bar.ours { fill: #2ea97c }\n\
.bar.judged { fill: #1d5c46 }\n\
}\n\
</style>\n";
