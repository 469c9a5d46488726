//! Connections: each from a client has one to the server.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_stream::StreamExt as _;
use tokio_util::codec::FramedRead;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::framing::Messages;
use crate::judge::Judge;

/// So many clients are connected at one time.
const MAX_CLIENTS: usize = 1024;

/// So long the server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Relays connections until `stop`.
pub(crate) async fn relay(
    listener: TcpListener,
    server: SocketAddr,
    judge: Arc<Judge>,
    stop: CancellationToken,
) {
    let tasks = TaskTracker::new();
    loop {
        let near = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((near, _)) => near,
                Err(error) => {
                    eprintln!("relay: {error}");
                    // Out of descriptors, most likely; some will be closed.
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        if tasks.len() >= MAX_CLIENTS {
            judge.crowd();
            continue;
        }
        let (judge, stop) = (judge.clone(), stop.clone());
        tasks.spawn(async move {
            if let Err(error) = connection(near, server, &judge, &stop).await {
                if error.kind() == io::ErrorKind::InvalidData {
                    judge.close();
                }
                eprintln!("relay: closed a connection: {error}");
            }
        });
    }
    tasks.close();
    tasks.wait().await;
}

/// Relays both directions of a connection. An error in one ends both.
async fn connection(
    mut near: TcpStream,
    server: SocketAddr,
    judge: &Judge,
    stop: &CancellationToken,
) -> io::Result<()> {
    let mut far = timeout(CONNECT, TcpStream::connect(server)).await??;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ((from_near, to_near), (from_far, to_far)) = (near.split(), far.split());
    tokio::try_join!(
        direction(from_near, to_far, judge, stop),
        direction(from_far, to_near, judge, stop),
    )?;
    Ok(())
}

/// Relays messages until the stream ends. What cannot be sent on yet is not read yet: the buffer holds one message and
/// what came with it.
async fn direction(
    from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    judge: &Judge,
    stop: &CancellationToken,
) -> io::Result<()> {
    let mut messages = FramedRead::new(from, Messages::default());
    let mut room = Vec::new();
    loop {
        let message = tokio::select! {
            () = stop.cancelled() => break,
            message = messages.next() => match message {
                Some(message) => message?,
                None => break,
            },
        };
        if let Some(octets) = judge.pass(&message, &mut room) {
            to.write_all(octets).await?;
        }
    }
    to.shutdown().await
}
