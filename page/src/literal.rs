//! Octets as a string of a language, for a test or a report.

use core::fmt::Write;

use serde::Serialize;
use sip_status_lab::Ascii;
use sip_status_lab::hex::Encoded;

/// The same octets in several notations.
#[derive(Serialize)]
pub(crate) struct Literals {
    printf: String,
    rust: String,
    c: String,
    python: String,
    hex: String,
}

impl Literals {
    pub(crate) fn of(octets: &[u8]) -> Self {
        // `\xNN` has two digits in Rust and in Python.
        let quoted = format!("b\"{}\"", Ascii(octets).to_string().replace('"', "\\\""));
        Self {
            printf: printf(octets),
            rust: quoted.clone(),
            c: c(octets),
            python: quoted,
            hex: Encoded(octets).to_string(),
        }
    }
}

/// An argument of `printf` in any shell.
fn printf(octets: &[u8]) -> String {
    quoted("printf '", octets, '\'', |_, octet| match octet {
        b'%' => Some("%%"),
        b'\'' => Some("\\047"),
        _ => None,
    })
}

/// A string of C, whose `\x` would swallow digits that follow. No two question marks come together, which
/// may begin a trigraph.
fn c(octets: &[u8]) -> String {
    quoted("\"", octets, '"', |text, octet| match octet {
        b'?' if text.ends_with('?') => Some("\\?"),
        b'"' => Some("\\\""),
        _ => None,
    })
}

/// Octets as text from `begin` to `end`. `escape` has what a language writes for an octet in its own way,
/// after the text before it. An octal escape has three digits, whatever follows.
fn quoted(
    begin: &str,
    octets: &[u8],
    end: char,
    escape: impl Fn(&str, u8) -> Option<&'static str>,
) -> String {
    let mut text = begin.to_owned();
    for octet in octets {
        match (escape(&text, *octet), octet) {
            (Some(escape), _) => text.push_str(escape),
            (None, b'\r') => text.push_str("\\r"),
            (None, b'\n') => text.push_str("\\n"),
            (None, b'\t') => text.push_str("\\t"),
            (None, b' '..=b'~') if *octet != b'\\' => text.push(char::from(*octet)),
            // A string takes all that is written to it.
            _ => drop(write!(text, "\\{octet:03o}")),
        }
    }
    text.push(end);
    text
}

#[cfg(test)]
mod tests {
    use super::Literals;
    use crate::paste::Form;

    /// What no notation may get wrong: all octets, and pairs that mean something together.
    fn octets() -> Vec<u8> {
        let mut octets: Vec<u8> = (0..=255).collect();
        octets.extend(b"%d%%\\n'\"\x007\x1b7f\xc3\xa9??=??/\\x41\r\n");
        octets
    }

    #[test]
    fn every_notation_is_read_back() {
        let octets = octets();
        let literals = Literals::of(&octets);
        for text in [
            &literals.printf,
            &literals.rust,
            &literals.c,
            &literals.python,
        ] {
            assert_eq!(Form::of(text), Form::Escaped, "{text}");
            assert_eq!(Form::Escaped.read(text).as_ref(), Some(&octets), "{text}");
        }
        assert_eq!(Form::Hex.read(&literals.hex), Some(octets));
    }

    /// What a program of the language prints that has the string in it.
    #[cfg(unix)]
    fn printed(program: &str, arguments: &[&str]) -> Vec<u8> {
        let mut command = std::process::Command::new(program);
        sip_status_test_support::process::run(command.args(arguments), b"").stdout
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_prints_the_octets() {
        let script = Literals::of(&octets()).printf;
        assert_eq!(printed("sh", &["-c", &script]), octets());
    }

    #[cfg(unix)]
    #[test]
    fn a_compiler_of_c_takes_the_string() {
        let folder = std::env::temp_dir().join(format!("sip-status-page-{}", std::process::id()));
        let source = format!(
            "#include <stdio.h>\nint main(void) {{ static const char s[] = {}; \
             return fwrite(s, 1, sizeof s - 1, stdout) != sizeof s - 1; }}\n",
            Literals::of(&octets()).c
        );
        std::fs::create_dir_all(&folder).expect("a folder for the program");
        std::fs::write(folder.join("literal.c"), source).expect("its source");
        let program = format!(
            "cd {} && cc -std=c99 -trigraphs literal.c -o literal && ./literal",
            folder.display()
        );
        let octets_printed = printed("sh", &["-c", &program]);
        std::fs::remove_dir_all(&folder).expect("the folder is there");
        assert_eq!(octets_printed, octets());
    }
}
