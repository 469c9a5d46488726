//! `ReasonPhrase`: which octets it can hold, and how it shows them.

use sip_status_line::{ReasonPhrase, StatusCode, StatusLine};

/// Every octet, at the start, in the middle and at the end of a phrase.
#[test]
fn constructors_refuse_exactly_the_controls() {
    for octet in 0..=u8::MAX {
        let refused = (octet < 0x20 && octet != b'\t') || octet == 0x7F;
        for at in 0..3 {
            let mut octets = *b"abc";
            *octets.get_mut(at).unwrap() = octet;
            let error = ReasonPhrase::new(&octets).err().map(|error| error.offset());
            assert_eq!(error, refused.then_some(at), "{octet:#04x} at {at}");
            assert_eq!(ReasonPhrase::try_from(octets.as_slice()).is_err(), refused);
            if let Ok(text) = str::from_utf8(&octets) {
                assert_eq!(ReasonPhrase::try_from(text).is_err(), refused);
            }
        }
    }
}

#[test]
fn the_error_says_where() {
    let error = ReasonPhrase::new(b"OK\r\nX: y").unwrap_err();
    assert_eq!(error.offset(), 2);
    assert_eq!(
        error.to_string(),
        "control octet in the reason phrase at octet 2"
    );
}

#[test]
#[should_panic(expected = "a reason phrase holds no control octet")]
fn a_bad_literal_panics() {
    let _ = ReasonPhrase::from_static("a\nb");
}

#[test]
fn shows_what_it_holds() {
    let plain = ReasonPhrase::from_static("Busy Here");
    assert_eq!(plain.to_str(), Ok("Busy Here"));
    assert_eq!(plain.to_string(), "Busy Here");
    assert_eq!(plain, "Busy Here");
    assert_eq!(plain, *"Busy Here");
    assert_ne!(plain, "Busy");
    assert_ne!(plain, *"Busy");
    assert_eq!(plain.as_ref(), b"Busy Here");
    assert_eq!(format!("{plain:?}"), r#""Busy Here""#);

    let latin1 = ReasonPhrase::new(b"Occup\xE9 \x80").unwrap();
    assert!(latin1.to_str().is_err());
    assert_eq!(latin1.to_string(), "Occup\u{FFFD} \u{FFFD}");
    assert_eq!(format!("{latin1:?}"), r#""Occup\xe9 \x80""#);
}

#[test]
fn empty() {
    assert!(ReasonPhrase::EMPTY.is_empty());
    assert_eq!(ReasonPhrase::default(), ReasonPhrase::EMPTY);
    assert!(!ReasonPhrase::from_static(" ").is_empty());
}

#[test]
fn compares_with_text_and_octets_both_ways() {
    let reason = ReasonPhrase::from_static("Busy Here");
    let octets = b"Busy Here".as_slice();
    assert_eq!(reason, "Busy Here");
    assert_eq!("Busy Here", reason);
    assert_eq!(reason, *"Busy Here");
    assert_eq!(*"Busy Here", reason);
    assert_eq!(reason, octets);
    assert_eq!(octets, reason);
    assert_eq!(reason, *octets);
    assert_eq!(*octets, reason);
    assert!(reason != "busy here" && b"Busy"[..] != reason);
}

#[test]
fn display_honours_width_alignment_and_precision() {
    let text = ReasonPhrase::from_static("Busy");
    // As many characters, of which the last is no UTF-8.
    let latin1 = ReasonPhrase::new(b"Bus\xED").unwrap();
    for (format, shown) in [
        (format!("{text:6}|{latin1:6}"), "Busy  |Bus\u{FFFD}  "),
        (format!("{text:>6}|{latin1:>6}"), "  Busy|  Bus\u{FFFD}"),
        (format!("{text:.^7}|{latin1:.^7}"), ".Busy..|.Bus\u{FFFD}.."),
        (format!("{text:.2}|{latin1:.2}"), "Bu|Bu"),
        (format!("{text:3.1}|{latin1:3.1}"), "B  |B  "),
        (format!("{text:2}|{latin1:2}"), "Busy|Bus\u{FFFD}"),
    ] {
        assert_eq!(format, shown);
    }
}

#[test]
fn unescapes_what_the_serializer_escaped() {
    let unescaped = |octets| {
        ReasonPhrase::new(octets)
            .unwrap()
            .unescaped()
            .collect::<Vec<_>>()
    };
    assert_eq!(unescaped(b""), b"");
    assert_eq!(unescaped(b"Busy %5b100%25%5D"), b"Busy [100%]");
    assert_eq!(unescaped(b"%0D%0A%00"), b"\r\n\0");
    assert_eq!(unescaped(b"5% %4 %4g %% %2"), b"5% %4 %4g %% %2");
    assert_eq!(unescaped(b"%25%35%44"), b"%5D");
    for octet in (0x20..=0xFF).filter(|octet| *octet != 0x7F) {
        let phrase = [b'a', octet, b'b'];
        let line = StatusLine::new(StatusCode::OK, ReasonPhrase::new(&phrase).unwrap());
        let mut written = [0; 64];
        let len = line.encode(&mut written).unwrap();
        let read = StatusLine::from_bytes(&written[..len]).unwrap();
        assert!(read.reason.unescaped().eq(phrase), "{octet:02X}");
    }
}
