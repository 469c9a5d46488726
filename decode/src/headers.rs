//! The headers of a response that say whose it is: every response repeats those of its request
//! (RFC 3261 §8.2.6.2), and names its sender.

use memchr::{memchr, memchr_iter};

/// How many octets of a message are searched for headers.
const SEARCHED: usize = 16 << 10;

/// Which headers are read, for that takes longer than to read the status-line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeaderChoice {
    /// None of them.
    None,
    /// Those that name a transaction. Most senders write them first, and the rest is not looked at.
    Transaction,
    /// All that [`Headers`] has.
    All,
}

/// The values of the headers, without blanks around them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Headers<'a> {
    /// The value of the first `Via`.
    pub via: Option<&'a [u8]>,
    /// The value of `Call-ID`.
    pub call_id: Option<&'a [u8]>,
    /// The number of `CSeq`.
    pub cseq: Option<u32>,
    /// The method of `CSeq`.
    pub method: Option<&'a [u8]>,
    server: Option<&'a [u8]>,
    user_agent: Option<&'a [u8]>,
}

impl<'a> Headers<'a> {
    /// Reads what follows a start-line, to the empty line. Of a header that comes more than once, or
    /// is folded, the first line counts; a line without its LF may have been cut off, and does not.
    /// At most 16 KiB are read.
    #[must_use]
    pub fn new(octets: &'a [u8], choice: HeaderChoice) -> Self {
        let mut headers = Self::default();
        if choice == HeaderChoice::None {
            return headers;
        }
        let octets = octets.get(..SEARCHED).unwrap_or(octets);
        let mut start = 0;
        for lf in memchr_iter(b'\n', octets) {
            match octets.get(start..lf) {
                None | Some([] | [b'\r']) => break,
                Some(line) => headers.add(line),
            }
            if headers.are_read(choice) {
                break;
            }
            start = lf + 1;
        }
        headers
    }

    /// Whether nothing that is asked for can come.
    fn are_read(&self, choice: HeaderChoice) -> bool {
        let name_a_transaction =
            self.via.is_some() && self.call_id.is_some() && self.method.is_some();
        name_a_transaction && (choice == HeaderChoice::Transaction || self.server.is_some())
    }

    fn add(&mut self, line: &'a [u8]) {
        let set = |field: &mut Option<&'a [u8]>, name: &[u8], compact: &[u8]| {
            if field.is_none() {
                *field = value(line, name).or_else(|| value(line, compact));
            }
        };
        // Most lines hold none of them, and that shows in the first octet.
        match line.first().map(u8::to_ascii_lowercase) {
            Some(b'v') => set(&mut self.via, b"Via", b"v"),
            Some(b'c' | b'i') => {
                set(&mut self.call_id, b"Call-ID", b"i");
                if self.method.is_none() {
                    self.add_cseq(line);
                }
            }
            Some(b's') => set(&mut self.server, b"Server", b"Server"),
            Some(b'u') => set(&mut self.user_agent, b"User-Agent", b"User-Agent"),
            _ => {}
        }
    }

    fn add_cseq(&mut self, line: &'a [u8]) {
        let Some(value) = value(line, b"CSeq") else {
            return;
        };
        let mut words = value.split(u8::is_ascii_whitespace);
        let number = words
            .next()
            .and_then(|digits| core::str::from_utf8(digits).ok());
        self.cseq = number.and_then(|digits| digits.parse().ok());
        self.method = words.find(|word| !word.is_empty());
    }

    /// The branch of the first Via, which is the same in a request and all its responses, and in no
    /// other request (RFC 3261 §17.1.3). Where there is none, the whole value.
    #[must_use]
    pub fn branch(&self) -> Option<&'a [u8]> {
        const BRANCH: &[u8] = b"branch=";
        let via = self.via?;
        let end = memchr(b',', via).unwrap_or(via.len());
        let first = via.get(..end)?;
        let branch = memchr_iter(b';', first).find_map(|semicolon| {
            let parameter = first.get(semicolon + 1..)?.trim_ascii_start();
            let (name, value) = parameter.split_at_checked(BRANCH.len())?;
            name.eq_ignore_ascii_case(BRANCH).then_some(value)
        });
        let is_end = |octet: &u8| b"; \t".contains(octet);
        let value = branch.and_then(|value| value.split(is_end).next());
        Some(value.unwrap_or(via))
    }

    /// The product that the sender names: the value of its `Server` header or, if it has none, of
    /// its `User-Agent`.
    #[must_use]
    pub fn sender(&self) -> Option<&'a [u8]> {
        self.server.or(self.user_agent)
    }
}

