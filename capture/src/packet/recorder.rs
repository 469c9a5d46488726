//! What a recorder puts before each packet: PPI, ERF, NFLOG.

use super::layer::{Layer, Unopened};

/// Per-packet information: fields, and then a frame of any link type. Numbers are little-endian.
///
/// ```text
/// │ version 0 │ flags │ length with fields (2) │ link type (4) │ fields │ frame
/// ```
pub(super) fn per_packet_information(octets: &[u8]) -> Option<Layer<'_>> {
    let ([0, _, low, high, a, b, c, d], _) = octets.split_first_chunk()? else {
        return None;
    };
    let link = i32::from_le_bytes([*a, *b, *c, *d]);
    let len = usize::from(u16::from_le_bytes([*low, *high]));
    Some(Layer::Link(link, octets.get(len.max(8)..)?))
}

/// Endace's extensible record format.
///
/// ```text
/// │ time (8) │ 1 bit: a header follows, type (7 bits) │ flags │ record length (2) │ lost (2) │ wire length (2) │
/// │ 1 bit: another follows, type (7 bits) │ (7) │ …
/// │ record
/// ```
pub(super) fn erf(octets: &[u8]) -> Option<Layer<'_>> {
    let ([_, _, _, _, _, _, _, _, kind, _, high, low, ..], _) = octets.split_first_chunk::<16>()?;
    let len = usize::from(u16::from_be_bytes([*high, *low]));
    let record = octets.get(..len).unwrap_or(octets);
    let mut rest = record.get(16..)?;
    let mut extended = kind & 0x80 != 0;
    while extended {
        let ([first, ..], behind) = rest.split_first_chunk::<8>()?;
        extended = first & 0x80 != 0;
        rest = behind;
    }
    Some(match kind & 0x7f {
        // HDLC or PPP, also with a colour or a hash instead of the count of lost records
        1 | 10 | 15 | 19 => Layer::Hdlc(rest),
        // Ethernet in the same ways, after an offset and a filler
        2 | 11 | 16 | 20 => Layer::Ethernet(rest.get(2..)?),
        22 | 23 => Layer::Ip(rest),
        other => Layer::unopened(Unopened::ErfType(other)),
    })
}

/// The type of the field that has the packet.
const NFLOG_PAYLOAD: u8 = 9;

/// Linux netfilter's log: fields, one of which is an IP packet. The length and type of a field are
/// in the byte order of the host, and no type is above 255: the octet that is zero tells the order.
///
/// ```text
/// │ address family │ version 0 │ resource (2) │
/// │ length with these four octets (2) │ type (2) │ value, padded to four octets │ …
/// ```
pub(super) fn nflog(octets: &[u8]) -> Option<Layer<'_>> {
    let ([_, 0, _, _], mut rest) = octets.split_first_chunk()? else {
        return None;
    };
    loop {
        let ([a, b, c, d], _) = rest.split_first_chunk()?;
        let (len, kind) = match (c, d) {
            (kind, 0) => (u16::from_le_bytes([*a, *b]), *kind),
            (0, kind) => (u16::from_be_bytes([*a, *b]), *kind),
            _ => return None,
        };
        let len = usize::from(len);
        if kind == NFLOG_PAYLOAD {
            let value = rest.get(4..len).or_else(|| rest.get(4..));
            return value.map(Layer::Ip);
        }
        // A field that is shorter than its own header would never end.
        rest = rest.get(len.max(4).next_multiple_of(4)..)?;
    }
}
