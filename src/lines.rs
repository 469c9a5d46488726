//! Many lines: those of a buffer, and those hidden in other octets.

use core::iter::FusedIterator;
use core::mem;

use memchr::{memchr, memmem};

use crate::deviations::Deviations;
use crate::error::{ErrorKind, ParseError};
use crate::line::Parsed;
use crate::parser::Parser;

impl Parser {
    /// Walks a buffer of lines.
    ///
    /// Each item is the offset of a line in the buffer, and what [`line`](Self::line) says of it; the
    /// offset of an error counts from where its line begins. After an error the walk goes on after the
    /// next LF. It ends with the buffer, or with nothing but CRLFs left if those are allowed before a
    /// line.
    ///
    /// ```
    /// use sip_status_line::Parser;
    ///
    /// let buffer = b"SIP/2.0 100 Trying\r\nSIP/3.0 oops\r\nSIP/2.0 200 OK\r\n";
    /// let codes: Vec<_> = Parser::INTEROP
    ///     .lines(buffer)
    ///     .map(|(offset, line)| (offset, line.map(|parsed| parsed.line.code.get())))
    ///     .map(|(offset, code)| (offset, code.map_err(|error| error.offset())))
    ///     .collect();
    /// assert_eq!(codes, [(0, Ok(100)), (20, Err(4)), (34, Ok(200))]);
    /// ```
    #[must_use]
    pub const fn lines(self, input: &[u8]) -> Lines<'_> {
        Lines {
            parser: self,
            len: input.len(),
            unread: input,
        }
    }

    /// Finds every status-line anywhere in any octets, each with its offset: in a memory dump, a
    /// log, a disk image. What it does not accept it passes over.
    ///
    /// Runs at the speed of a substring search where there is none. A line ends before the next is
    /// looked for.
    ///
    /// ```
    /// use sip_status_line::Parser;
    ///
    /// let log = b"12:00 recv [SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n]";
    /// let found: Vec<_> = Parser::STRICT.find_iter(log).collect();
    /// assert_eq!(found.len(), 1);
    /// let (offset, parsed) = found[0];
    /// assert_eq!((offset, parsed.line.code.get()), (12, 486));
    /// ```
    #[must_use]
    pub fn find_iter(self, haystack: &[u8]) -> FindIter<'_> {
        FindIter {
            parser: self.deny(Deviations::LEADING_CRLF),
            finder: memmem::Finder::new(b"/2.0"),
            haystack,
            from: 0,
        }
    }
}

/// The lines of a buffer, each with its offset. Made by [`Parser::lines`].
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    parser: Parser,
    len: usize,
    unread: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, Result<Parsed<'a>, ParseError>);

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "where a line ends has to stay in a register for the next"
    )]
    fn next(&mut self) -> Option<Self::Item> {
        if self.unread.is_empty() {
            return None;
        }
        let offset = self.len - self.unread.len();
        match self.parser.line(self.unread) {
            Ok(parsed) => {
                self.unread = parsed.rest;
                Some((offset, Ok(parsed)))
            }
            Err(error) => self.pass_over(error).map(|error| (offset, Err(error))),
        }
    }
}

impl FusedIterator for Lines<'_> {}

impl Lines<'_> {
    /// Moves past the next LF after the octet in fault. `None` if there is no line to be in error:
    /// the buffer ends in CRLFs that would be ignored before one.
    #[cold]
    fn pass_over(&mut self, error: ParseError) -> Option<ParseError> {
        let unread = mem::take(&mut self.unread);
        if error.kind() == ErrorKind::Truncated
            && self.parser.allowed().contains(Deviations::LEADING_CRLF)
            && unread.ends_with(b"\r\n")
            && unread.iter().all(|octet| matches!(octet, b'\r' | b'\n'))
        {
            return None;
        }
        let rest = unread.get(error.offset()..).unwrap_or_default();
        if let Some((_, rest)) = memchr(b'\n', rest).and_then(|lf| rest.split_at_checked(lf + 1)) {
            self.unread = rest;
        }
        Some(error)
    }
}

/// The status-lines in any octets, each with its offset. Made by [`Parser::find_iter`].
///
/// Looks for `/2.0` and reads the line that may begin three octets before it. Each octet is read a few
/// times at most, however many lines seem to begin before it.
#[derive(Clone, Debug)]
pub struct FindIter<'a> {
    parser: Parser,
    finder: memmem::Finder<'static>,
    haystack: &'a [u8],
    from: usize,
}

impl FindIter<'_> {
    /// Where the next line may begin after one at `offset` that is too long.
    ///
    /// What made that one too long is part of every line that begins inside it, except of those whose
    /// end is near enough.
    #[cold]
    fn after_too_long(&self, offset: usize) -> usize {
        let next = offset + "SIP/".len();
        let end = match self
            .haystack
            .get(next..)
            .and_then(|rest| memchr(b'\n', rest))
        {
            Some(lf) => next + lf + 1,
            None if self.parser.allowed().contains(Deviations::NO_LINE_END) => self.haystack.len(),
            None => return self.haystack.len(),
        };
        next.max(end.saturating_sub(self.parser.max_len()))
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
            let candidate = unread.get(start..)?;
            // Nothing else begins a line, and this check is cheaper than the call of the parser.
            if !matches!(candidate, [b'S' | b's', b'I' | b'i', b'P' | b'p', ..]) {
                self.from = offset + "SIP/".len();
                continue;
            }
            match self.parser.line(candidate) {
                Ok(parsed) => {
                    self.from = offset + parsed.received().len();
                    return Some((offset, parsed));
                }
                Err(error) if error.kind() == ErrorKind::Length => {
                    self.from = self.after_too_long(offset);
                }
                // One that begins before the octet in fault would come to the same.
                Err(error) => self.from = offset + error.offset().max("SIP/".len()),
            }
        }
    }
}

impl FusedIterator for FindIter<'_> {}
