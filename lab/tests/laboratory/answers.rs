//! Answers compare with those of a parser, and are put in words.

use sip_status_lab::specimen::Answer;
use sip_status_line::Parser;

/// Octets of which no two get the same answer, neither as a datagram nor as the beginning of a stream.
const ACCEPTED: [&[u8]; 6] = [
    b"SIP/2.0 200 OK\r\n",
    b"SIP/2.0 202 OK\r\n",
    b"SIP/2.0 200 ok\r\n",
    b"SIP/2.0 200 OK\n",
    b"SIP/2.0\t200 OK\r\n",
    b"SIP/2.0 200 OK\r\n\r\n",
];
const REFUSED: [&[u8]; 5] = [
    b"SIP/2.0 200 O\0\r\n",
    b"SIP/2.0 202 O\0\r\n",
    b"SIP/2.0 200 \0\r\n",
    b"SIP/2.0 200 O\r\0",
    b"SIP/2.0\0",
];
const BEGUN: &[u8] = b"SIP/2.0 200";

#[test]
fn an_answer_equals_what_a_parser_answers_to_the_same_octets_and_to_no_others() {
    let parser = Parser::OBSERVE;
    let octets = || ACCEPTED.into_iter().chain(REFUSED).chain([BEGUN]);
    for one in octets() {
        let line = Answer::from(parser.line(one));
        let prefix = Answer::from(parser.prefix(one));
        for other in octets() {
            let same = one == other;
            let context = format!("{} and {}", one.escape_ascii(), other.escape_ascii());
            assert_eq!(line == parser.line(other), same, "{context}");
            assert_eq!(prefix == parser.prefix(other), same, "{context}");
            match (line, parser.line(other)) {
                (Answer::Accept(line), Ok(other)) => assert_eq!(line == other, same, "{context}"),
                (Answer::Reject(line), Err(other)) => assert_eq!(line == other, same, "{context}"),
                _ => {}
            }
        }
    }
}

#[test]
fn a_refusal_is_put_in_words() {
    let answer = Answer::from(Parser::STRICT.line(b"SIP/2.0 2000 OK\r\n"));
    let refusal = answer.refusal().unwrap();
    assert_eq!(refusal.to_string(), "code-space at octet 11");
}
