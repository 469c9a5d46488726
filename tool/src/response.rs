//! Whole responses that begin with given octets, for what is tested with lines.

/// The Call-ID of the response of that number. No Call-ID ends another.
pub(crate) fn call_id(number: u64) -> String {
    format!("line{number}@sip-status.invalid")
}

/// What follows the status-line of a response: the headers that it copies from the request, those of
/// its own, and a body.
pub(crate) struct Headers<'a> {
    /// What the Via begins with. It names the element that is to take it for a response to its own
    /// request: `UDP 192.0.2.2:5060`.
    pub(crate) via: &'a str,
    /// So that no two responses have the same branch and Call-ID.
    pub(crate) number: u64,
    /// The method of the request.
    pub(crate) method: &'a str,
    /// Whether To has a tag.
    pub(crate) has_to_tag: bool,
    /// Lines of header fields that go with the code, each with its CR LF.
    pub(crate) fields: String,
    pub(crate) body: &'a str,
}

impl<'a> Headers<'a> {
    /// The headers that every response copies from its request, here an OPTIONS. What the code asks for
    /// besides, such as the challenge of a 401, is left out.
    pub(crate) fn plain(via: &'a str, number: u64) -> Self {
        Self {
            via,
            number,
            method: "OPTIONS",
            has_to_tag: true,
            fields: String::new(),
            body: "",
        }
    }

    /// A response of these octets and then the headers, unless there is an empty line in the octets
    /// already.
    pub(crate) fn after(&self, octets: &[u8]) -> Vec<u8> {
        let mut response = octets.to_vec();
        if !has_empty_line(octets) {
            let (via, number, method) = (self.via, self.number, self.method);
            let call_id = call_id(number);
            let to_tag = if self.has_to_tag { ";tag=2" } else { "" };
            let (fields, body, len) = (&self.fields, self.body, self.body.len());
            let headers = format!(
                "Via: SIP/2.0/{via};branch=z9hG4bKline{number}\r\n\
                 From: <sip:a@sip-status.invalid>;tag=1\r\n\
                 To: <sip:b@sip-status.invalid>{to_tag}\r\n\
                 Call-ID: {call_id}\r\n\
                 CSeq: 1 {method}\r\n\
                 {fields}\
                 Content-Length: {len}\r\n\
                 \r\n\
                 {body}"
            );
            response.extend(headers.into_bytes());
        }
        response
    }
}

/// Whether an empty line ends headers in it. CRLFs before the first line do not.
fn has_empty_line(octets: &[u8]) -> bool {
    let mut lines = octets.split(|octet| *octet == b'\n');
    // What follows the last LF is no line.
    lines.next_back();
    lines
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .skip_while(|line| line.is_empty())
        .any(<[u8]>::is_empty)
}

#[cfg(test)]
mod tests {
    use super::Headers;

    #[test]
    fn headers_come_once() {
        for octets in [
            "",
            "SIP/2.0 200 OK",
            "SIP/2.0 200 OK\r\n",
            "\r\n\r\nSIP/2.0 200 OK\r\n",
            "SIP/2.0 200 OK\r\nX: y\r\n",
            "SIP/2.0 200 OK\r\n\r",
        ] {
            let whole = Headers::plain("UDP 192.0.2.2:5060", 7).after(octets.as_bytes());
            let whole = String::from_utf8(whole).expect("as it was");
            assert!(whole.starts_with(&format!("{octets}Via: SIP/2.0/UDP 192.0.2.2:5060;")));
            assert!(whole.contains("\r\nCall-ID: line7@sip-status.invalid\r\n"));
            assert!(whole.ends_with("\r\nContent-Length: 0\r\n\r\n"));
            let again = Headers::plain("TCP", 8).after(whole.as_bytes());
            assert_eq!(again, whole.as_bytes());
        }
        for octets in ["SIP/2.0 200 OK\r\n\r\n", "SIP/2.0 200 OK\nX: y\n\nbody"] {
            assert_eq!(
                Headers::plain("", 1).after(octets.as_bytes()),
                octets.as_bytes()
            );
        }
    }
}
