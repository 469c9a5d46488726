//! The names of closed enums, all of one make.

use core::fmt;

/// Names the variants of an enum: `ALL` in the order of declaration, `name`, `Display` as the name
/// and `FromStr` as its inverse.
macro_rules! names {
    ($enum:ident { $($variant:ident => $name:literal,)+ }) => {
        impl $enum {
            /// Every one, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name, which [`FromStr`](core::str::FromStr) reads back.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        /// The [name](Self::name).
        impl core::fmt::Display for $enum {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.name())
            }
        }

        /// From the [name](Self::name), spelt exactly so.
        impl core::str::FromStr for $enum {
            type Err = $crate::names::UnknownName;

            #[deny(unreachable_patterns)]
            fn from_str(name: &str) -> Result<Self, Self::Err> {
                match name {
                    $($name => Ok(Self::$variant),)+
                    _ => Err($crate::names::UnknownName(&[$($name),+])),
                }
            }
        }
    };
}
pub(crate) use names;

/// What was converted names no member of the closed set; `Display` lists the names that do.
///
/// ```
/// use sip_status_lab::divergence::Likeness;
///
/// let error = "other".parse::<Likeness>().unwrap_err();
/// assert_eq!(error.to_string(), "expected one of: same, shape");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownName(pub(crate) &'static [&'static str]);

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected one of: {}", self.0.join(", "))
    }
}

impl core::error::Error for UnknownName {}
