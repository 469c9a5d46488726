//! The table of `decode`: a row a response, written as it comes.
//!
//! No column can wait for its widest cell, so those of addresses grow when a wider one comes, and
//! the others are as wide as they usually have to be. What is left of the terminal is for the phrase
//! and what is odd, and cut there.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;
use jiff::civil::Date;
use sip_status_capture::Origin;
use sip_status_line::registry::PhraseMatch;
use sip_status_line::{ParseError, StatusCode};

use crate::output::cell::{self, left, right};
use crate::output::clock::{self, Calendar};
use crate::output::escape::{cut, end_row, excerpt, fit, text, width};
use crate::output::terminal::{Heading, Output, Styles};
use sip_status_decode::{Place, Record, Response};

/// How much of a phrase, and of a line that is refused, is shown where there is room.
const PHRASE_SHOWN: usize = 100;
const LINE_SHOWN: usize = 60;

/// As much of a phrase is shown before what is odd about it.
const PHRASE_AT_LEAST: usize = 8;

/// The columns of a terminal from which on the transport and the method have theirs.
const WIDE: usize = 100;

/// The responses of one source.
pub(crate) struct ResponseTable {
    styles: Styles,
    /// The columns of the terminal.
    width: Option<usize>,
    /// Of the first column where it names the source.
    label: usize,
    /// Of an address.
    address: usize,
    has_heading: bool,
    /// The day that the last heading names.
    day: Option<Date>,
    calendar: Calendar,
    /// The addresses of a row.
    src: Vec<u8>,
    dst: Vec<u8>,
}

impl ResponseTable {
    /// A table that fits into `width` columns, if that is known.
    pub(crate) fn new(styles: Styles, width: Option<usize>, label: usize) -> Self {
        Self {
            styles,
            width,
            label,
            address: "127.0.0.1:5060".len(),
            has_heading: false,
            day: None,
            calendar: Calendar::default(),
            src: Vec::new(),
            dst: Vec::new(),
        }
    }

    /// Writes the row of a response; and at once a heading, if it needs a new one.
    pub(crate) fn row(
        &mut self,
        response: &Response<'_>,
        out: &mut Vec<u8>,
        headings: &Output,
    ) -> io::Result<()> {
        let record = response.record;
        let taken = match (record.origin, record.offset) {
            (Some(origin), _) => self.packet(response, &origin, out, headings)?,
            (None, Some(offset)) => {
                self.head(None, headings, |table| {
                    table.carved_heading(response.source)
                })?;
                write!(out, "{:>6}  {offset:>14}  ", record.number)?;
                out.len()
            }
            (None, None) => {
                self.head(None, headings, Self::line_heading)?;
                let source = text(response.source.as_bytes());
                let mut label = format!("{source}:{}", record.number);
                if let Some(name) = record.name {
                    label = format!("{label} {}", excerpt(name.as_bytes(), LINE_SHOWN));
                }
                let label = format!("{label:<width$}  ", width = self.label);
                out.extend(label.as_bytes());
                width(&label)
            }
        };
        let room = self.width.map(|width| width.saturating_sub(taken));
        let mut rest = RowRest { room, out };
        if record.origin.is_none() && record.offset.is_none() {
            self.line(response, &mut rest)?;
        } else {
            self.outcome(response, &mut rest)?;
        }
        end_row(out);
        Ok(())
    }

    /// Writes a heading, unless there is one for that day.
    fn head(
        &mut self,
        day: Option<Date>,
        headings: &Output,
        heading: impl FnOnce(&Self) -> Heading,
    ) -> io::Result<()> {
        if self.has_heading && self.day == day {
            return Ok(());
        }
        self.has_heading = true;
        self.day = day;
        headings.heading(heading(self))
    }

    /// Over lines of text: each row names its source, as compilers do.
    fn line_heading(&self) -> Heading {
        let style = self.styles.heading();
        let text = format!(
            "{style}{:<width$}  CODE  CLASS           PHRASE_MATCH  PHRASE{style:#}\n",
            "RECORD",
            width = self.label
        );
        Heading {
            text,
            is_shared: true,
        }
    }

    /// Over lines carved from a source.
    fn carved_heading(&self, source: &str) -> Heading {
        let style = self.styles.heading();
        let text = format!(
            "{style}{}\n{:>6}  {:>14}  CODE  PHRASE{style:#}\n",
            text(source.as_bytes()),
            "RECORD",
            "OFFSET",
        );
        Heading {
            text,
            is_shared: false,
        }
    }

