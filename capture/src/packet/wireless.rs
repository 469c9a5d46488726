//! IEEE 802.11, and the radiotap header before it.

use super::layer::{Layer, Unopened};

/// Radiotap (<https://www.radiotap.org>): what the radio knows of a frame, little-endian.
///
/// ```text
/// │ version 0 │ 0 │ length of all (2) │ which fields follow (4), bit 31: four more octets │ fields │ frame
/// ```
pub(super) fn radiotap(octets: &[u8]) -> Option<Layer<'_>> {
    let ([0, _, low, high], _) = octets.split_first_chunk()? else {
        return None;
    };
    let len = usize::from(u16::from_le_bytes([*low, *high]));
    let (header, rest) = octets.split_at_checked(len)?;
    frame(rest, is_padded(header)?)
}

/// Whether the octets between the header of the frame and what it carries are padded to a multiple
/// of four, which a flag says in the second field.
fn is_padded(header: &[u8]) -> Option<bool> {
    let present = |at: usize| {
        let (word, _) = header.get(at..)?.split_first_chunk()?;
        Some(u32::from_le_bytes(*word))
    };
    let first = present(4)?;
    let mut at = 4;
    while present(at)? & 1 << 31 != 0 {
        at += 4;
    }
    at += 4;
    if first & 1 != 0 {
        // A clock, aligned to its eight octets
        at = at.next_multiple_of(8) + 8;
    }
    let flags = if first & 2 != 0 { *header.get(at)? } else { 0 };
    Some(flags & 0x20 != 0)
}

/// A frame of IEEE 802.11 (§9.2.3), of which data frames carry something.
///
/// ```text
/// │ subtype (4 bits), type (2), version (2) │ order, protected, …, more fragments, from DS, to DS │ duration (2) │
/// │ address (6) │ address (6) │ address (6) │ fragment (4 bits), sequence (12) │
/// │ address (6), if from DS and to DS │ QoS control (2), if the subtype has it │ HT control (4), if QoS and order │
/// │ 802.2
/// ```
pub(super) fn frame(octets: &[u8], padded: bool) -> Option<Layer<'_>> {
    let unopened = |name| Some(Layer::unopened(Unopened::Payload(name)));
    let [control, flags, ..] = octets else {
        return None;
    };
    // Version 0; a data frame; with data
    if control & 0x03 != 0 {
        return None;
    }
    if control & 0x0c != 0x08 || control & 0x40 != 0 {
        return unopened("802.11 without data");
    }
    let (header, _) = octets.split_first_chunk::<24>()?;
    let [.., sequence, _] = header;
    if flags & 0x40 != 0 {
        return unopened("802.11 encrypted");
    }
    if flags & 0x04 != 0 || sequence & 0x0f != 0 {
        return unopened("802.11 fragment");
    }
    let mut len = header.len();
    if flags & 0x03 == 0x03 {
        len += 6;
    }
    if control & 0x80 != 0 {
        // Several frames in one
        if octets.get(len)? & 0x80 != 0 {
            return unopened("802.11 A-MSDU");
        }
        len += if flags & 0x80 != 0 { 6 } else { 2 };
    }
    if padded {
        len = len.next_multiple_of(4);
    }
    octets.get(len..).map(Layer::Llc)
}
