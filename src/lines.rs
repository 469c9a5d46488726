//! Many lines: those of a buffer, and those hidden in other octets.

use core::iter::FusedIterator;

use memchr::{memchr, memmem};

use crate::error::{ErrorKind, ParseError};
use crate::line::Parsed;
use crate::parser::{Deviations, Parser};

/// The lines of a buffer, one after another. Made by [`Parser::lines`].
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    parser: Parser,
    input: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Lines<'a> {
    pub(crate) const fn new(parser: Parser, input: &'a [u8]) -> Self {
        Self {
            parser,
            input,
            rest: input,
        }
    }

    /// Where the next item begins, counted from the start of the buffer. The offset of an error
    /// counts from where its item began.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.input.len() - self.rest.len()
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<Parsed<'a>, ParseError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let item = self.parser.line(self.rest);
        self.rest = match item {
            Ok(parsed) => parsed.rest,
            Err(error) => {
                if ends_blank(&self.parser, self.rest, error) {
                    self.rest = &[];
                    return None;
                }
                after_next_lf(self.rest, error.offset())
            }
        };
        Some(item)
    }
}

impl FusedIterator for Lines<'_> {}

/// Whether the input ended in the midst of CRLFs that would be ignored before a line.
#[cold]
fn ends_blank(parser: &Parser, input: &[u8], error: ParseError) -> bool {
    error.kind() == ErrorKind::Truncated
        && parser.allowed().contains(Deviations::LEADING_CRLF)
        && input.ends_with(b"\r\n")
        && input.iter().all(|octet| matches!(octet, b'\r' | b'\n'))
}

#[cold]
fn after_next_lf(input: &[u8], from: usize) -> &[u8] {
    let from = input.get(from..).unwrap_or_default();
    memchr(b'\n', from)
        .and_then(|lf| from.get(lf + 1..))
        .unwrap_or_default()
}

/// The status-lines in any octets, each with its offset. Made by [`Parser::find_iter`].
///
/// Looks for `/2.0` and reads the line that may begin three octets before it, at most
/// [`max_len`](Parser::max_len) octets for each.
#[derive(Clone, Debug)]
pub struct FindIter<'a> {
    parser: Parser,
    finder: memmem::Finder<'static>,
    haystack: &'a [u8],
    from: usize,
}

impl<'a> FindIter<'a> {
    pub(crate) fn new(parser: Parser, haystack: &'a [u8]) -> Self {
        Self {
            parser: parser.deny(Deviations::LEADING_CRLF),
            finder: memmem::Finder::new(b"/2.0"),
            haystack,
            from: 0,
        }
    }
}

impl<'a> Iterator for FindIter<'a> {
    type Item = (usize, Parsed<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let unread = self.haystack.get(self.from..)?;
            let slash = self.finder.find(unread)?;
            let Some(start) = slash.checked_sub("SIP".len()) else {
                self.from += slash + 1;
                continue;
            };
            let offset = self.from + start;
            match self.parser.line(unread.get(start..)?) {
                Ok(parsed) => {
                    self.from = offset + parsed.received().len();
                    return Some((offset, parsed));
                }
                // A line that begins inside this one may yet be short enough.
                Err(error) if error.kind() == ErrorKind::Length => {
                    self.from = offset + "SIP/".len();
                }
                // One that begins before the octet in fault would come to the same.
                Err(error) => self.from = offset + error.offset().max("SIP/".len()),
            }
        }
    }
}

impl FusedIterator for FindIter<'_> {}