/// What a header of that name holds.
fn value<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (found, rest) = line.split_at_checked(name.len())?;
    let value = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii();
    (found.eq_ignore_ascii_case(name) && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{HeaderChoice, Headers};

    fn all(octets: &[u8]) -> Headers<'_> {
        Headers::new(octets, HeaderChoice::All)
    }

    #[test]
    fn server_comes_before_user_agent() {
        let cases: [(&[u8], Option<&[u8]>); 9] = [
            (b"Via: x\r\nServer: a b (c)\r\n\r\n", Some(b"a b (c)")),
            (b"User-Agent: ua\r\nServer: s\r\n\r\n", Some(b"s")),
            (b"server \t:s\nVia: x\n\n", Some(b"s")),
            (b"USER-AGENT:ua\r\nUser-Agent: other\r\n\r\n", Some(b"ua")),
            (b"Server:\r\nUser-Agent: ua\r\n\r\n", Some(b"ua")),
            (b"Servers: s\r\nX-Server: s\r\nServe\r\n\r\n", None),
            (b"Via: x\r\n\r\nServer: in the body\r\n", None),
            (b"Server: cut of", None),
            (b"", None),
        ];
        for (octets, sender) in cases {
            assert_eq!(all(octets).sender(), sender, "{}", octets.escape_ascii());
        }
    }

    #[test]
    fn headers_are_found_by_name_and_compact_form() {
        let long = all(b"Via: a\r\nVia: b\r\nCall-ID: c@d\r\nCSeq: 7 INVITE\r\n\r\n");
        let compact = all(b"v:a\nI :c@d\ncseq:7   INVITE\n\n");
        assert_eq!(long, compact);
        assert_eq!(
            (long.via, long.call_id),
            (Some(&b"a"[..]), Some(&b"c@d"[..]))
        );
        let branch = |via| all(via).branch().map(<[u8]>::to_vec);
        let sent = branch(b"Via: SIP/2.0/UDP a;rport;branch=z9\r\n");
        let answered = branch(b"v: SIP/2.0/UDP a;received=b;Branch=z9 ;rport=1, SIP/2.0/UDP c\r\n");
        assert_eq!((sent.as_deref(), &sent), (Some(&b"z9"[..]), &answered));
        assert_eq!((long.cseq, long.method), (Some(7), Some(&b"INVITE"[..])));
        let odd = all(b"CSeq: x\r\nCSeq: 99999999999 BYE\r\nCall-IDs: x\r\n\r\n");
        assert_eq!(
            (odd.cseq, odd.method, odd.call_id),
            (None, Some(&b"BYE"[..]), None)
        );
        let message = b"v: a\r\ni: c@d\r\nServer: s\r\nCSeq: 7 INVITE\r\n\r\n";
        let some = Headers::new(message, HeaderChoice::Transaction);
        assert_eq!(some, all(message));
        let message = b"CSeq: 7 INVITE\r\nVia: a\r\nCall-ID: c@d\r\nServer: s\r\n\r\n";
        let some = Headers::new(message, HeaderChoice::Transaction);
        assert_eq!((some.call_id, some.sender()), (Some(&b"c@d"[..]), None));
        assert_eq!(
            Headers::new(message, HeaderChoice::None),
            Headers::default()
        );
    }
}
