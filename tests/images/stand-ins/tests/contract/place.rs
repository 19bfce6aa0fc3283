//! Names where the cluster has a resolver of its own, and no containers.

use std::{
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::stage::{STREAM, Stage, start, until_said};

const BEFORE: [u8; 4] = [127, 0, 0, 1];
const AFTER: [u8; 4] = [127, 0, 0, 2];

/// Answers every question about `rt-nats` until it is dropped.
struct Resolver {
    address: SocketAddr,
    has_moved: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Resolver {
    fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let pause = Some(Duration::from_millis(50));
        socket.set_read_timeout(pause).unwrap();
        let address = socket.local_addr().unwrap();
        let has_moved = Arc::new(AtomicBool::new(false));
        let is_over = Arc::new(AtomicBool::new(false));
        let (moved, over) = (has_moved.clone(), is_over.clone());
        let thread = thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                let target = if moved.load(Ordering::Relaxed) {
                    AFTER
                } else {
                    BEFORE
                };
                answer(&socket, target);
            }
        });
        Self {
            address,
            has_moved,
            is_over,
            thread: Some(thread),
        }
    }
}

impl Drop for Resolver {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn answer(socket: &UdpSocket, target: [u8; 4]) {
    let mut bytes = [0; 512];
    let Ok((length, asker)) = socket.recv_from(&mut bytes) else {
        return;
    };
    let mut answer = bytes[..length].to_vec();
    assert!(answer.windows(9).any(|part| part == b"\x07rt-nats\x00"));
    // One answer: the name of the question, an IPv4 address of the internet, for 5 s.
    answer[7] = 1;
    answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4]);
    answer.extend(target);
    socket.send_to(&answer, asker).unwrap();
}

#[test]
fn nats_is_found_by_name_again_when_it_has_moved() {
    let mut stage = Stage::new();
    let resolver = Resolver::start();
    let variables = [
        ("DEVCLUSTER_RESOLVER", resolver.address.to_string()),
        ("KRT_NODE_NAME", "first".to_owned()),
        ("KRT_NATS_SERVER", format!("rt-nats:{}", stage.nats_port())),
        ("KRT_NATS_STREAM", STREAM.to_owned()),
        ("KRT_NATS_INPUTS", format!("{STREAM}.entrypoint")),
    ];
    let mut node = start("durables", [], variables);
    until_said(&mut node, "Subscribed to");

    resolver.has_moved.store(true, Ordering::Relaxed);
    stage.move_nats(AFTER);

    harness::patience::eventually("somebody listens to the consumer", || {
        let consumers = stage.consumers();
        let is_bound = consumers.iter().all(|consumer| consumer.push_bound);
        is_bound.then_some(()).ok_or("nobody does")
    });
}
