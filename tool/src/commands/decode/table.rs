//! The table of `decode`: a row a response, written as it comes.
//!
//! No column can wait for its widest cell, so those of addresses grow when a wider one comes, and
//! the others are as wide as they usually have to be. What is left of the terminal is for the phrase
//! and what is odd, and cut there.

use core::fmt::Display;
use std::io::{self, Write};

use anstyle::Style;
use jiff::civil::{Date, DateTime};
use sip_status_capture::Origin;
use sip_status_line::ParseError;
use sip_status_line::registry::PhraseMatch;
use unicode_width::UnicodeWidthStr;

use crate::output::clock;
use crate::output::escape::{cut, end_row, excerpt, fit, text};
use crate::output::terminal::Styles;
use sip_status_decode::Response;
use sip_status_decode::{Place, Record};

/// How much of a phrase, and of a line that is refused, is shown where there is room.
const PHRASE_SHOWN: usize = 100;
const LINE_SHOWN: usize = 60;

/// As much of a phrase is shown before what is odd about it.
const PHRASE_AT_LEAST: usize = 8;

/// The columns of a terminal from which on the transport and the method have theirs.
const WIDE: usize = 100;

pub(crate) struct ResponseTable {
    styles: Styles,
    /// The columns of the terminal.
    width: Option<usize>,
    /// Of the first column where it names the source.
    label: usize,
    /// Of an address.
    address: usize,
    /// Over the last row.
    heading: Option<Heading>,
}

#[derive(PartialEq)]
enum Heading {
    /// Of lines of text: each row names its source, as compilers do.
    Lines,
    /// Of the packets of that source, on that day.
    Packets(String, Option<Date>),
    /// Of lines carved from that source.
    Carved(String),
}

impl ResponseTable {
    /// A table that fits into `width` columns, if that is known.
    pub(crate) fn new(styles: Styles, width: Option<usize>, label: usize) -> Self {
        Self {
            styles,
            width,
            label,
            address: "127.0.0.1:5060".len(),
            heading: None,
        }
    }

    /// Writes the row of a response, and a heading if it needs a new one.
    pub(crate) fn row(&mut self, response: &Response<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let record = response.record;
        let start = match (record.origin, record.offset) {
            (Some(origin), _) => self.packet(response, origin, out)?,
            (None, Some(offset)) => {
                self.head(Heading::Carved(response.source.to_owned()), out)?;
                format!("{:>6}  {offset:>14}  ", record.number)
            }
            (None, None) => {
                self.head(Heading::Lines, out)?;
                let source = text(response.source.as_bytes());
                let mut label = format!("{source}:{}", record.number);
                if let Some(name) = record.name {
                    label = format!("{label} {}", excerpt(name.as_bytes(), LINE_SHOWN));
                }
                format!("{label:<width$}  ", width = self.label)
            }
        };
        out.extend(start.as_bytes());
        let room = self.width.map(|width| width.saturating_sub(start.width()));
        let mut rest = RowRest { room, out };
        if self.heading == Some(Heading::Lines) {
            self.line(response, &mut rest)?;
        } else {
            self.outcome(response, &mut rest)?;
        }
        end_row(out);
        Ok(())
    }

    /// Writes a heading, unless it is there.
    fn head(&mut self, heading: Heading, out: &mut Vec<u8>) -> io::Result<()> {
        if self.heading.as_ref() == Some(&heading) {
            return Ok(());
        }
        if self.heading.is_some() {
            writeln!(out)?;
        }
        let style = self.styles.heading();
        match &heading {
            Heading::Lines => writeln!(
                out,
                "{style}{:<width$}  CODE  CLASS           PHRASE_MATCH  PHRASE{style:#}",
                "RECORD",
                width = self.label
            )?,
            Heading::Packets(source, day) => {
                write!(out, "{style}{}{style:#}", text(source.as_bytes()))?;
                if let Some(day) = day {
                    write!(out, "  {day} UTC")?;
                }
                let request = if self.is_wide() {
                    "VIA  METHOD    "
                } else {
                    ""
                };
                writeln!(
                    out,
                    "\n{style}{:>5}  {:<12}  {:>width$}   {:<width$}  {request}CODE  PHRASE{style:#}",
                    "FRAME",
                    "TIME",
                    "SOURCE",
                    "DESTINATION",
                    width = self.address
                )?;
            }
            Heading::Carved(source) => writeln!(
                out,
                "{style}{}\n{:>6}  {:>14}  CODE  PHRASE{style:#}",
                text(source.as_bytes()),
                "RECORD",
                "OFFSET",
            )?,
        }
        self.heading = Some(heading);
        Ok(())
    }

    fn is_wide(&self) -> bool {
        self.width.is_none_or(|width| width >= WIDE)
    }

