//! Numbers as headers have them.

pub(crate) fn be16(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap().to_be_bytes()
}

pub(crate) fn le16(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap().to_le_bytes()
}

pub(crate) fn be32(number: u32) -> [u8; 4] {
    number.to_be_bytes()
}