    /// Over the packets of a source, on one day.
    fn packet_heading(&self, source: &str, day: Option<Date>) -> Heading {
        let style = self.styles.heading();
        let day = day.map_or_else(String::new, |day| format!("  {day} UTC"));
        let request = if self.is_wide() {
            "VIA  METHOD    "
        } else {
            ""
        };
        let text = format!(
            "{style}{}{style:#}{day}\n\
             {style}{:>5}  {:<12}  {:>width$}   {:<width$}  {request}CODE  PHRASE{style:#}\n",
            text(source.as_bytes()),
            "FRAME",
            "TIME",
            "SOURCE",
            "DESTINATION",
            width = self.address
        );
        Heading {
            text,
            is_shared: false,
        }
    }

    fn is_wide(&self) -> bool {
        self.width.is_none_or(|width| width >= WIDE)
    }

    /// Writes the row of a packet as far as its code. Returns the columns that it takes.
    fn packet(
        &mut self,
        response: &Response<'_>,
        origin: &Origin,
        out: &mut Vec<u8>,
        headings: &Output,
    ) -> io::Result<usize> {
        for (text, address) in [(&mut self.src, origin.src), (&mut self.dst, origin.dst)] {
            text.clear();
            cell::address(address, text)?;
            self.address = self.address.max(text.len());
        }
        let day = origin.time.and_then(|time| self.calendar.date(time));
        self.head(day, headings, |table| {
            table.packet_heading(response.source, day)
        })?;
        let mut taken = right(5, out, |out| cell::decimal(response.record.number, out))?;
        out.extend(b"  ");
        taken += left(12, out, |out| match origin.time {
            Some(time) => clock::time_of_day(time, out),
            None => Ok(()),
        })?;
        out.extend(b"  ");
        taken += right(self.address, out, |out| out.write_all(&self.src))?;
        out.extend(" → ".as_bytes());
        taken += left(self.address, out, |out| out.write_all(&self.dst))?;
        out.extend(b"  ");
        taken += 2 + 2 + 3 + 2;
        if self.is_wide() {
            taken += left(3, out, |out| {
                out.write_all(origin.transport.name().as_bytes())
            })?;
            out.extend(b"  ");
            let method = fit(response.headers.method.unwrap_or_default(), 8);
            out.extend(method.as_bytes());
            let blanks = 8_usize.saturating_sub(width(&method)) + 2;
            out.resize(out.len() + blanks, b' ');
            taken += 2 + 8 + 2;
        }
        Ok(taken)
    }

    /// The rest of a row: what the line says, and what is not as usual about it.
    fn outcome(&self, response: &Response<'_>, rest: &mut RowRest<'_>) -> io::Result<()> {
        let parsed = match &response.parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                let style = self.styles.error();
                rest.put(style, &format!("{}refused", code(error.code())))?;
                let fault = fault(response.record, *error);
                return rest.put(Style::new(), &format!(": {fault}"));
            }
        };
        let line = &parsed.line;
        let style = self.styles.class(line.code.class());
        rest.put(style, &code(Some(line.code)))?;
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
                let code = format!("{}{:<14}", code(Some(line.code)), class.name());
                rest.put(self.styles.class(class), &code)?;
                let phrase_match = parsed.registry_match().phrase;
                rest.put(Style::new(), &format!("  {phrase_match:<12}  "))?;
                self.phrase_and_remarks(response, Vec::new(), rest)
            }
            Err(error) => {
                let code = format!("{}{:<14}", code(error.code()), "refused");
                rest.put(self.styles.error(), &code)?;
                let fault = fault(response.record, *error);
                rest.put(Style::new(), &format!("  {:<12}  {fault}", error.kind()))
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
        let taken = || remarks.iter().map(|(_, remark)| width(remark)).sum();
        let room = rest.room.map_or(PHRASE_SHOWN, |room| {
            room.saturating_sub(taken())
                .clamp(PHRASE_AT_LEAST, PHRASE_SHOWN)
        });
        let phrase = fit(parsed.line.reason.as_bytes(), room);
        rest.put(Style::new(), &phrase)?;
        for (style, remark) in remarks {
            rest.put(style, &remark)?;
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
    fn put(&mut self, style: Style, text: &str) -> io::Result<()> {
        let mut shown = Cow::Borrowed(text);
        if let Some(room) = &mut self.room {
            shown = cut(shown, *room);
            *room -= width(&shown);
        }
        if style == Style::new() {
            return self.out.write_all(shown.as_bytes());
        }
        write!(self.out, "{style}{shown}{style:#}")
    }
}

fn fault(record: &Record<'_>, error: ParseError) -> String {
    let line = record.line_around(error.offset());
    format!("{error}: {}", excerpt(line, LINE_SHOWN))
}

/// The cell of a code, and the blanks after it.
fn code(code: Option<StatusCode>) -> String {
    code.map_or_else(|| "-     ".to_owned(), |code| format!("{code}   "))
}
