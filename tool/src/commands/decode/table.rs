//! The table of `decode`: a row a record, written as it comes.
//!
//! No column can wait for its widest cell, so those of addresses grow when a wider one comes, and
//! the others are as wide as they usually have to be.

use core::fmt::Display;
use std::io::{self, Write};

use sip_status_capture::Origin;
use sip_status_line::registry::PhraseMatch;
use sip_status_line::{ParseError, Parsed};

use super::response::Response;
use crate::names::class_name;
use crate::output::clock::{Clock, Date};
use crate::output::escape::{end_row, excerpt, text};
use crate::output::terminal::Styles;
use crate::record::{Place, Record};

pub(crate) struct ResponseTable {
    styles: Styles,
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
    Packets(String, Option<i64>),
    /// Of lines carved from that source.
    Carved(String),
}

impl ResponseTable {
    pub(crate) fn new(styles: Styles, label: usize) -> Self {
        Self {
            styles,
            label,
            address: "127.0.0.1:50600".len(),
            heading: None,
        }
    }

    /// Writes the row of a record, and a heading if it needs a new one.
    pub(crate) fn row(&mut self, response: &Response<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let record = response.record;
        match (record.origin, record.offset) {
            (Some(origin), _) => self.packet(response, origin, out),
            (None, Some(offset)) => {
                self.head(Heading::Carved(response.source.to_owned()), out)?;
                write!(out, "{:>6}  {offset:>14}  ", record.number)?;
                self.outcome(response, out)
            }
            (None, None) => {
                self.head(Heading::Lines, out)?;
                self.line(response, out)
            }
        }
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
                    write!(out, "  {} UTC", Date(*day))?;
                }
                writeln!(
                    out,
                    "\n{style}{:>6}  {:<12}  {:>width$}   {:<width$}  VIA  CODE  PHRASE{style:#}",
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

    fn packet(
        &mut self,
        response: &Response<'_>,
        origin: Origin,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let clock = origin.time.map(Clock::new);
        let (src, dst) = (origin.src.to_string(), origin.dst.to_string());
        self.address = self.address.max(src.len()).max(dst.len());
        let day = clock.as_ref().map(|clock| clock.day);
        self.head(Heading::Packets(response.source.to_owned(), day), out)?;
        let time = clock.map_or_else(String::new, |clock| clock.to_string());
        write!(
            out,
            "{:>6}  {time:<12}  {src:>width$} → {dst:<width$}  {:<3}  ",
            response.record.number,
            origin.transport.name(),
            width = self.address
        )?;
        self.outcome(response, out)
    }

    /// The rest of a row: what the record says, and what is not as usual about it.
    fn outcome(&self, response: &Response<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let parsed = match &response.parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                let style = self.styles.error();
                let code = or_dash(error.code());
                write!(out, "{style}{code:<4}  refused{style:#}: ")?;
                return fault(response.record, *error, out);
            }
        };
        let line = &parsed.line;
        let style = self.styles.class(line.code.class());
        write!(
            out,
            "{style}{:<4}{style:#}  {}",
            line.code,
            excerpt(line.reason.as_bytes(), 100)
        )?;
        let aside = self.styles.aside();
        match line.registry_match().phrase {
            PhraseMatch::Exact => {}
            phrase => write!(out, "  {aside}({phrase}){aside:#}")?,
        }
        let place = response.record.place;
        if place != Place::START && place != Place::Carved {
            write!(out, "  {aside}({place}){aside:#}")?;
        }
        self.deviations(parsed, out)
    }

    fn line(&self, response: &Response<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let Response {
            source,
            record,
            parsed,
            ..
        } = response;
        let mut label = format!("{}:{}", text(source.as_bytes()), record.number);
        if let Some(name) = record.name {
            label = format!("{label} {}", excerpt(name.as_bytes(), 60));
        }
        write!(out, "{label:<width$}  ", width = self.label)?;
        match parsed {
            Ok(parsed) => {
                let line = &parsed.line;
                let style = self.styles.class(line.code.class());
                write!(
                    out,
                    "{style}{:<4}  {:<14}{style:#}  {:<12}  {}",
                    line.code,
                    class_name(line.code.class()),
                    line.registry_match().phrase,
                    excerpt(line.reason.as_bytes(), 100)
                )?;
                self.deviations(parsed, out)
            }
            Err(error) => {
                let style = self.styles.error();
                write!(
                    out,
                    "{style}{:<4}  {:<14}{style:#}  {:<12}  ",
                    or_dash(error.code()),
                    "refused",
                    error.kind(),
                )?;
                fault(record, *error, out)
            }
        }
    }

    fn deviations(&self, parsed: &Parsed<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let style = self.styles.warning();
        for (name, _) in parsed.deviations.iter_names() {
            write!(out, "  {style}{name}{style:#}")?;
        }
        end_row(out);
        Ok(())
    }
}

fn fault(record: &Record<'_>, error: ParseError, out: &mut Vec<u8>) -> io::Result<()> {
    let line = record.line_around(error.offset());
    write!(out, "{error}: {}", excerpt(line, 60))?;
    end_row(out);
    Ok(())
}

fn or_dash(cell: Option<impl Display>) -> String {
    cell.map_or_else(|| "-".to_owned(), |cell| cell.to_string())
}
