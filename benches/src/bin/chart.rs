//! Draws `chart.svg` from what criterion measured: run `cargo bench`, then this.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

/// A bar: its criterion group and case, what it says, and in which colour.
struct Bar {
    group: &'static str,
    case: &'static str,
    label: &'static str,
    note: &'static str,
    class: &'static str,
}

const BARS: &[Bar] = &[
    bar(
        "lone",
        "STRICT line, registration",
        "sip-status-line",
        "usual phrases",
        "ours",
    ),
    bar(
        "lone",
        "memchr",
        "memchr",
        "only finds the newline",
        "floor",
    ),
    bar(
        "lone, none registered",
        "STRICT line, registration",
        "sip-status-line",
        "only unusual phrases",
        "ours",
    ),
    bar("lone", "ntex-httparse", "ntex-httparse", "HTTP", "peer"),
    bar("lone", "httparse", "httparse", "HTTP", "peer"),
    bar("lone", "sipmsg", "sipmsg", "", "peer"),
    bar("lone", "ezk-sip-types", "ezk-sip-types", "", "peer"),
    bar("lone", "rsip", "rsip", "whole message", "peer"),
    bar(
        "lone",
        "rvoip-sip-core",
        "rvoip-sip-core",
        "whole message",
        "peer",
    ),
];

const fn bar(
    group: &'static str,
    case: &'static str,
    label: &'static str,
    note: &'static str,
    class: &'static str,
) -> Bar {
    Bar {
        group,
        case,
        label,
        note,
        class,
    }
}

fn main() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| manifest.join("target"), PathBuf::from);
    let measured = measured(&target.join("criterion"));
    let bars: Vec<_> = BARS
        .iter()
        .map(|bar| {
            let is = |case: &&Case| {
                case.group == bar.group
                    && (case.name == bar.case || case.name.starts_with(&format!("{} (", bar.case)))
            };
            let case = measured.iter().find(is);
            (bar, case.expect("run `cargo bench` first").nanos)
        })
        .collect();
    fs::write(manifest.join("chart.svg"), draw(bars)).expect("benches/chart.svg can be written");
}

/// What criterion says of a case.
struct Case {
    group: String,
    name: String,
    /// The median, for one line.
    nanos: f64,
}

/// All cases below a directory.
fn measured(directory: &Path) -> Vec<Case> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| match entry.file_name().to_str() {
            Some("new") => case(&entry.path()).into_iter().collect(),
            _ if entry.path().is_dir() => measured(&entry.path()),
            _ => Vec::new(),
        })
        .collect()
}

fn case(directory: &Path) -> Option<Case> {
    let read = |name| -> Option<Value> {
        serde_json::from_slice(&fs::read(directory.join(name)).ok()?).ok()
    };
    let (benchmark, estimates) = (read("benchmark.json")?, read("estimates.json")?);
    let elements = benchmark["throughput"]["ElementsAndBytes"]["elements"].as_f64()?;
    Some(Case {
        group: benchmark["group_id"].as_str()?.to_owned(),
        name: benchmark["function_id"].as_str()?.to_owned(),
        nanos: estimates["median"]["point_estimate"].as_f64()? / elements,
    })
}

const WIDTH: f64 = 760.;
const LEFT: f64 = 298.;
const TOP: f64 = 92.;
const STEP: f64 = 32.;
/// The longest bar.
const LONG: f64 = WIDTH - LEFT - 92.;

/// The fastest on top. A bar that would leave no room for the others is cut off.
fn draw(mut bars: Vec<(&Bar, f64)>) -> String {
    bars.sort_by(|a, b| a.1.total_cmp(&b.1));
    let parsers = bars.iter().filter(|(bar, _)| bar.note != "whole message");
    let scale = LONG / parsers.map(|(_, nanos)| *nanos).fold(0., f64::max);
    let height = bars.iter().fold(TOP + 16., |height, _| height + STEP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"Nanoseconds to read one status-line\">\n{STYLE}\
        <rect class=\"card\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"10\"/>\n\
        <text class=\"title\" x=\"28\" y=\"42\">Reading one status-line</text>\n\
        <text class=\"note\" x=\"28\" y=\"65\">nanoseconds a line of 65,536 shuffled ones, less is better</text>\n",
        WIDTH - 1.,
        height - 1.,
    );
    let mut y = TOP;
    for (
        Bar {
            label, note, class, ..
        },
        nanos,
    ) in bars
    {
        let (full, text) = (nanos * scale, y + 15.5);
        let long = full.min(LONG);
        let figure = if nanos < 20. {
            format!("{nanos:.1}")
        } else {
            format!("{nanos:.0}")
        };
        let note = if note.is_empty() {
            String::new()
        } else {
            format!(" <tspan class=\"note\">{note}</tspan>")
        };
        write!(
            svg,
            "<text class=\"label {class}\" x=\"{}\" y=\"{text}\">{label}{note}</text>\n\
            <rect class=\"bar {class}\" x=\"{LEFT}\" y=\"{y}\" width=\"{long:.1}\" height=\"22\" rx=\"3\"/>\n",
            LEFT - 12.,
        )
        .expect("a String takes all");
        if full > LONG {
            let at = LEFT + LONG - 34.;
            writeln!(
                svg,
                "<path class=\"cut\" d=\"M{at} {} l8 -28 h6 l-8 28 z\"/>",
                y + 25.,
            )
            .expect("a String takes all");
        }
        writeln!(
            svg,
            "<text class=\"figure {class}\" x=\"{:.1}\" y=\"{text}\">{figure}</text>",
            LEFT + long + 9.
        )
        .expect("a String takes all");
        y += STEP;
    }
    svg.push_str("</svg>\n");
    svg
}

const STYLE: &str = "<style>\n\
text { font: 14px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #1f2328 }\n\
.title { font-size: 19px; font-weight: 600 }\n\
.note { font-size: 13px; font-weight: 400; fill: #656d76 }\n\
.label { text-anchor: end }\n\
.figure { font-variant-numeric: tabular-nums }\n\
.label.ours, .figure.ours { font-weight: 600 }\n\
.card, .cut { fill: #ffffff }\n\
.card { stroke: #d0d7de }\n\
.bar.peer { fill: #afb8c1 }\n\
.bar.floor { fill: #6e7781 }\n\
.bar.ours { fill: #1a7f5a }\n\
@media (prefers-color-scheme: dark) {\n\
text { fill: #e6edf3 }\n\
.note { fill: #9198a1 }\n\
.card, .cut { fill: #0d1117 }\n\
.card { stroke: #30363d }\n\
.bar.peer { fill: #484f58 }\n\
.bar.floor { fill: #848d97 }\n\
.bar.ours { fill: #2ea97c }\n\
}\n\
</style>\n";
