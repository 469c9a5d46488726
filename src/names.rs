//! The names of closed enums, all of one make.

use core::fmt;

/// Names the variants of an enum: `ALL` in the order of declaration, `name`, `Display` as the name
/// (width and alignment are honoured), and `FromStr` as its inverse.
///
/// A variant without a name does not compile, nor do two with the same. Where every name is followed
/// by a meaning, there is `meaning` too.
macro_rules! names {
    ($enum:ident { $($variant:ident => $name:literal $meaning:literal,)+ }) => {
        $crate::names::names!($enum { $($variant => $name,)+ });

        impl $enum {
            /// What it means, in words for people.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning),+
                }
            }
        }
    };
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
                    _ => Err($crate::names::UnknownName::new(&[$($name),+])),
                }
            }
        }
    };
}
pub(crate) use names;

/// What was converted names no member of the closed set; `Display` lists the names that do.
///
/// ```
/// use sip_status_line::registry::Status;
///
/// assert_eq!("current".parse(), Ok(Status::Current));
/// let error = "Current".parse::<Status>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "expected current, deprecated, reserved, obsolete or unregistered"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownName {
    names: &'static [&'static str],
}

impl UnknownName {
    pub(crate) const fn new(names: &'static [&'static str]) -> Self {
        Self { names }
    }

    /// The names that would have been understood.
    #[must_use]
    pub const fn expected(&self) -> &'static [&'static str] {
        self.names
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected ")?;
        let mut rest = self.names;
        while let [name, after @ ..] = rest {
            f.write_str(name)?;
            f.write_str(match after {
                [] => "",
                [_] => " or ",
                _ => ", ",
            })?;
            rest = after;
        }
        Ok(())
    }
}

impl core::error::Error for UnknownName {}
