//! Status-lines anywhere in an input of any size, by way of a window that moves over it.
//!
//! What is found is what [`Parser::find_iter`] finds in the whole input at once: a line that ends
//! in the window is the same whatever follows, and of any other the parser looks at no more than a
//! bounded number of octets. Where those are all in the window, it has decided; where they are not,
//! the window moves on, and it decides then.

use std::io::{self, Read};

use sip_status_line::Parser;

use crate::input::sink::{Delivery, StopReason};
use crate::outcome::Outcome;
use sip_status_decode::{LONGEST_LINE, Place, Record};

/// The octets that are kept in memory.
const WINDOW: usize = 1 << 20;

/// Takes a line and its offset.
type LineSink<'a> = &'a mut dyn FnMut(u64, &[u8]) -> Result<(), StopReason>;

/// Delivers each line with its offset in the input.
pub(super) fn carve(
    input: impl Read,
    parser: Parser,
    delivery: &mut Delivery<'_>,
) -> Result<(), StopReason> {
    through_window(input, parser, LONGEST_LINE, WINDOW, &mut |offset, line| {
        delivery.record(&Record {
            place: Place::Carved,
            offset: Some(offset),
            ..Record::new(delivery.records + 1, line)
        })
    })?;
    if delivery.records == 0 {
        delivery.find(Outcome::Good, "no status-line in it")?;
    }
    Ok(())
}

fn through_window(
    mut input: impl Read,
    parser: Parser,
    max_len: usize,
    // At least as many octets as a line may have.
    window: usize,
    take: LineSink<'_>,
) -> Result<(), StopReason> {
    let parser = parser.with_max_len(max_len);
    let mut window = vec![0; window];
    // How many octets are in the window, and how many of the input came before those.
    let mut len = 0;
    let mut before = 0;
    loop {
        let room = window.get_mut(len..).unwrap_or_default();
        let read = retry(|| input.read(room)).map_err(StopReason::Input)?;
        len += read;
        let ended = read == 0;
        // All that begins before it is decided.
        let mut decided = (len + 1).saturating_sub(max_len);
        for (offset, parsed) in parser.find_iter(window.get(..len).unwrap_or_default()) {
            let line = parsed.received();
            if !ended && !line.ends_with(b"\n") {
                break;
            }
            take(before + offset as u64, line)?;
            decided = decided.max(offset + line.len());
        }
        if ended {
            return Ok(());
        }
        window.copy_within(decided..len, 0);
        before += decided as u64;
        len -= decided;
    }
}

/// Reads until no signal comes in between.
fn retry(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use sip_status_lab::SplitMix64;
    use sip_status_line::Parser;

    use super::through_window;

    const LINE_LEN: usize = 24;

    /// An input that gives only that many octets at a time.
    struct SlowInput<'a>(&'a [u8], usize);

    impl Read for SlowInput<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let few = self.1.min(buffer.len());
            self.0.read(buffer.get_mut(..few).unwrap_or_default())
        }
    }

    #[test]
    fn a_window_shows_what_the_whole_shows() {
        const PIECES: [&[u8]; 12] = [
            b"SIP/2.0 ",
            b"SIP/2.0 200 ",
            b"sip/2.0",
            b"/2.0",
            b"SI",
            b" 486",
            b"\r\n",
            b"\n",
            b"\r",
            b"\0",
            b"Busy Here",
            b"x",
        ];
        let mut random = SplitMix64::new(1);
        let mut input = Vec::new();
        while input.len() < 20_000 {
            let piece = random.below(PIECES.len());
            input.extend(PIECES.get(piece).copied().unwrap_or_default());
        }
        let mut all = 0;
        for end in [20_000, 19_999, 19_990, 100, 24, 1] {
            let input = input.get(..end).unwrap_or_default();
            for parser in [Parser::STRICT, Parser::INTEROP, Parser::OBSERVE] {
                let whole: Vec<(u64, Vec<u8>)> = parser
                    .with_max_len(LINE_LEN)
                    .find_iter(input)
                    .map(|(offset, parsed)| (offset as u64, parsed.received().to_vec()))
                    .collect();
                all += whole.len();
                for (window, at_once) in [(24, 24), (24, 1), (25, 7), (31, 31), (64, 5), (999, 999)]
                {
                    let mut lines = Vec::new();
                    let input = SlowInput(input, at_once);
                    let read = through_window(input, parser, LINE_LEN, window, &mut |at, line| {
                        lines.push((at, line.to_vec()));
                        Ok(())
                    });
                    assert!(read.is_ok());
                    assert_eq!(lines, whole, "{end}, {parser:?}, {window}, {at_once}");
                }
            }
        }
        assert!(all > 500, "{all}");
    }
}
