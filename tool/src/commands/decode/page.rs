//! How a summary looks: a page of text with bars, as wide as the terminal.

use core::fmt;
use std::io::{self, Write};

use anstyle::Style;
use sip_status_line::{Class, Deviations};

use super::groups::Breakdown;
use super::summary::{NameCount, Report};
use crate::output::escape::{cell, cut, end_row, tail};
use crate::output::terminal::Styles;

/// How many phrases and how many senders are shown of all that were counted.
const SHOWN_ROWS: usize = 10;

/// Width of what comes before the labels.
const MARGIN: usize = 1;

/// Width of the numbers and the blanks around them.
const NUMBERS: usize = "  1,234,567  100.0 %  ".len();

/// Before what goes on in another line.
const INDENT: &str = "   ";

pub(crate) struct Page {
    styles: Styles,
    /// Width of what comes before the numbers.
    label: usize,
    /// Width of what comes after them.
    rest: usize,
}

impl Page {
    pub(crate) fn new(styles: Styles, width: usize) -> Self {
        let label = (width * 9 / 20).clamp(28, 54);
        Self {
            styles,
            label,
            rest: width.saturating_sub(MARGIN + label + NUMBERS),
        }
    }

    pub(crate) fn write(&self, report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
        self.totals(report, out)?;
        self.codes(report, out)?;
        self.phrases(report, out)?;
        let style = self.styles.warning();
        self.seen("DEVIATIONS", style, &report.deviations, deviation, out)?;
        let style = self.styles.error();
        self.seen("REFUSED", style, &report.errors, fault, out)?;
        self.senders(report, out)?;
        if let Some(breakdown) = &report.by {
            self.groups(breakdown, report.all(), out)?;
        }
        if !report.skipped.is_empty() {
            self.heading("NOT READ", "", out)?;
            for (what, count) in &report.skipped {
                let label = cell(what.as_bytes(), self.label);
                writeln!(out, " {label}  {:>9}", Count(*count))?;
            }
        }
        Ok(())
    }

    /// How much there was, in two lines.
    fn totals(&self, report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
        let style = self.styles.heading();
        let all = report.all();
        let lines = if all == 1 {
            "status-line"
        } else {
            "status-lines"
        };
        write!(out, " {style}{} {lines}{style:#}", Count(all))?;
        if all > 0 {
            let none = Style::new();
            let odd = |style, count| if count > 0 { style } else { none };
            let warning = odd(self.styles.warning(), report.deviating);
            let error = odd(self.styles.error(), report.refused);
            write!(
                out,
                ": {} accepted ({warning}{} with deviations{warning:#}), \
                 {error}{} refused{error:#}",
                Count(report.accepted),
                Count(report.deviating),
                Count(report.refused)
            )?;
        }
        let files = if report.inputs == 1 { "file" } else { "files" };
        write!(out, "\n {} {files}, ", Count(report.inputs))?;
        if report.packets > 0 {
            let packets = if report.packets == 1 {
                "packet"
            } else {
                "packets"
            };
            write!(out, "{} {packets}, ", Count(report.packets))?;
        }
        write!(out, "{}", Size(report.octets))?;
        let places = report.r#where.iter();
        let unusual = places.filter(|(place, _)| !matches!(**place, "start" | "carved"));
        for (what, count) in report.transports.iter().chain(unusual) {
            write!(out, " · {} {what}", Count(*count))?;
        }
        if report.calls > 0 {
            let calls = if report.calls == 1 { "call" } else { "calls" };
            let share = Share(report.calls_answered, report.calls);
            let (tried, answered) = (Count(report.calls), Count(report.calls_answered));
            write!(
                out,
                "\n {tried} {calls} with an INVITE, {answered} answered: {share}"
            )?;
        }
        writeln!(out)
    }

    /// Each class with its codes, under a bar of all classes.
    fn codes(&self, report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
        let Some(most) = report.codes.iter().map(|code| code.count).max() else {
            return Ok(());
        };
        self.heading("RESPONSES", "", out)?;
        self.classes(report, out)?;
        let mut last = None;
        for code in &report.codes {
            let class = code.code.class();
            let style = self.styles.class(class);
            if last != Some(class) {
                last = Some(class);
                let bold = self.styles.class_heading(class);
                let count = report.of_class(class);
                let label = format!("{}xx  {}", class as u8, class.name());
                let label = format!("{bold}{}{bold:#}", cell(label.as_bytes(), self.label));
                row(&label, count, report.all(), out)?;
                end_row(out);
            }
            let phrase = code.phrase.unwrap_or("not registered");
            let phrase = cell(phrase.as_bytes(), self.label.saturating_sub(7));
            let label = format!("  {style}{}{style:#}  {phrase}", code.code);
            row(&label, code.count, report.all(), out)?;
            writeln!(out, "{style}{}{style:#}", bar(code.count, most, self.rest))?;
        }
        Ok(())
    }

