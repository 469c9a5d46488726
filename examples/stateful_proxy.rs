//! What a stateful proxy does with responses: forking, failover, retry, and a gateway at its edge.
//! Every decision is an answer of the registry. `cargo run --example stateful_proxy`

use sip_status_line::registry::{self, Failover, Proxying, Release, Repeat};
use sip_status_line::{Parser, StatusCode};

/// A request that was forked, and what its branches answered (RFC 3261 §16.7).
#[derive(Debug, Default)]
pub(crate) struct Forked {
    pub(crate) method: &'static str,
    /// Branches without a final response.
    pub(crate) pending: usize,
    /// Final responses that wait for the others.
    pub(crate) held: Vec<StatusCode>,
    /// No branch may be opened any more.
    pub(crate) closed: bool,
    /// A final response went upstream.
    pub(crate) answered: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Send a response of this code upstream: the one received, or else one of the proxy's own.
    Forward(StatusCode),
    /// The same, with the challenges of all responses that were held.
    ForwardChallenges(StatusCode),
    CancelPending,
}

/// Opens one more branch there, and says whether it could.
type Open<'a> = &'a mut dyn FnMut(Failover) -> bool;

impl Forked {
    /// What to do about a response.
    pub(crate) fn response(&mut self, code: StatusCode, open: Open<'_>) -> Vec<Action> {
        self.result(code, registry::failover(code).answer, open)
    }

    /// What to do about a branch that failed: a timeout counts as 408, a transport error as 503.
    pub(crate) fn failure(&mut self, code: StatusCode, open: Open<'_>) -> Vec<Action> {
        self.result(code, Failover::NextElement, open)
    }

    fn result(&mut self, code: StatusCode, elsewhere: Failover, open: Open<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        let proxying = registry::proxying(code).answer;
        // Of several 2xx to an INVITE, each goes upstream.
        let late = self.answered && !(code.is_success() && self.method == "INVITE");
        match proxying {
            Proxying::Never => {}
            Proxying::AtOnce if late => {}
            Proxying::AtOnce => actions.push(Action::Forward(code)),
            _ => self.held.push(code),
        }
        self.pending -= usize::from(code.is_final());
        self.answered |= code.is_success();
        if !self.closed && (code.is_success() || proxying == Proxying::CancelRest) {
            self.closed = true;
            actions.extend((self.pending > 0).then_some(Action::CancelPending));
        }
        let opened = !self.closed && elsewhere != Failover::Nowhere && open(elsewhere);
        self.pending += usize::from(opened);
        actions.extend(self.best());
        actions
    }

    /// Once every branch is through, the best response goes upstream, if the method allows it.
    fn best(&mut self) -> Option<Action> {
        if self.pending > 0 || self.answered {
            return None;
        }
        let code = registry::best(self.held.iter().copied())?;
        self.answered = true;
        if !registry::methods(code).answer.contain(self.method) {
            return None;
        }
        Some(match registry::proxying(code).answer {
            Proxying::As500 => Action::Forward(StatusCode::SERVER_INTERNAL_ERROR),
            Proxying::JoinChallenges => Action::ForwardChallenges(code),
            _ => Action::Forward(code),
        })
    }
}

/// After how many seconds the same request may go to the same server again; `None` for never.
pub(crate) fn again(code: StatusCode, retry_after: Option<u32>) -> Option<u32> {
    match (registry::repeat(code).answer, retry_after) {
        (Repeat::AtRetryAfter | Repeat::Later, Some(seconds)) => Some(seconds),
        (Repeat::Later, None) => Some(5),
        _ => None,
    }
}

/// The REL with which a gateway ends a call; `None` if it does not.
pub(crate) fn release(code: StatusCode) -> Option<Release> {
    registry::to_q850(code).answer
}

fn main() {
    let mut call = Forked {
        method: "INVITE",
        pending: 2,
        ..Forked::default()
    };
    if let Ok(parsed) = Parser::INTEROP.line(b"SIP/2.0 486 Busy\r\n") {
        println!("{:?}", call.response(parsed.line.code, &mut |_| false));
    }
    let timeout = StatusCode::REQUEST_TIMEOUT;
    println!("{:?}", call.failure(timeout, &mut |_| false));
    println!("again after {:?} s", again(timeout, None));
    println!("{:?}", release(timeout));
}
