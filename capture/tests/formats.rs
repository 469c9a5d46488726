//! Files in every format and compression: whole, cut short, and with claims that are not to be
//! believed.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic is how a test fails"
)]

use std::fs;
use std::io::Read;

use sip_status_capture::{Error, Reader};
use sip_status_test_support::repository;

/// The frames of the responses, and how the file ended.
fn read(file: impl Read) -> (Vec<u64>, Result<(), Error>) {
    let mut frames = Vec::new();
    let report = Reader::new().read(file, |message| {
        frames.push(message.frame);
        Ok::<_, Error>(())
    });
    (frames, report.unwrap().end)
}

fn capture(name: &str) -> Vec<u8> {
    fs::read(repository::path("corpus/captures").join(name)).unwrap()
}

/// The frames of the responses in each of the files here, which are all of one capture.
const FRAMES: [u64; 15] = [2, 3, 6, 8, 9, 12, 14, 15, 18, 20, 21, 24, 26, 27, 30];

/// A capture of each format.
const FORMATS: [&str; 7] = [
    "derived-snoop.snoop",
    "derived-modified-bigendian.pcap",
    "derived-unpadded.pcapng",
    "derived-gzip-padded.pcap.gz",
    "derived-bzip2.pcap.bz2",
    "derived-xz.pcap.xz",
    "derived-lz4.pcap.lz4",
];

#[test]
fn a_file_may_end_anywhere() {
    for (name, header) in [
        ("derived-snoop.snoop", 16),
        ("derived-modified.pcap", 24),
        ("derived-modified-bigendian.pcap", 24),
        ("derived-unpadded.pcapng", 36),
    ] {
        let whole = capture(name);
        let (frames, end) = read(whole.as_slice());
        assert!(end.is_ok(), "{name}: {end:?}");
        assert_eq!(frames, FRAMES, "{name}");
        let mut ends = 0;
        for len in 4..whole.len() {
            let (frames, end) = read(&whole[..len]);
            assert!(FRAMES.starts_with(&frames), "{name}, {len}");
            match end {
                Ok(()) => ends += 1,
                Err(Error::CutShort { .. }) => {}
                Err(error) => panic!("{name}, {len}: {error}"),
            }
            assert!(len >= header || frames.is_empty());
        }
        // Only between two records is it whole: 30 packets, or as many blocks and some others.
        assert!((29..=100).contains(&ends), "{name}: {ends}");
    }
}

/// An octet at a time.
struct Drops<'a>(&'a [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, octets: &mut [u8]) -> std::io::Result<usize> {
        let len = octets.len().min(1);
        self.0.read(&mut octets[..len])
    }
}

#[test]
fn a_pipe_gives_as_little_as_it_likes() {
    for name in FORMATS {
        let (frames, end) = read(Drops(&capture(name)));
        assert!(end.is_ok(), "{name}: {end:?}");
        assert_eq!(frames, FRAMES, "{name}");
    }
}

#[test]
fn a_broken_file_gives_as_much_through_a_pipe() {
    let mut some = 0;
    for name in FORMATS {
        let mut file = capture(name);
        for at in (4..file.len()).step_by(7) {
            file[at] ^= 0x5a;
            let (whole, end) = read(file.as_slice());
            let (piped, piped_end) = read(Drops(&file));
            assert_eq!(whole, piped, "{name}, {at}: {end:?}, {piped_end:?}");
            some += usize::from(end.is_err() && !whole.is_empty());
            file[at] ^= 0x5a;
        }
    }
    assert!(some > 100, "{some}");
}

#[test]
fn what_comes_after_a_compressed_capture_is_reported() {
    for name in [
        "derived-gzip-padded.pcap.gz",
        "derived-bzip2.pcap.bz2",
        "derived-xz.pcap.xz",
        "derived-lz4.pcap.lz4",
    ] {
        let file = [capture(name).as_slice(), b"SIP/2.0 200 OK\r\n"].concat();
        let (frames, end) = read(file.as_slice());
        assert_eq!(frames, FRAMES, "{name}");
        assert!(
            matches!(end, Err(Error::Compression { frame: 30, .. })),
            "{name}: {end:?}"
        );
    }
}

#[test]
fn no_decoder_takes_the_memory_that_a_file_claims() {
    // A stream with CRC-32, and a block whose dictionary has 4 GiB, whose checksums are right
    let xz = b"\xfd7zXZ\0\0\x01\x69\x22\xde\x36\x02\0\x21\x01\x28\0\0\0\xe6\xa0\x11\xb3\0\0\0\0";
    let (_, end) = read(xz.as_slice());
    let Err(Error::Compression { frame: 0, error }) = end else {
        panic!("{end:?}");
    };
    assert_eq!(error.kind(), std::io::ErrorKind::OutOfMemory, "{error}");
}

#[test]
fn a_snoop_of_an_unknown_link_is_no_capture() {
    let file = b"snoop\0\0\0\0\0\0\x02\0\0\0\x09";
    assert!(matches!(read(file.as_slice()).1, Err(Error::Format)));
    // And one without packets is one.
    let file = b"snoop\0\0\0\0\0\0\x02\0\0\0\x04";
    assert!(read(file.as_slice()).1.is_ok());
}

#[test]
fn broken_files_do_no_harm() {
    let mut random = sip_status_lab::SplitMix64::new(7);
    for name in FORMATS {
        let whole = capture(name);
        for _ in 0..1000 {
            let mut file = whole.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(file.len());
                file[at] = random.octet();
            }
            // Nothing is promised but that it ends.
            let _ = read(file.as_slice());
        }
    }
}
