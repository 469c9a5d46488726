//! How the rows become tables.

/// The longest canonical line has 53 octets.
pub(super) const LINE: usize = 64;

/// Makes every table of the registry from its rows, so that none can be in another order.
///
/// A row is: the code, the name of its const, its phrase if it has one, its status, the RFC and
/// section that define it or the software it comes from; then its aliases, if any, by origin and
/// source. A row of a registered code goes on: what the code means, what to do then, what the phrase
/// has to say if the registered one is not enough, and the header fields, each with its condition
/// and its source.
macro_rules! rows {
    ($(
        $code:literal $name:ident $($phrase:literal)?
        $status:ident $(RFC $rfc:literal $section:literal)? $($software:literal)?
        $(aka { $($origin:ident $source:literal [$($alias:literal),+ $(,)?])+ })?
        $(
            means $summary:literal
            then $retry:literal
            $(phrase $say:literal)?
            $(must $must:tt)? $(should $should:tt)? $(may $may:tt)?
        )?;
    )+) => {
        /// The codes of the [registry](crate::registry).
        impl $crate::code::StatusCode {$(
            #[doc = concat!(
                "`", $code, $(" ", $phrase,)? "`, ",
                $("defined in [RFC ", $rfc, " §", $section, "](https://www.rfc-editor.org/rfc/rfc",
                    $rfc, "#section-", $section, ").",)?
                $("unregistered: ", $software, ".")?
            )]
            pub const $name: Self = match Self::new($code) {
                Some(code) => code,
                None => panic!("not a status code"),
            };
        )+}

        /// Every row, by ascending code.
        pub static ALL: &[$crate::registry::entry::Entry] = &[$(
            $crate::registry::entry::Entry {
                code: $crate::code::StatusCode::$name,
                reason: option!($($phrase)?),
                status: $crate::registry::entry::Status::$status,
                defined_in: concat!($("RFC ", $rfc, " §", $section)? $($software)?),
                aliases: &[$($($(
                    $crate::registry::entry::Alias {
                        phrase: $alias,
                        origin: $crate::registry::entry::Origin::$origin,
                        source: $source,
                    },
                )+)+)?],
            },
        )+];

        pub(super) const CODES: &[u16] = &[$($code),+];

        /// The phrases alone, for who needs no more.
        pub(super) static PHRASES: [Option<&str>; CODES.len()] = [$(option!($($phrase)?)),+];

        /// The canonical lines of the codes that have a phrase.
        pub(super) static LINES: [[u8; LINE]; CODES.len()] =
            [$(padded(line!($code $(, $phrase)?))),+];

        /// What there is to say of each registered code.
        pub(super) static DETAILS: [Option<$crate::registry::entry::Details>; CODES.len()] = [$(
            option!($($crate::registry::entry::Details {
                summary: $summary,
                retry: $retry,
                phrase: concat!($($say)?),
                must: headers!($($must)?),
                should: headers!($($should)?),
                may: headers!($($may)?),
            })?)
        ),+];
    };
}
pub(super) use rows;

/// `Some` of what there is.
macro_rules! option {
    () => {
        None
    };
    ($some:expr) => {
        Some($some)
    };
}
pub(super) use option;

/// A canonical line, or nothing where there is no phrase.
macro_rules! line {
    ($code:literal) => {
        b""
    };
    ($code:literal, $phrase:literal) => {
        concat!("SIP/2.0 ", $code, " ", $phrase, "\r\n").as_bytes()
    };
}
pub(super) use line;

/// Header rules: triples of name, condition and source, or a constant that holds some.
macro_rules! headers {
    () => {
        &[]
    };
    ([$($header:literal $when:literal $source:literal),+ $(,)?]) => {
        &[$($crate::registry::entry::HeaderRule { header: $header, when: $when, source: $source }),+]
    };
    ($shared:ident) => {
        $shared
    };
}
pub(super) use headers;

#[expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler only, where an index out of bounds is an error"
)]
pub(super) const fn padded(line: &[u8]) -> [u8; LINE] {
    let mut octets = [0; LINE];
    let mut at = 0;
    while at < line.len() {
        octets[at] = line[at];
        at += 1;
    }
    octets
}
