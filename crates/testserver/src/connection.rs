//! A connection that can be cut while somebody waits for an answer on it.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tonic::transport::server::Connected;

/// A TCP connection, until it is cut.
pub(crate) struct Connection {
    stream: TcpStream,
    cut: Cut,
}

/// Cuts one connection, from within a call made on it.
#[derive(Clone, Default)]
pub(crate) struct Cut(Arc<State>);

#[derive(Default)]
struct State {
    is_cut: AtomicBool,
    reader: AtomicWaker,
}

impl Cut {
    /// Both sides see the connection broken; nothing more is sent on it.
    pub fn now(&self) {
        self.0.is_cut.store(true, Ordering::SeqCst);
        self.0.reader.wake();
    }

    fn is_cut(&self) -> bool {
        self.0.is_cut.load(Ordering::SeqCst)
    }
}

impl Connection {
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, cut: Cut::default() }
    }

    /// At once, and not 40 ms later as Linux does by default: the client sends a call in two pieces, and the second waits
    /// for that. Where it cannot be had, calls are slow, not wrong.
    fn acknowledge(&self) {
        #[cfg(target_os = "linux")]
        let _ = self.stream.set_quickack(true);
    }
}

impl Connected for Connection {
    type ConnectInfo = Cut;

    fn connect_info(&self) -> Cut {
        self.cut.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<Result<(), Error>> {
        let this = self.get_mut();
        this.cut.0.reader.register(cx.waker());
        if this.cut.is_cut() {
            return Poll::Ready(Err(ErrorKind::ConnectionReset.into()));
        }
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        this.acknowledge();
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize, Error>> {
        let this = self.get_mut();
        if this.cut.is_cut() {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut this.stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
