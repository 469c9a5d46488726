//! What ends the reading of a file.

use core::fmt;
use std::io;

/// Why a file was not read to its end.
///
/// What was read of it before that has been handed out. `frame` is the number of the last packet
/// that was whole, or 0 if there was none.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The input cannot be read.
    Input(io::Error),
    /// The input is no capture: it begins neither like pcap, nor like pcapng, nor like snoop.
    Format,
    /// The file ends within its header or a packet.
    CutShort {
        /// The last packet that was whole.
        frame: u64,
    },
    /// The file makes no sense from there on.
    Broken {
        /// The last packet that was whole.
        frame: u64,
    },
    /// The file claims a block of more than 16 MiB.
    BlockTooLarge {
        /// The last packet that was whole.
        frame: u64,
    },
    /// What the file is compressed with is cut short or broken.
    Compression {
        /// The last packet that was whole.
        frame: u64,
        /// What the decoder says.
        error: io::Error,
    },
}

impl Error {
    /// Whether the input is a capture, of which some packets may have been read.
    #[must_use]
    pub const fn is_capture(&self) -> bool {
        !matches!(self, Self::Input(_) | Self::Format)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(error) => write!(f, "{error}"),
            Self::Format => write!(f, "neither pcap, pcapng nor snoop"),
            Self::CutShort { frame } => write!(f, "the capture is cut short after frame {frame}"),
            Self::Broken { frame } => write!(f, "the capture is broken after frame {frame}"),
            Self::BlockTooLarge { frame } => write!(
                f,
                "the capture claims a block too large to be one after frame {frame}"
            ),
            Self::Compression { frame, error } => write!(
                f,
                "what the capture is compressed with is cut short or broken after frame {frame}: {error}"
            ),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Input(error) | Self::Compression { error, .. } => Some(error),
            _ => None,
        }
    }
}
