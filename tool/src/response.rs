//! Whole responses that begin with given octets, for what is tested with lines.

/// The Call-ID of the response of that number. No Call-ID ends another.
pub(crate) fn call_id(number: u64) -> String {
    format!("line{number}@sip-status.invalid")
}

/// These octets, then the headers that every response copies from its request, unless there is an
/// empty line in the octets already. The request is an OPTIONS, whatever the code; what the code asks
/// for besides, such as the challenge of a 401, is left out. The Via names the element that is to take it for a response to its own request:
/// `UDP 192.0.2.2:5060`.
pub(crate) fn response(octets: &[u8], via: &str, number: u64) -> Vec<u8> {
    let mut response = octets.to_vec();
    if !has_empty_line(octets) {
        let call_id = call_id(number);
        let headers = format!(
            "Via: SIP/2.0/{via};branch=z9hG4bKline{number}\r\n\
             From: <sip:a@sip-status.invalid>;tag=1\r\n\
             To: <sip:b@sip-status.invalid>;tag=2\r\n\
             Call-ID: {call_id}\r\n\
             CSeq: 1 OPTIONS\r\n\
             Content-Length: 0\r\n\
             \r\n"
        );
        response.extend(headers.into_bytes());
    }
    response
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
    use super::response;

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
            let whole = response(octets.as_bytes(), "UDP 192.0.2.2:5060", 7);
            let whole = String::from_utf8(whole).expect("as it was");
            assert!(whole.starts_with(&format!("{octets}Via: SIP/2.0/UDP 192.0.2.2:5060;")));
            assert!(whole.contains("\r\nCall-ID: line7@sip-status.invalid\r\n"));
            assert!(whole.ends_with("\r\nContent-Length: 0\r\n\r\n"));
            assert_eq!(response(whole.as_bytes(), "TCP", 8), whole.as_bytes());
        }
        for octets in ["SIP/2.0 200 OK\r\n\r\n", "SIP/2.0 200 OK\nX: y\n\nbody"] {
            assert_eq!(response(octets.as_bytes(), "", 1), octets.as_bytes());
        }
    }
}
