//! Encapsulating security payload (RFC 4303) whose encryption is NULL (RFC 2410), as on the radio
//! side of many IMS networks.

use super::check;
use super::layer::{Carried, Layer};

/// Lengths of the integrity check value that the usual algorithms have, the most usual first:
/// HMAC-SHA-1-96 and others, HMAC-SHA-256-128, none, HMAC-SHA-384-192, HMAC-SHA-512-256.
const CHECK_VALUES: [usize; 5] = [12, 16, 0, 24, 32];

/// What the payload carries, if it is not encrypted.
///
/// ```text
/// │ security parameters index (4) │ sequence number (4) │ payload │ 1, 2, 3, … │ padding length │ next header │ check value
/// ```
///
/// Nothing says which encryption was chosen. So the trailer is looked for at each place where it
/// may be, and believed if the padding counts up, all of it is a multiple of four octets, and what
/// comes out is whole to the octet with a checksum that is right.
pub(super) fn null_encrypted<'a>(carried: &Carried<'a>) -> Option<Layer<'a>> {
    if carried.missing > 0 {
        return None;
    }
    let (_, rest) = carried.octets.split_first_chunk::<8>()?;
    CHECK_VALUES
        .iter()
        .find_map(|len| opened(carried, rest, *len))
}

/// Whether the payload of UDP on the port of ESP is that, and not of a key exchange, which begins with
/// four NULs, a keep-alive, or text.
pub(super) fn is_in_udp(octets: &[u8]) -> bool {
    let text = |octet: &u8| octet.is_ascii_graphic() || octet.is_ascii_whitespace();
    octets
        .split_first_chunk::<8>()
        .is_some_and(|(header, _)| !header.starts_with(&[0; 4]) && !header.iter().all(text))
}

fn opened<'a>(carried: &Carried<'a>, octets: &'a [u8], check_value: usize) -> Option<Layer<'a>> {
    let (octets, _) = octets.split_at_checked(octets.len().checked_sub(check_value)?)?;
    if octets.len() % 4 != 0 {
        return None;
    }
    let (octets, [padding, protocol]) = octets.split_last_chunk()?;
    let len = octets.len().checked_sub(usize::from(*padding))?;
    let (octets, padding) = octets.split_at_checked(len)?;
    if !padding
        .iter()
        .copied()
        .eq((1..=u8::MAX).take(padding.len()))
    {
        return None;
    }
    let inner = Carried {
        protocol: *protocol,
        octets,
        ..*carried
    };
    let believed = match protocol {
        4 | 41 => check::is_ip(octets),
        6 => check::is_tcp(&inner),
        17 => check::is_udp(&inner),
        _ => false,
    };
    believed.then_some(Layer::Carried(inner))
}