    /// One bar for all classes, each with its part of it. Without colours it would say nothing.
    fn classes(&self, report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
        if !self.styles.are_any() {
            return Ok(());
        }
        let columns = (self.label + NUMBERS + self.rest) as u64;
        write!(out, " ")?;
        let (mut sum, mut drawn) = (0, 0);
        for class in &report.classes {
            sum += class.count;
            let end = usize::try_from(sum * columns / report.accepted.max(1)).unwrap_or(drawn);
            let style = self.styles.class(class.class);
            write!(out, "{style}{:█<width$}{style:#}", "", width = end - drawn)?;
            drawn = end;
        }
        writeln!(out)
    }

    fn phrases(&self, report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
        if report.phrases.is_empty() {
            return Ok(());
        }
        self.heading("PHRASES OTHER THAN THE REGISTERED ONE", "INSTEAD OF", out)?;
        let aside = self.styles.aside();
        for worded in report.phrases.iter().take(SHOWN_ROWS) {
            let style = self.styles.class(worded.code.class());
            let reason = match worded.reason.as_str() {
                "" => "(none)".to_owned(),
                blank if blank.trim().is_empty() => format!("\"{blank}\""),
                reason => reason.to_owned(),
            };
            let reason = cell(reason.as_bytes(), self.label.saturating_sub(5));
            let label = format!("{style}{}{style:#}  {reason}", worded.code);
            row(&label, worded.count, report.all(), out)?;
            let registered = worded.code.canonical_reason().unwrap_or("none registered");
            let registered = cell(registered.as_bytes(), self.rest);
            writeln!(out, "{aside}{}{aside:#}", registered.trim_end())?;
        }
        let shown = report.phrases.iter().skip(SHOWN_ROWS);
        let others = shown.map(|worded| worded.count).sum::<u64>() + report.other_phrases;
        self.others(others, report.all(), out)
    }

    /// What is odd, how often, and where it was first.
    fn seen(
        &self,
        heading: &str,
        style: Style,
        names: &[NameCount],
        meaning: fn(&str) -> &'static str,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        self.heading(heading, "FIRST AT", out)?;
        let aside = self.styles.aside();
        for named in names {
            let label = format!(
                "{style}{}{style:#}",
                cell(named.name.as_bytes(), self.label)
            );
            row(&label, named.count, 0, out)?;
            let record = format!(":{}", named.first.record);
            let room = self.rest.saturating_sub(record.len());
            let source = tail(named.first.source.as_bytes(), room);
            writeln!(out, "{aside}{source}{record}{aside:#}")?;
            let meaning = cut(meaning(named.name).into(), self.label + NUMBERS + self.rest);
            writeln!(out, "{INDENT}{aside}{meaning}{aside:#}")?;
        }
        Ok(())
    }

    fn senders(&self, report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
        if report.senders.is_empty() {
            return Ok(());
        }
        self.heading("SENDERS", "", out)?;
        let named = report.senders.first().map_or(0, |sender| sender.count);
        let most = named.max(report.unnamed);
        // After a bar there is room for how many lines are odd.
        let bars = self.rest.saturating_sub(" 1,234 odd".len());
        let warning = self.styles.warning();
        for sender in report.senders.iter().take(SHOWN_ROWS) {
            let name = cell(sender.name.as_bytes(), self.label);
            row(&name, sender.count, report.all(), out)?;
            write!(out, "{}", bar(sender.count, most, bars))?;
            if sender.odd > 0 {
                write!(out, " {warning}{} odd{warning:#}", Count(sender.odd))?;
            }
            writeln!(out)?;
        }
        let shown = report.senders.iter().skip(SHOWN_ROWS);
        let others = shown.map(|sender| sender.count).sum::<u64>() + report.other_senders;
        self.others(others, report.all(), out)?;
        if report.unnamed > 0 {
            let aside = self.styles.aside();
            let name = cell(b"no Server, no User-Agent", self.label);
            let name = format!("{aside}{name}{aside:#}");
            row(&name, report.unnamed, report.all(), out)?;
            let bar = bar(report.unnamed, most, bars);
            writeln!(out, "{aside}{bar}{aside:#}")?;
        }
        Ok(())
    }

    /// How many responses of each class every group has.
    fn groups(&self, breakdown: &Breakdown, all: u64, out: &mut Vec<u8>) -> io::Result<()> {
        self.heading(&format!("BY {}", breakdown.by.to_uppercase()), "", out)?;
        for group in &breakdown.groups {
            let key = if group.key.is_empty() {
                "none"
            } else {
                &group.key
            };
            row(&cell(key.as_bytes(), self.label), group.count, all, out)?;
            let classes = [
                (Class::Provisional, group.provisional),
                (Class::Success, group.success),
                (Class::Redirection, group.redirection),
                (Class::ClientError, group.client_error),
                (Class::ServerError, group.server_error),
                (Class::GlobalFailure, group.global_failure),
            ];
            let counts = classes.into_iter().map(|(class, count)| {
                let style = self.styles.class(class);
                (style, format!("{}xx", class as u8), count)
            });
            let refused = (self.styles.error(), "refused".to_owned(), group.refused);
            let mut room = self.rest;
            for (style, name, count) in counts.chain([refused]).filter(|(_, _, count)| *count > 0) {
                let count = format!("{name} {}  ", Count(count));
                if room < count.trim_end().len() {
                    end_row(out);
                    write!(out, "{INDENT}")?;
                    room = MARGIN + self.label + NUMBERS + self.rest - INDENT.len();
                }
                room = room.saturating_sub(count.len());
                write!(out, "{style}{count}{style:#}")?;
            }
            end_row(out);
        }
        self.others(breakdown.others, all, out)
    }

