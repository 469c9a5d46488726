//! `StatusCode` and `Class`.

use sip_status_line::{Class, Deviations, ErrorKind, StatusCode};

/// Every number there is, three digits or not.
#[test]
fn conversions_of_every_number() {
    for number in (0..=u16::MAX).step_by(if cfg!(miri) { 211 } else { 1 }) {
        let code = StatusCode::new(number);
        assert_eq!(code.is_some(), (100..=699).contains(&number), "{number}");
        assert_eq!(StatusCode::try_from(number).ok(), code);
        let digits = format!("{number}");
        assert_eq!(StatusCode::try_from(digits.as_str()).ok(), code);
        assert_eq!(StatusCode::try_from(digits.as_bytes()).ok(), code);
        assert_eq!(digits.parse::<StatusCode>().ok(), code);

        let Some(code) = code else { continue };
        assert_eq!(code.get(), number);
        assert_eq!(u16::from(code), number);
        for other in [number, number + 1] {
            assert_eq!(code == other, number == other);
            assert_eq!(other == code, number == other);
        }
        assert_eq!(code.to_string(), digits);
        assert_eq!(format!("{code:?}"), digits);
        assert_eq!(format!("{code:>5}"), format!("  {digits}"));
        assert_eq!(code.to_digits(), *digits.as_bytes());
        assert_eq!(StatusCode::from_digits(code.to_digits()), Some(code));
        assert_eq!(code.class() as u16, number / 100);
        assert_eq!(code.is_provisional(), number < 200);
        assert_eq!(code.is_final(), number >= 200);
        let fallback = match number {
            100 => 100,
            101..=199 => 183,
            _ => number / 100 * 100,
        };
        assert_eq!(code.fallback(), fallback);
    }
}

/// Every value of the first octet and of each other one.
#[test]
fn digits_are_ascii() {
    for octet in 0..=u8::MAX {
        let first = StatusCode::from_digits([octet, b'0', b'0']);
        assert_eq!(first.is_some(), (b'1'..=b'6').contains(&octet), "{octet}");
        let second = StatusCode::from_digits([b'2', octet, b'0']);
        assert_eq!(second.is_some(), octet.is_ascii_digit(), "{octet}");
        let third = StatusCode::from_digits([b'2', b'0', octet]);
        assert_eq!(third.is_some(), octet.is_ascii_digit(), "{octet}");
    }
}

#[test]
fn refused_spellings() {
    for text in [
        "",
        "2",
        "20",
        "0200",
        "+200",
        "-200",
        " 200",
        "200 ",
        "2e2",
        "0xc8",
        "٢٠٠",
        "２００",
        "000",
        "099",
        "700",
        "999",
        "2000",
        "4294967496",
        "20\0",
    ] {
        let error = text.parse::<StatusCode>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a status code from 100 to 699",
            "{text}"
        );
    }
}

#[test]
fn classes_are_digits_with_names() {
    let names = [
        (Class::Provisional, "provisional"),
        (Class::Success, "success"),
        (Class::Redirection, "redirection"),
        (Class::ClientError, "client-error"),
        (Class::ServerError, "server-error"),
        (Class::GlobalFailure, "global-failure"),
    ];
    for (digit, (class, name)) in (1..).zip(names) {
        assert_eq!(class as u8, digit);
        assert_eq!(class.to_string(), name);
    }
    assert_eq!(format!("{:>14}", Class::Success), "       success");
}

#[test]
fn codes_sort_by_number() {
    assert!(StatusCode::TRYING < StatusCode::RINGING);
    assert!(StatusCode::OK < StatusCode::GLOBAL_FAILURE_OTHERS);
}

#[test]
fn predicates_follow_the_class() {
    for number in 100..700 {
        let code = StatusCode::new(number).unwrap();
        let predicates = [
            code.is_provisional(),
            code.is_success(),
            code.is_redirection(),
            code.is_client_error(),
            code.is_server_error(),
            code.is_global_failure(),
        ];
        let class = usize::from(code.class() as u8) - 1;
        assert!((0..6).all(|at| predicates[at] == (at == class)), "{code}");
        assert_eq!(code.is_final(), !code.is_provisional());
    }
}

#[test]
fn closed_sets_are_named_and_read_back() {
    for class in Class::ALL {
        assert_eq!(class.name().parse(), Ok(*class));
    }
    assert_eq!(Class::ALL.len(), 6);
    for kind in ErrorKind::ALL {
        assert_eq!(kind.name().parse(), Ok(*kind));
    }
    let unknown = "space".parse::<ErrorKind>().unwrap_err();
    assert!(
        unknown
            .to_string()
            .starts_with("expected version, version-space, code")
    );
    for deviation in Deviations::all() {
        assert_eq!(deviation.to_string().parse(), Ok(deviation));
        assert!(deviation.meaning().ends_with('.'), "{deviation}");
    }
    assert_eq!(Deviations::all().to_string().parse(), Ok(Deviations::all()));
    assert_eq!(Deviations::empty().meaning(), "");
    for bad in ["FOLDING", "0x80", "128", "bare_lf", "BARE_LF, SPACING"] {
        assert!(bad.parse::<Deviations>().is_err(), "{bad}");
    }
}
