//! Opens the doors: connections with time-outs of their own, and a way to close that finishes what
//! is inside.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Bytes of a request's head at most, and of what a connection buffers.
const HEAD: usize = 64 * 1024;

/// Bounds of connections.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// The head of a request must be whole within this; a connection may idle as long.
    pub head: Duration,
    /// A connection is closed, politely, when it is this old: so that one whose client never reads
    /// what it is told is not held for ever.
    pub age: Duration,
    /// What is inside at shutdown has so long to finish. The same holds for an old connection.
    pub drain: Duration,
    /// Connections at once; more wait in the system's queue.
    pub connections: usize,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            age: Duration::from_secs(600),
            drain: Duration::from_secs(10),
            connections: 512,
        }
    }
}

/// Serves until `shutdown` is ready; then accepts nothing more, lets what is inside finish, and
/// returns how many connections had to be cut at the end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
    limits: Timeouts,
) -> usize {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD);
    let slots = Arc::new(Semaphore::new(limits.connections));
    let (closing, _) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, slot) = tokio::select! {
            () = &mut shutdown => break,
            Some(_) = open.join_next() => continue,
            accepted = accept(&listener, &slots) => accepted,
        };
        let (http, router, closing) = (http.clone(), router.clone(), closing.subscribe());
        open.spawn(async move {
            let ended = converse(stream, &http, router, closing, limits).await;
            drop(slot);
            ended
        });
    }
    drop(listener);
    closing.send_replace(true);
    let mut cut = 0;
    while let Some(ended) = open.join_next().await {
        // A handler that panicked took its connection with it.
        cut += usize::from(!matches!(ended, Ok(Ended::ByItself)));
    }
    if cut > 0 {
        tracing::warn!(connections = cut, "cut at shutdown");
    }
    cut
}

/// How a connection ended.
enum Ended {
    ByItself,
    Cut,
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so a slot always comes.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                stream.set_nodelay(true).ok();
                return (stream, slot);
            }
            // The client left already, or we are out of file handles: both pass.
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn converse(
    stream: TcpStream,
    http: &http1::Builder,
    router: Router,
    mut closing: watch::Receiver<bool>,
    limits: Timeouts,
) -> Ended {
    let service = TowerToHyperService::new(router);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        _ = closing.wait_for(|closing| *closing) => None,
        () = sleep(limits.age) => None,
    };
    let ended = match ended {
        Some(ended) => Ok(ended),
        None => {
            connection.as_mut().graceful_shutdown();
            timeout(limits.drain, connection).await
        }
    };
    match ended {
        Ok(Ok(())) => Ended::ByItself,
        Ok(Err(error)) => {
            tracing::debug!(%error, "a connection ended badly");
            Ended::ByItself
        }
        Err(_) => Ended::Cut,
    }
}