    fn heading(&self, what: &str, rest: &str, out: &mut Vec<u8>) -> io::Result<()> {
        let style = self.styles.heading();
        let what = cell(what.as_bytes(), self.label);
        let line = format!(" {what}  {:>9}  {:>7}  {rest}", "", "");
        writeln!(out, "\n{style}{}{style:#}", line.trim_end())
    }

    fn others(&self, count: u64, all: u64, out: &mut Vec<u8>) -> io::Result<()> {
        if count == 0 {
            return Ok(());
        }
        let aside = self.styles.aside();
        let label = format!("{aside}{}{aside:#}", cell(b"others", self.label));
        row(&label, count, all, out)?;
        end_row(out);
        Ok(())
    }
}

/// A row as far as the numbers go. No share is given of nothing.
fn row(label: &str, count: u64, all: u64, out: &mut Vec<u8>) -> io::Result<()> {
    let (share, count) = (Share(count, all).to_string(), Count(count));
    write!(out, " {label}  {count:>9}  {share:>7}  ")
}

/// A bar that is as long for `most` as there is room, in eighths of a column. What there is is seen.
fn bar(count: u64, most: u64, columns: usize) -> String {
    const EIGHTHS: [char; 8] = ['█', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let eighths = u128::from(count) * columns as u128 * 8 / u128::from(most.max(1));
    let eighths = usize::try_from(eighths).unwrap_or(usize::MAX).max(1);
    let mut bar = "█".repeat((eighths / 8).min(columns));
    if eighths % 8 > 0 {
        bar.extend(EIGHTHS.get(eighths % 8));
    }
    bar
}

/// A number with its thousands apart.
struct Count(u64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        f.pad(&grouped)
    }
}

/// A part of a whole, in percent.
struct Share(u64, u64);

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(part, whole) = *self;
        if whole == 0 {
            return Ok(());
        }
        let tenths = (u128::from(part) * 1000 + u128::from(whole / 2)) / u128::from(whole);
        match tenths {
            0 if part > 0 => f.write_str("<0.1 %"),
            _ => write!(f, "{}.{} %", tenths / 10, tenths % 10),
        }
    }
}

/// Octets in a unit that keeps the number short.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
        let (mut size, mut unit) = (self.0, None);
        let mut tenths = 0;
        for name in UNITS {
            if size < 1000 {
                break;
            }
            (tenths, size, unit) = (size % 1000 / 100, size / 1000, Some(name));
        }
        match unit {
            None => write!(f, "{size} octets"),
            Some(unit) if size >= 100 => write!(f, "{size} {unit}"),
            Some(unit) => write!(f, "{size}.{tenths} {unit}"),
        }
    }
}

/// What a deviation means.
fn deviation(name: &str) -> &'static str {
    Deviations::from_name(name).map_or("", Deviations::meaning)
}

/// What is wrong with lines that are refused.
fn fault(kind: &str) -> &'static str {
    match kind {
        "version" => "The version is not SIP/2.0.",
        "code" => "There is no code from 100 to 699.",
        "version-space" => "No space comes after the version.",
        "code-space" => "No space comes after the status code.",
        "reason" => "The phrase has a control octet.",
        "line-ending" => "A CR has no LF after it.",
        "length" => "The line is too long.",
        "truncated" => "The line ends too early.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, Share, Size, bar};

    #[test]
    fn bars_come_in_eighths() {
        assert_eq!(bar(8, 8, 3), "███");
        assert_eq!(bar(4, 8, 3), "█▌");
        assert_eq!(bar(1, 8, 1), "▏");
        assert_eq!(bar(1, 1_000_000, 3), "▏");
        assert_eq!(bar(u64::MAX, u64::MAX, 2), "██");
    }

    #[test]
    fn numbers_are_short_and_true() {
        let counts = [0, 999, 1000, 1_234_567].map(|count| Count(count).to_string());
        assert_eq!(counts, ["0", "999", "1,000", "1,234,567"]);
        let shares = [(0, 7), (1, 7), (1, 70_000), (7, 7)];
        let shares = shares.map(|(part, all)| Share(part, all).to_string());
        assert_eq!(shares, ["0.0 %", "14.3 %", "<0.1 %", "100.0 %"]);
        let sizes = [999, 1000, 99_999, 123_456, 2_147_483_648];
        let sizes = sizes.map(|octets| Size(octets).to_string());
        assert_eq!(
            sizes,
            ["999 octets", "1.0 kB", "99.9 kB", "123 kB", "2.1 GB"]
        );
    }
}