    /// The row of a packet as far as its code.
    fn packet(
        &mut self,
        response: &Response<'_>,
        origin: Origin,
        out: &mut Vec<u8>,
    ) -> io::Result<String> {
        let (src, dst) = (origin.src.to_string(), origin.dst.to_string());
        self.address = self.address.max(src.len()).max(dst.len());
        let date_time = origin.time.and_then(clock::date_time);
        let day = date_time.map(DateTime::date);
        self.head(Heading::Packets(response.source.to_owned(), day), out)?;
        let time = origin.time.map(clock::time_of_day).unwrap_or_default();
        let request = if self.is_wide() {
            let method = fit(response.headers.method.unwrap_or_default(), 8);
            format!("{:<3}  {method:<8}  ", origin.transport)
        } else {
            String::new()
        };
        Ok(format!(
            "{:>5}  {time:<12}  {src:>width$} → {dst:<width$}  {request}",
            response.record.number,
            width = self.address
        ))
    }

    /// The rest of a row: what the line says, and what is not as usual about it.
    fn outcome(&self, response: &Response<'_>, rest: &mut RowRest<'_>) -> io::Result<()> {
        let parsed = match &response.parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                let style = self.styles.error();
                rest.put(style, format!("{:<4}  refused", or_dash(error.code())))?;
                return rest.put(
                    Style::new(),
                    format!(": {}", fault(response.record, *error)),
                );
            }
        };
        let line = &parsed.line;
        let style = self.styles.class(line.code.class());
        rest.put(style, format!("{:<4}  ", line.code))?;
        let aside = self.styles.aside();
        let mut remarks = Vec::new();
        if let Some(found) = response
            .phrase_match()
            .filter(|found| *found != PhraseMatch::Exact)
        {
            remarks.push((aside, format!("  ({found})")));
        }
        let place = response.record.place;
        if place != Place::START && place != Place::Carved {
            remarks.push((aside, format!("  ({place})")));
        }
        if response.is_repeated {
            remarks.push((aside, "  (repeated)".to_owned()));
        }
        self.phrase_and_remarks(response, remarks, rest)
    }

    /// The row of a line of text from its code on.
    fn line(&self, response: &Response<'_>, rest: &mut RowRest<'_>) -> io::Result<()> {
        match &response.parsed {
            Ok(parsed) => {
                let line = &parsed.line;
                let class = line.code.class();
                let code = format!("{:<4}  {:<14}", line.code, class.name());
                rest.put(self.styles.class(class), code)?;
                let phrase_match = parsed.registry_match().phrase;
                rest.put(Style::new(), format!("  {phrase_match:<12}  "))?;
                self.phrase_and_remarks(response, Vec::new(), rest)
            }
            Err(error) => {
                let code = format!("{:<4}  {:<14}", or_dash(error.code()), "refused");
                rest.put(self.styles.error(), code)?;
                let fault = fault(response.record, *error);
                rest.put(Style::new(), format!("  {:<12}  {fault}", error.kind()))
            }
        }
    }

    /// The phrase, as much of it as what is odd leaves room for.
    fn phrase_and_remarks(
        &self,
        response: &Response<'_>,
        mut remarks: Vec<(Style, String)>,
        rest: &mut RowRest<'_>,
    ) -> io::Result<()> {
        let Ok(parsed) = &response.parsed else {
            return Ok(());
        };
        let style = self.styles.warning();
        let names = parsed.deviations.iter_names();
        remarks.extend(names.map(|(name, _)| (style, format!("  {name}"))));
        let taken = || remarks.iter().map(|(_, remark)| remark.width()).sum();
        let room = rest.room.map_or(PHRASE_SHOWN, |room| {
            room.saturating_sub(taken())
                .clamp(PHRASE_AT_LEAST, PHRASE_SHOWN)
        });
        let phrase = fit(parsed.line.reason.as_bytes(), room);
        rest.put(Style::new(), phrase)?;
        for (style, remark) in remarks {
            rest.put(style, remark)?;
        }
        Ok(())
    }
}

/// The rest of a row, which is cut where there is no more room.
struct RowRest<'a> {
    /// The columns that are left, if there is a limit.
    room: Option<usize>,
    out: &'a mut Vec<u8>,
}

impl RowRest<'_> {
    /// Writes text that is fit for a terminal.
    fn put(&mut self, style: Style, text: impl Into<String>) -> io::Result<()> {
        let mut shown = text.into();
        if let Some(room) = &mut self.room {
            shown = cut(shown, *room);
            *room -= shown.width();
        }
        write!(self.out, "{style}{shown}{style:#}")
    }
}

fn fault(record: &Record<'_>, error: ParseError) -> String {
    let line = record.line_around(error.offset());
    format!("{error}: {}", excerpt(line, LINE_SHOWN))
}

fn or_dash(cell: Option<impl Display>) -> String {
    cell.map_or_else(|| "-".to_owned(), |cell| cell.to_string())
}
