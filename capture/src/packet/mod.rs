//! A packet down to what one transport carries, through whatever it is wrapped in.
//!
//! ```text
//! link ──► VLAN, MPLS, PPP ──► IP ──► UDP, TCP, SCTP
//!               ▲              ▲ │       │
//!               └── GRE, L2TP ─┼─┴─ ESP ─┤
//!                              └─ GTP-U ─┘
//! ```
//!
//! Every header has a function that takes it off and names the [`Layer`] that comes next; none calls
//! the next. Only [`descend`] goes on, so that no nesting, however deep, costs more than its loop.

mod check;
mod copy;
mod esp;
mod ip;
mod layer;
mod link;
mod recorder;
mod tunnel;
mod wireless;

pub use layer::Unopened;
pub(crate) use layer::{Content, Fragment, SctpPacket, Segment, Tunnel, Whole};

use layer::{Carried, Layer, Path};

/// Headers that are taken off a packet, and so the bound of tunnels in tunnels. A packet of a tunnel
/// in a tunnel has about ten.
const DEPTH: usize = 24;

/// Takes the headers off a packet.
///
/// Octets after the length that an IP header gives are padding, and no payload.
pub(crate) fn dissect(link: i32, octets: &[u8]) -> Content<'_> {
    descend(Layer::Link(link, octets), Path::default())
}

/// Takes the headers off an IP payload that was put together from its fragments.
pub(crate) fn dissect_whole<'a>(of: &Whole, octets: &'a [u8], cut: bool) -> Content<'a> {
    let carried = Carried {
        src: of.src,
        dst: of.dst,
        protocol: of.protocol,
        octets,
        missing: u32::from(cut),
    };
    descend(Layer::Carried(carried), of.path)
}

fn descend(mut layer: Layer<'_>, mut path: Path) -> Content<'_> {
    loop {
        if let Layer::Done(content) = layer {
            return content;
        }
        if path.depth == DEPTH {
            return Content::Unopened(Unopened::TooDeep);
        }
        path.depth += 1;
        let broken = layer.broken();
        layer = take_off(layer, &mut path).unwrap_or(Layer::unopened(broken));
    }
}

/// Takes one header off. `None` if it is cut short, or not as it should be.
fn take_off<'a>(layer: Layer<'a>, path: &mut Path) -> Option<Layer<'a>> {
    match layer {
        Layer::Link(1, octets) | Layer::Ethernet(octets) => link::ethernet(octets),
        Layer::Link(number, octets) => link::frame(number, octets),
        Layer::Hdlc(octets) => link::hdlc(octets),
        Layer::Typed(kind, octets) => link::typed(kind, octets),
        Layer::Llc(octets) => link::llc(octets),
        Layer::PppoE(octets) => link::pppoe(octets),
        Layer::Ppp(octets) => link::ppp(octets),
        Layer::Mpls(octets) => link::mpls(octets),
        Layer::Ip(octets) => ip::packet(octets, *path),
        Layer::Carried(carried) => ip::payload(&carried, path),
        Layer::Done(_) => Some(layer),
    }
}
