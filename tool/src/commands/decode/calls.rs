//! `--calls`: a row a transaction, as a table, JSON or CSV.

use std::io::{self, Write};

use serde::Serialize;
use sip_status_capture::Time;
use unicode_width::UnicodeWidthStr;

use super::transactions::{Transaction, Transactions};
use crate::output::cell::left;
use crate::output::clock;
use crate::output::csv::CsvLine;
use crate::output::escape::{end_row, fit};
use crate::output::json::{JsonString, write_json};
use crate::output::terminal::Styles;
use sip_status_decode::{HeaderChoice, Headers, Place, Record, Response};

/// How the rows of calls are written.
pub(crate) enum CallFormat {
    Table(CallTable),
    Json,
    Csv,
}

/// The calls of captures, written as they end.
pub(crate) struct Calls {
    format: CallFormat,
    transactions: Transactions,
    /// Whether transactions without a response are written: none was filtered out.
    are_all_wanted: bool,
    /// How many messages do not say of which transaction they are, or are from no capture.
    unrelated: u64,
}

impl Calls {
    pub(crate) fn new(format: CallFormat, are_all_wanted: bool) -> Self {
        Self {
            format,
            transactions: Transactions::default(),
            are_all_wanted,
            unrelated: 0,
        }
    }

    /// Writes what comes before the rows.
    pub(crate) fn write_heading(&self, out: &mut Vec<u8>) -> io::Result<()> {
        match &self.format {
            CallFormat::Table(table) => table.write_heading(out),
            CallFormat::Json => Ok(()),
            CallFormat::Csv => {
                let mut line = CsvLine::new(out);
                for column in CSV_COLUMNS {
                    line.cell(Some(column))?;
                }
                line.end()
            }
        }
    }

    /// Adds a request, and writes what is over by then.
    pub(crate) fn request(
        &mut self,
        source: &str,
        record: &Record<'_>,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let after_line = record.octets.get(record.line_around(0).len()..);
        let headers = Headers::new(after_line.unwrap_or_default(), HeaderChoice::Transaction);
        if let Some(origin) = &record.origin
            && record.place == Place::START
            && self
                .transactions
                .request(source, record.number, origin, &headers)
        {
            return self.write_over(origin.time, out);
        }
        self.unrelated += 1;
        Ok(())
    }

    /// Adds a response, and writes what is over by then.
    pub(crate) fn response(
        &mut self,
        response: &Response<'_>,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let Response {
            source,
            record,
            headers,
            ..
        } = response;
        if let (Some(origin), Some(code)) = (&record.origin, response.code())
            && record.place == Place::START
            && self
                .transactions
                .response(source, record.number, origin, headers, code)
        {
            return self.write_over(origin.time, out);
        }
        self.unrelated += 1;
        Ok(())
    }

    fn write_over(&mut self, now: Option<Time>, out: &mut Vec<u8>) -> io::Result<()> {
        while let Some(transaction) = self.transactions.next_over(now) {
            self.write(&transaction, out)?;
        }
        Ok(())
    }

    /// Writes all that are left.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        while let Some(transaction) = self.transactions.close_oldest() {
            self.write(&transaction, out)?;
        }
        Ok(())
    }

    /// What there is to say of the calls that are not as they were, in messages.
    pub(crate) fn notes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let notes = [
            (
                "messages without the Via, Call-ID or CSeq that name a transaction",
                self.unrelated,
            ),
            (
                "transactions given up before their final response, for want of room",
                self.transactions.given_up,
            ),
        ];
        notes.into_iter().filter(|(_, count)| *count > 0)
    }

    fn write(&self, transaction: &Transaction, out: &mut Vec<u8>) -> io::Result<()> {
        if transaction.codes.is_empty() && !self.are_all_wanted {
            return Ok(());
        }
        match &self.format {
            CallFormat::Table(table) => table.write_row(transaction, out),
            CallFormat::Json => write_json(&CallObject::new(transaction), out),
            CallFormat::Csv => write_csv(transaction, out),
        }
    }
}

/// One object of JSON.
#[derive(Serialize)]
struct CallObject<'a> {
    source: &'a str,
    record: u64,
    time: Option<JsonString<Time>>,
    client: String,
    server: String,
    transport: &'a str,
    call_id: String,
    method: String,
    cseq: Option<u32>,
    request: bool,
    codes: Vec<u16>,
    provisional: Option<f64>,
    r#final: Option<f64>,
    repeats: u64,
}

impl<'a> CallObject<'a> {
    fn new(transaction: &'a Transaction) -> Self {
        Self {
            source: &transaction.source,
            record: transaction.record,
            time: transaction.time.map(JsonString),
            client: transaction.client.to_string(),
            server: transaction.server.to_string(),
            transport: transaction.transport,
            call_id: String::from_utf8_lossy(&transaction.call_id).into_owned(),
            method: String::from_utf8_lossy(&transaction.method).into_owned(),
            cseq: transaction.cseq,
            request: transaction.has_request,
            codes: transaction.codes.iter().map(|code| code.get()).collect(),
            provisional: transaction.to_provisional.map(seconds),
            r#final: transaction.to_final.map(seconds),
            repeats: transaction.repeats,
        }
    }
}

