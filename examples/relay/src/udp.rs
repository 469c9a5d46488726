//! Datagrams: each client has a socket of its own to the server, so that what comes back finds its way.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::judge::Judge;

/// The longest datagram.
const DATAGRAM: usize = 65_535;

/// So many clients have a socket at one time.
const MAX_CLIENTS: usize = 1024;

/// A client to whom the server has sent nothing for so long loses its socket, and gets another when it sends again.
const IDLE: Duration = Duration::from_secs(600);

/// Relays datagrams until `stop`.
pub(crate) async fn relay(
    near: UdpSocket,
    server: SocketAddr,
    judge: Arc<Judge>,
    stop: CancellationToken,
) {
    let near = Arc::new(near);
    let mut clients: HashMap<SocketAddr, Arc<UdpSocket>> = HashMap::new();
    let tasks = TaskTracker::new();
    let (mut datagram, mut room) = (vec![0; DATAGRAM], Vec::new());
    loop {
        let (len, client) = tokio::select! {
            () = stop.cancelled() => break,
            // An error is about an earlier datagram that did not arrive; those go missing.
            received = near.recv_from(&mut datagram) => match received {
                Ok(received) => received,
                Err(_) => continue,
            },
        };
        let message = datagram.get(..len).unwrap_or_default();
        let Some(octets) = judge.pass(message, &mut room) else {
            continue;
        };
        // The task of a client that was idle for too long has ended, and nobody listens at its socket.
        let is_alive = |far: &Arc<UdpSocket>| Arc::strong_count(far) > 1;
        if clients.len() >= MAX_CLIENTS {
            clients.retain(|_, far| is_alive(far));
        }
        let far = match clients.get(&client).filter(|far| is_alive(far)) {
            Some(far) => far.clone(),
            None if clients.len() < MAX_CLIENTS => match connect(server).await {
                Ok(far) => {
                    let far = Arc::new(far);
                    clients.insert(client, far.clone());
                    let back = back(
                        far.clone(),
                        near.clone(),
                        client,
                        judge.clone(),
                        stop.clone(),
                    );
                    tasks.spawn(back);
                    far
                }
                Err(error) => {
                    eprintln!("relay: {server}: {error}");
                    continue;
                }
            },
            None => {
                judge.crowd();
                continue;
            }
        };
        // A datagram that cannot be sent is lost, as it might be on its way.
        let _ = far.send(octets).await;
    }
    tasks.close();
    tasks.wait().await;
}

async fn connect(server: SocketAddr) -> io::Result<UdpSocket> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let far = UdpSocket::bind(any).await?;
    far.connect(server).await?;
    Ok(far)
}

/// Relays what the server sends to one client.
async fn back(
    far: Arc<UdpSocket>,
    near: Arc<UdpSocket>,
    client: SocketAddr,
    judge: Arc<Judge>,
    stop: CancellationToken,
) {
    let (mut datagram, mut room) = (vec![0; DATAGRAM], Vec::new());
    loop {
        let received = tokio::select! {
            () = stop.cancelled() => return,
            received = timeout(IDLE, far.recv(&mut datagram)) => received,
        };
        let message = match received {
            Err(_) => return,
            // The server is not there, or not yet.
            Ok(Err(_)) => continue,
            Ok(Ok(len)) => datagram.get(..len).unwrap_or_default(),
        };
        if let Some(octets) = judge.pass(message, &mut room) {
            let _ = near.send_to(octets, client).await;
        }
    }
}
