//! The response handling of `examples/stateful_proxy.rs`, case by case.

use sip_status_line::StatusCode;
use sip_status_line::registry::{Failover, Location};

#[expect(dead_code, reason = "its main")]
#[path = "../../examples/stateful_proxy.rs"]
mod proxy;

use proxy::{Action, Forked, again, release};

const TIMEOUT: StatusCode = StatusCode::REQUEST_TIMEOUT;
const TRANSPORT_ERROR: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

fn code(number: u16) -> StatusCode {
    StatusCode::new(number).expect("a status code")
}

fn forward(number: u16) -> Action {
    Action::Forward(code(number))
}

fn forked(method: &'static str, branches: usize) -> Forked {
    Forked {
        method,
        pending: branches,
        ..Forked::default()
    }
}

/// A response when nothing else can be tried.
fn response(request: &mut Forked, number: u16) -> Vec<Action> {
    request.response(code(number), &mut |_| false)
}

#[track_caller]
fn assert_actions(branches: usize, responses: &[u16], expected: &[Action]) {
    let mut request = forked("INVITE", branches);
    let actions = responses
        .iter()
        .flat_map(|number| response(&mut request, *number));
    assert_eq!(actions.collect::<Vec<_>>(), expected, "{responses:?}");
}

#[test]
fn forking() {
    assert_actions(
        1,
        &[100, 183, 180, 200],
        &[forward(183), forward(180), forward(200)],
    );
    assert_actions(2, &[486], &[]);
    assert_actions(3, &[486, 302, 500], &[forward(302)]);
    assert_actions(2, &[404, 407], &[Action::ForwardChallenges(code(407))]);
    // A 2xx wins, each of several goes upstream, and what was cancelled does not.
    assert_actions(
        3,
        &[200, 200, 487],
        &[forward(200), Action::CancelPending, forward(200)],
    );
    // A 6xx waits for what it cancelled.
    assert_actions(3, &[603, 487, 487], &[Action::CancelPending, forward(603)]);
    // A code without a row as its class says.
    assert_actions(2, &[571, 452], &[forward(452)]);
}

#[test]
fn failover() {
    let tried = |number: u16| {
        let mut found = None;
        let mut request = forked("INVITE", 1);
        let actions = request.response(code(number), &mut |failover| {
            found = Some(failover);
            true
        });
        assert_eq!(
            actions.iter().any(|action| *action == forward(number)),
            found.is_none()
        );
        found
    };
    assert_eq!(tried(503), Some(Failover::NextElement));
    assert_eq!(tried(430), Some(Failover::Flow));
    assert_eq!(tried(302), Some(Failover::Contacts));
    assert_eq!(tried(486), Some(Failover::Server));
    assert_eq!(tried(603), None);
    assert_eq!(tried(180), None);

    // The branch that was opened instead is waited for.
    let mut request = forked("INVITE", 1);
    assert_eq!(request.failure(TRANSPORT_ERROR, &mut |_| true), []);
    assert_eq!(response(&mut request, 200).first(), Some(&forward(200)));
    // After a 6xx no branch is opened any more.
    let mut request = forked("INVITE", 2);
    assert_eq!(response(&mut request, 600), [Action::CancelPending]);
    let open = &mut |_| panic!("a branch after a 6xx");
    assert_eq!(request.response(code(503), open), [forward(600)]);
}

#[test]
fn timeouts_and_errors() {
    let failed = |method, failure| forked(method, 1).failure(failure, &mut |_| false);
    assert_eq!(failed("INVITE", TIMEOUT), [forward(408)]);
    assert_eq!(failed("OPTIONS", TIMEOUT), []);
    assert_eq!(failed("OPTIONS", TRANSPORT_ERROR), [forward(500)]);
    // Of a non-INVITE, a late 2xx is one too many.
    let mut request = forked("OPTIONS", 2);
    assert_eq!(
        response(&mut request, 200),
        [forward(200), Action::CancelPending]
    );
    assert_eq!(response(&mut request, 200), []);
}

#[test]
fn retry() {
    assert_eq!(again(code(486), Some(60)), Some(60));
    assert_eq!(again(code(486), None), None);
    assert_eq!(again(code(500), None), Some(5));
    assert_eq!(again(code(403), Some(60)), None);
}

#[test]
fn gateway() {
    let cause = |number| release(code(number)).map(|release| (release.cause, release.location));
    assert_eq!(cause(486), Some((17, Location::Network)));
    assert_eq!(cause(600), Some((17, Location::User)));
    assert_eq!(cause(498), Some((31, Location::Network)));
    assert_eq!(cause(487), None);
    assert_eq!(cause(200), None);
}