/// The columns of CSV: the fields of JSON in the same order.
const CSV_COLUMNS: [&str; 14] = [
    "source",
    "record",
    "time",
    "client",
    "server",
    "transport",
    "call_id",
    "method",
    "cseq",
    "request",
    "codes",
    "provisional",
    "final",
    "repeats",
];

fn write_csv(transaction: &Transaction, out: &mut Vec<u8>) -> io::Result<()> {
    let mut line = CsvLine::new(out);
    line.text(Some(&transaction.source))?;
    line.cell(Some(transaction.record))?;
    line.cell(transaction.time)?;
    line.cell(Some(transaction.client))?;
    line.cell(Some(transaction.server))?;
    line.cell(Some(transaction.transport))?;
    line.octets(Some(&transaction.call_id))?;
    line.octets(Some(&transaction.method))?;
    line.cell(transaction.cseq)?;
    line.cell(Some(transaction.has_request))?;
    line.cell(Some(codes(transaction)))?;
    line.cell(transaction.to_provisional.map(seconds))?;
    line.cell(transaction.to_final.map(seconds))?;
    line.cell(Some(transaction.repeats))?;
    line.end()
}

/// Nanoseconds as seconds, to the microsecond.
#[expect(clippy::cast_precision_loss, reason = "no transaction takes 285 years")]
fn seconds(nanoseconds: i128) -> f64 {
    (nanoseconds / 1000) as f64 / 1e6
}

fn codes(transaction: &Transaction) -> String {
    let codes = transaction.codes.iter().map(ToString::to_string);
    codes.collect::<Vec<_>>().join(" ")
}

/// The table of calls.
pub(crate) struct CallTable {
    styles: Styles,
    width: Option<usize>,
}

/// The columns of a terminal from which on there is one for the first provisional response, and the
/// Call-ID.
const WIDE_CALLS: usize = 120;

/// Width of an address, as of most.
const ADDRESS: usize = "127.0.0.1:50600".len();

impl CallTable {
    /// A table that fits into `width` columns, if that is known.
    pub(crate) const fn new(styles: Styles, width: Option<usize>) -> Self {
        Self { styles, width }
    }

    fn is_wide(&self) -> bool {
        self.width.is_none_or(|width| width >= WIDE_CALLS)
    }

    fn write_heading(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let style = self.styles.heading();
        let (first, call_id) = if self.is_wide() {
            ("  FIRST  ", "CALL-ID")
        } else {
            ("", "")
        };
        let heading = format!(
            "{:<12}  {:>ADDRESS$}   {:<ADDRESS$}  {:<8}  {first}  FINAL  {:<20}  {call_id}",
            "TIME", "CLIENT", "SERVER", "METHOD", "RESPONSES"
        );
        writeln!(out, "{style}{}{style:#}", heading.trim_end())
    }

    fn write_row(&self, transaction: &Transaction, out: &mut Vec<u8>) -> io::Result<()> {
        // Without the request, it took at least as long.
        let sign = if transaction.has_request { "" } else { ">" };
        let elapsed = |nanoseconds: Option<i128>| {
            nanoseconds.map_or_else(String::new, |elapsed| {
                format!("{sign}{:.3}", seconds(elapsed))
            })
        };
        let time = left(12, out, |out| match transaction.time {
            Some(time) => clock::time_of_day(time, out),
            None => Ok(()),
        })?;
        let first = if self.is_wide() {
            format!("{:>7}  ", elapsed(transaction.to_provisional))
        } else {
            String::new()
        };
        let start = format!(
            "  {:>ADDRESS$} → {:<ADDRESS$}  {:<8}  {first}{:>7}  ",
            transaction.client.to_string(),
            transaction.server.to_string(),
            fit(&transaction.method, 8),
            elapsed(transaction.to_final),
        );
        write!(out, "{start}")?;
        let mut responses = 0;
        let mut blank = "";
        for code in &transaction.codes {
            let style = self.styles.class(code.class());
            write!(out, "{blank}{style}{code}{style:#}")?;
            responses += blank.len() + 3;
            blank = " ";
        }
        let mut remark = String::new();
        if transaction.codes.is_empty() {
            "none".clone_into(&mut remark);
        }
        if transaction.repeats > 0 {
            remark = format!("{remark}{blank}+{}", transaction.repeats);
        }
        let aside = self.styles.aside();
        write!(out, "{aside}{remark}{aside:#}")?;
        if self.is_wide() {
            let fill = 20_usize.saturating_sub(responses + remark.width());
            let used = time + start.width() + responses + remark.width() + fill + 2;
            let room = self.width.map_or(100, |width| width.saturating_sub(used));
            let call_id = fit(&transaction.call_id, room);
            write!(out, "{:fill$}  {call_id}", "")?;
        }
        end_row(out);
        Ok(())
    }
}
