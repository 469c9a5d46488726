//! `sip-status generate`, from the outside: what it writes is what the labels say, the same every time.

use core::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use sip_status_test_support::notation::from_hex;
use sip_status_test_support::process;

use crate::run::{command, start, temporary};

#[track_caller]
fn run(args: &[&str]) -> Output {
    process::run(&mut command(args), b"")
}

/// What the tool writes, which it does without a word.
#[track_caller]
fn generate(args: &[&str]) -> Vec<u8> {
    let output = run(&[&["generate"], args].concat());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    output.stdout
}

/// The objects of JSON, one a line.
fn objects(json: &[u8]) -> Vec<Value> {
    let lines = json.split(|octet| *octet == b'\n');
    let lines = lines.filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

/// What is looked at of what `decode` finds.
const FOUND: &str = "record,code,reason_hex,deviations,rest_len,error,time,src";

/// `decode --format json` of a file, with these arguments.
#[track_caller]
fn decode(file: &Path, args: &[&str]) -> Vec<Value> {
    let command = &mut command(&["decode", "--format", "json", "--fields", FOUND]);
    objects(&process::run(command.args(args).arg(file), b"").stdout)
}

fn octets(label: &Value) -> Vec<u8> {
    from_hex(label["octets"].as_str().unwrap())
}

/// Those fields of a line that `decode` found which a label has too.
fn answer(found: &Value, fields: &[&str]) -> Value {
    let fields = fields.iter().map(|field| (*field, &found[*field]));
    let mut answer = json!(fields.collect::<std::collections::BTreeMap<_, _>>());
    // A label has no words of the parser.
    if let Some(error) = answer["error"].as_object_mut() {
        error.remove("message");
    }
    answer
}

#[test]
fn the_same_options_give_the_same_octets() {
    for format in ["hex", "raw", "json", "pcap"] {
        let args = |seed| ["--format", format, "--seed", seed, "--count", "200"];
        let first = generate(&args("5"));
        assert_eq!(first, generate(&args("5")), "{format}");
        assert_ne!(first, generate(&args("6")), "{format}");
    }
    // The first of a seed is the first of every count.
    let few = generate(&["--format", "raw", "--count", "10"]);
    assert!(generate(&["--format", "raw"]).starts_with(&few));
}

#[test]
fn every_format_has_the_same_octets() {
    let labels = objects(&generate(&["--format", "json"]));
    assert_eq!(labels.len(), 100);
    let raw: Vec<u8> = labels.iter().flat_map(octets).collect();
    assert_eq!(generate(&["--format", "raw"]), raw);
    let hex = String::from_utf8(generate(&[])).unwrap();
    let records = hex.lines().filter(|line| !line.starts_with('#'));
    let records: Vec<_> = records
        .map(|line| line.split_once('\t').unwrap().1)
        .collect();
    assert_eq!(
        records,
        labels
            .iter()
            .map(|label| label["octets"].as_str().unwrap())
            .collect::<Vec<_>>()
    );
}

#[test]
fn the_tool_reads_what_the_label_says() {
    const FIELDS: [&str; 5] = ["code", "reason_hex", "deviations", "rest_len", "error"];
    let labels = objects(&generate(&["--format", "json", "--count", "2000"]));
    let file = temporary("labelled.hex");
    fs::write(&file, generate(&["--count", "2000"])).unwrap();
    for policy in ["strict", "interop", "observe"] {
        let found = decode(&file, &["--input", "hex", "--policy", policy]);
        assert_eq!(found.len(), labels.len());
        for (found, label) in found.iter().zip(&labels) {
            assert_eq!(answer(found, &FIELDS), label[policy], "{label}");
        }
    }
}

#[test]
fn check_agrees_on_good_and_bad() {
    let check = |args: &[&str]| {
        let file = temporary("checked.hex");
        fs::write(&file, generate(args)).unwrap();
        let output = process::run(command(&["check", "--input", "hex"]).arg(file), b"");
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    assert_eq!(check(&["--valid"]), (Some(0), String::new()));
    let (code, said) = check(&["--deviation", "bare_lf", "--count", "50"]);
    assert_eq!(code, Some(1));
    assert_eq!(said.matches(" [BARE_LF]\n").count(), 50);
    let (code, said) = check(&["--fault", "code", "--count", "50"]);
    assert_eq!(code, Some(1));
    let expected = "error: expected a status code from 100 to 699 at octet ";
    assert_eq!(said.matches(expected).count(), 50);
}

#[test]
fn a_capture_has_the_lines_of_the_labels() {
    let file = temporary("generated.pcap");
    let path = file.to_str().unwrap();
    assert_eq!(
        generate(&["--format", "pcap", "--count", "1000", "--output", path]),
        b""
    );
    let labels = objects(&generate(&["--format", "json", "--count", "1000"]));
    let found = decode(&file, &["--policy", "observe"]);
    // What is no SIP at first sight is passed over.
    assert!(found.len() > 800, "{}", found.len());
    for found in found {
        let number = usize::try_from(found["record"].as_u64().unwrap()).unwrap();
        let label = &labels[number - 1];
        let fields = ["code", "reason_hex", "deviations", "error"];
        assert_eq!(
            answer(&found, &fields),
            answer(&label["observe"], &fields),
            "{label}"
        );
        assert_eq!(found["src"], "192.0.2.1:5060");
        let time = format!("{}.{:03}", 1_700_000_000 + number / 1000, number % 1000);
        assert!(found["time"].as_str().unwrap().starts_with(&time));
    }
}

#[test]
fn files_are_responses_named_after_what_is_wrong() {
    let directory = temporary("responses");
    let _ = fs::remove_dir_all(&directory);
    let path = directory.to_str().unwrap();
    generate(&["--format", "files", "--count", "300", "--output", path]);
    let mut files: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let labels = objects(&generate(&["--format", "json", "--count", "300"]));
    assert_eq!(files.len(), labels.len());
    let (mut whole, mut cut, mut read) = (0, 0, 0);
    for (file, label) in files.iter().zip(&labels) {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let mut expected = format!(
            "{:03}-{}",
            label["number"].as_u64().unwrap(),
            label["family"].as_str().unwrap()
        );
        for deviation in label["deviations"].as_array().unwrap() {
            let deviation = deviation.as_str().unwrap().to_lowercase();
            write!(expected, "-{deviation}").unwrap();
        }
        if let Some(fault) = label["fault"].as_object() {
            let kind = fault["kind"].as_str().unwrap();
            write!(expected, "-{kind}-at-{}", fault["offset"]).unwrap();
        }
        assert_eq!(name, expected);

        let response = fs::read(file).unwrap();
        let fields = ["code", "reason_hex", "deviations", "error"];
        for found in decode(file, &["--input", "raw", "--policy", "observe"]) {
            assert_eq!(answer(&found, &fields), answer(&label["observe"], &fields));
            read += 1;
        }
        let has_headers = |response: &[u8]| {
            let response = String::from_utf8_lossy(response);
            response.contains("\r\nCSeq: 1 ") && response.contains("\r\nContent-Length: ")
        };
        if has_headers(&response) {
            whole += 1;
        } else {
            assert_eq!(response, octets(label));
            assert!(
                name.contains("-no_line_end") || name.contains("-truncated-at-"),
                "{name}"
            );
            cut += 1;
        }
    }
    assert!(whole > 100 && cut > 20, "{whole} {cut}");
    let again = run(&["generate", "--format", "files", "--output", path]);
    assert_eq!(again.status.code(), Some(2));
    let said = String::from_utf8(again.stderr).unwrap();
    assert!(said.contains("responses: has .sip files already"), "{said}");
    // A datagram may be cut at its first octet; then there is no record in its file.
    let is_empty = |file: &&PathBuf| fs::read(file).unwrap().is_empty();
    assert_eq!(read + files.iter().filter(is_empty).count(), files.len());
}

/// The responses of `generate`, in the order of their numbers.
#[track_caller]
fn responses(name: &str, args: &[&str]) -> Vec<String> {
    let directory = temporary(name);
    let _ = fs::remove_dir_all(&directory);
    let output = ["--format", "files", "--output", directory.to_str().unwrap()];
    generate(&[&output, args].concat());
    let files = fs::read_dir(&directory).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |file: &PathBuf| String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned();
    files.iter().map(read).collect()
}

#[test]
fn a_response_has_what_its_code_asks_for() {
    for (code, fields) in [
        ("100", "To: <sip:b@sip-status.invalid>\r\n"),
        ("180", "To: <sip:b@sip-status.invalid>;tag=2\r\n"),
        ("302", "Contact: <sip:c@192.0.2.3>;expires=300\r\n"),
        ("401", "WWW-Authenticate: Digest realm="),
        ("407", "Proxy-Authenticate: Digest realm="),
        ("405", "Allow: "),
        ("415", "Accept: application/sdp\r\n"),
        ("420", "Unsupported: 100rel\r\n"),
        ("421", "Require: 100rel\r\n"),
        ("422", "Min-SE: 1800\r\n"),
        ("423", "Min-Expires: 3600\r\n"),
        ("488", "Warning: 304 "),
        ("489", "Allow-Events: presence\r\n"),
        ("494", "Security-Server: digest"),
        ("503", "Retry-After: 120\r\n"),
    ] {
        let args = ["--valid", "--code", code, "--count", "13"];
        let responses = responses("fields", &args);
        assert_eq!(responses.len(), 13);
        for response in responses {
            assert!(response.contains(&format!("\r\n{fields}")), "{response}");
            let (head, body) = response.split_once("\r\n\r\n").unwrap();
            assert!(
                head.ends_with(&format!("Content-Length: {}", body.len())),
                "{response}"
            );
        }
    }
    let args = [
        "--valid", "--code", "200", "--for", "INVITE", "--count", "1",
    ];
    let response = responses("answer", &args).concat();
    assert!(
        response.contains("\r\nContent-Type: application/sdp\r\n"),
        "{response}"
    );
    assert!(response.contains("\r\n\r\nv=0\r\n"), "{response}");
}

#[test]
fn a_response_answers_a_method_that_its_code_may_answer() {
    let method = |response: &str| {
        let (_, field) = response.split_once("\r\nCSeq: 1 ").unwrap();
        field.split_once("\r\n").unwrap().0.to_owned()
    };
    let methods = |name, args: &[&str]| {
        let args = [&["--valid", "--count", "39"], args].concat();
        let mut methods: Vec<_> = responses(name, &args).iter().map(|it| method(it)).collect();
        methods.sort();
        methods.dedup();
        methods
    };
    assert_eq!(methods("of-180", &["--code", "180"]), ["INVITE"]);
    assert_eq!(methods("of-439", &["--code", "439"]), ["REGISTER"]);
    assert_eq!(methods("of-486", &["--code", "486"]).len(), 13);
    assert!(!methods("of-487", &["--code", "487"]).contains(&"CANCEL".to_owned()));
    assert_eq!(methods("for-bye", &["--for", "bye"]), ["BYE"]);

    // RFC 4320 §4.1, §4.2: only an INVITE gets a provisional response, or is timed out.
    let labels = generate(&[
        "--valid", "--for", "BYE", "--count", "500", "--format", "json",
    ]);
    let codes: Vec<_> = objects(&labels)
        .iter()
        .map(|label| label["strict"]["code"].as_u64().unwrap())
        .collect();
    assert_eq!(codes.len(), 500);
    assert!(
        codes
            .iter()
            .all(|code| !(101..200).contains(code) && *code != 408)
    );
    assert!(codes.contains(&481));
    // What has no code, or a wrong one, may answer anything.
    let labels = generate(&[
        "--fault", "code", "--for", "BYE", "--count", "20", "--format", "json",
    ]);
    assert_eq!(objects(&labels).len(), 20);
}

#[test]
fn a_dash_is_standard_output() {
    let whole = generate(&["--output", "-"]);
    assert!(whole == generate(&[]), "{} octets", whole.len());
}

#[test]
fn a_code_and_families_can_be_asked_for() {
    let args = "--family overflow,control --family valid --code 486 --format json";
    let labels = objects(&generate(&args.split(' ').collect::<Vec<_>>()));
    let mut families: Vec<_> = labels.iter().map(|label| &label["family"]).collect();
    families.sort_by_key(|family| family.as_str());
    families.dedup();
    assert_eq!(families, ["control", "overflow", "valid"]);
    let codes = labels.iter().map(|label| &label["observe"]["code"]);
    let mut codes: Vec<_> = codes.filter(|code| !code.is_null()).collect();
    codes.dedup();
    assert_eq!(codes, [486]);
}

#[test]
fn what_cannot_be_is_an_error() {
    for (args, message) in [
        (
            "--deviation bare_lf,no_line_end",
            "sip-status: no specimen has exactly the deviations BARE_LF | NO_LINE_END and no fault\n",
        ),
        (
            "--family valid --fault truncated",
            "sip-status: no specimen of the family valid has no deviation and a fault of the kind truncated\n",
        ),
        (
            "--max-len 511",
            "sip-status: expected a length limit from 512 to 60000, not 511\n",
        ),
        (
            "--code 180 --for BYE",
            "sip-status: 180 answers INVITE alone (RFC 4320 §4.1), not BYE\n",
        ),
        ("--for ACK", "error: invalid value 'ACK'"),
        ("--valid --fault truncated", "error: the argument '--valid'"),
        ("--fault nothing", "error: invalid value 'nothing'"),
        ("--family vaild", "error: invalid value 'vaild'"),
        ("--format files", "error: the following required arguments"),
        (
            "--output no/such/directory",
            "sip-status: no/such/directory: No such file or directory",
        ),
    ] {
        let args: Vec<_> = ["generate"].into_iter().chain(args.split(' ')).collect();
        let output = run(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(output.stdout, b"");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with(message), "{said}");
    }
}

#[test]
fn who_has_read_enough_may_leave() {
    let mut tool = start(&["generate", "--count", "1000000000", "--format", "raw"]);
    tool.line();
    tool.close_output();
    let output = tool.output();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(output.stderr, b"");
}

#[test]
fn the_label_is_about_the_bound_that_was_asked_for() {
    for max_len in ["600", "9000"] {
        let args = [
            "--family",
            "length",
            "--max-len",
            max_len,
            "--format",
            "json",
        ];
        let labels = objects(&generate(&args));
        assert!(
            labels
                .iter()
                .any(|label| label["fault"]["kind"] == "length")
        );
        for label in labels {
            assert_eq!(label["max_len"].to_string(), max_len);
            assert_eq!(label["fault"], label["observe"]["error"]);
        }
    }
}

#[test]
fn truncations_follow_the_line() {
    let args = ["--valid", "--code", "200", "--truncate", "--format", "json"];
    let labels = objects(&generate(&args));
    let line = octets(&labels[0]);
    assert_eq!(labels[0]["fault"], Value::Null);
    let end = line.iter().position(|octet| *octet == b'\n').unwrap();
    for (len, label) in labels[1..].iter().take(end + 1).enumerate() {
        assert_eq!(octets(label), line[..len]);
        assert_eq!(label["strict"]["error"]["kind"], "truncated");
    }
    let next = octets(&labels[end + 2]);
    assert!(next.starts_with(b"SIP/2.0 200 ") && next.contains(&b'\n'));
}
