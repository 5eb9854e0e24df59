//! Opens the doors: connections with time-outs of their own, and a way to close that finishes what
//! is inside.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, Request, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// Bytes of a request's head at most, and of what a connection buffers.
const HEAD: usize = 64 * 1024;

/// Bounds of connections.
///
/// A sender that keeps a connection must not find it closed just as it sends the next request: that
/// request is lost, and GitHub sends none twice. So while there is room a connection may idle for
/// longer than those that may stand before us keep theirs (a minute for nginx and AWS, five for
/// Oracle, ten for Google), and it is they who close it. One that is old is told so with an answer
/// (`connection: close`), which no sender can miss. Only when room is scarce it goes to those who
/// wait for it.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// A connection may idle for this long; the head of a request must be whole within the same.
    pub idle: Duration,
    /// The same while room is scarce: three quarters of `connections` are taken.
    pub scarce: Duration,
    /// After this the next answer on a connection is its last.
    pub age: Duration,
    /// What is inside at shutdown has so long to finish.
    pub drain: Duration,
    /// Connections at once; more wait in the system's queue.
    pub connections: usize,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(900),
            scarce: Duration::from_secs(10),
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
    // One clock for idling and for heads: ours, which knows how much room there is.
    http.timer(TokioTimer::new())
        .header_read_timeout(None)
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
        let room = Arc::clone(&slots);
        open.spawn(async move {
            let ended = converse(stream, &http, router, closing, limits, &room).await;
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

/// Who is at the other end of the connection that a request came on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub SocketAddr);

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

/// Who is on a connection.
struct Guest {
    came: Instant,
    /// Since when nothing has been asked; `None` while an answer is being found.
    idle: Mutex<Option<Instant>>,
}

impl Guest {
    fn new() -> Self {
        let came = Instant::now();
        Self {
            came,
            idle: Mutex::new(Some(came)),
        }
    }

    fn idles(&self, since: Option<Instant>) {
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn idle_for(&self) -> Duration {
        let since = *self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

async fn converse(
    stream: TcpStream,
    http: &http1::Builder,
    router: Router,
    mut closing: watch::Receiver<bool>,
    limits: Timeouts,
    room: &Semaphore,
) -> Ended {
    let guest = Arc::new(Guest::new());
    let peer = stream.peer_addr().ok().map(Peer);
    let inner = TowerToHyperService::new(router);
    let service = service_fn({
        let guest = Arc::clone(&guest);
        move |mut request: Request<Incoming>| {
            if let Some(peer) = peer {
                request.extensions_mut().insert(peer);
            }
            let (guest, answer) = (Arc::clone(&guest), inner.call(request));
            async move {
                guest.idles(None);
                let mut answer = answer.await?;
                guest.idles(Some(Instant::now()));
                if guest.came.elapsed() > limits.age {
                    let close = HeaderValue::from_static("close");
                    answer.headers_mut().insert(header::CONNECTION, close);
                }
                Ok::<_, Infallible>(answer)
            }
        }
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended badly");
                }
                return Ended::ByItself;
            }
            _ = closing.wait_for(|closing| *closing) => break,
            () = sleep(limits.scarce / 2) => {
                let scarce = room.available_permits() * 4 <= limits.connections;
                let most = if scarce { limits.scarce } else { limits.idle };
                if guest.idle_for() >= most {
                    return Ended::ByItself;
                }
            }
        }
    }
    connection.as_mut().graceful_shutdown();
    match timeout(limits.drain, connection).await {
        Ok(ended) => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended badly");
            }
            Ended::ByItself
        }
        Err(_) => Ended::Cut,
    }
}
