package dev.sluice.executor.net;

import dev.sluice.executor.transport.Message;
import io.netty.buffer.CompositeByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages from one address to another, on the side that sends. Everything is done by one
 * worker; nobody waits for it.
 *
 * <pre>
 *   IDLE ──▶ CONNECTING ──▶ OPEN        what was not acknowledged is sent again over the
 *                ▲            │         next connection; the receiver says from where on
 *                └────────────┘ lost
 *
 *   any state ──▶ GONE                  not back in time, refused, removed: all is dropped
 * </pre>
 *
 * Blocks wait in the store of their job until the window lets them pass: what is on its way is
 * bounded, however much there is to send.
 */
final class OutgoingLane {
  private static final Logger LOG = LoggerFactory.getLogger(OutgoingLane.class);

  private enum State {
    /** No place is known, or nothing has been sent yet. */
    IDLE,
    /** There is no connection, or it is not known what came over former ones. */
    CONNECTING,
    /** Messages pass. */
    OPEN,
    /** Nothing passes any more. */
    GONE
  }

  /** About so many bytes are given to the connection at a time. */
  private static final int BATCH = 256 << 10;

  /** So many bytes may wait within the connection. */
  private static final int UNWRITTEN = 1 << 20;

  private static final int PAUSE_MILLIS = 20;

  /**
   * When a connection is lost so often over messages none of which arrives, the receiver chokes on
   * one of them, and would do so for ever.
   */
  private static final int MAX_LOSSES = 20;

  private final NetNode node;
  private final LaneSettings lane;
  private final TransportListener listener;
  private final SerialExecutor worker;

  /** So long a lost connection may take to come back. */
  private final int patienceMillis;

  /** Not written whole on this connection; the first may be in the middle. */
  private final Deque<OutgoingMessage> waiting = new ArrayDeque<>();

  /** Written and not acknowledged. */
  private final Deque<OutgoingMessage> written = new ArrayDeque<>();

  private State state = State.IDLE;
  private HostPort at;
  private long number;

  /** The receiving process, once known. */
  private Long other;

  /** Counts attempts to connect, and tells their outcomes apart. */
  private int attempt;

  /** The one in use, or being made. */
  private OutgoingConnection connection;

  /** When it is given up to connect. */
  private long deadline;

  /** The last message that has come. */
  private long come;

  /** How often the connection was lost since something came. */
  private int losses;

  // of this connection

  private long sentWeight;
  private long ackedWeight;
  private int unwritten;

  OutgoingLane(NetNode node, LaneSettings lane, TransportListener listener, int patienceMillis) {
    this.node = node;
    this.lane = lane;
    this.listener = listener;
    this.patienceMillis = patienceMillis;
    this.worker = new SerialExecutor(node.pool());
  }

  int generation() {
    return lane.generation();
  }

  /** Has the worker do something. Any thread. */
  void post(Runnable task) {
    worker.execute(task);
  }

  /** Sends a message. Any thread. */
  void send(Message message) {
    post(() -> add(message));
  }

  /** Says where the receiver is. Any thread. */
  void place(HostPort where) {
    post(
        () -> {
          at = where;
          connectIfNeeded();
        });
  }

  /** Drops everything and tells nobody. Any thread. */
  void close(String why) {
    post(() -> end(why));
  }

  // the worker

  private void add(Message message) {
    OutgoingMessage outgoing = new OutgoingMessage(++number, message);
    if (state == State.GONE) {
      outgoing.release(node.codec());
      return;
    }
    waiting.add(outgoing);
    if (waiting.size() > node.settings().limits().maxQueuedMessages()) {
      gone("it takes fewer messages than there are: " + waiting.size() + " wait");
      return;
    }
    connectIfNeeded();
    pump();
  }

  private void connectIfNeeded() {
    if (state == State.IDLE && at != null && !waiting.isEmpty()) {
      state = State.CONNECTING;
      begin(node.settings().limits().connectMillis());
    }
  }

  /** Begins to connect, for so long. */
  private void begin(int millis) {
    deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    connect(millis);
  }

  private void connect(int millis) {
    int mine = ++attempt;
    LOG.debug("{}: connection {} is tried for {} ms", lane, mine, millis);
    LaneFormat.Open open =
        new LaneFormat.Open(lane.process(), lane.generation(), mine, lane.from(), lane.to());
    OutgoingConnection next = new OutgoingConnection(this, open);
    connection = next;
    Peer as = lane.from().executor() < 0 ? Peer.COORDINATOR : Peer.executor(lane.from().executor());
    var unused =
        node.connect(at, Hello.Purpose.LANE, as, next, millis)
            .whenComplete((endpoint, error) -> post(() -> connected(mine, next, error)));
    node.after(millis, () -> post(() -> late(mine)));
  }

  private void connected(int which, OutgoingConnection made, Throwable error) {
    LOG.debug("{}: connection {}: {}", lane, which, error == null ? "made" : error.toString());
    if (made != connection) {
      if (error == null) {
        made.closeAfterWrites();
      }
    } else if (error instanceof RefusedException) {
      gone(error.getMessage());
    } else if (error != null) {
      again(error.getMessage());
    }
  }

  private void late(int which) {
    if (which == attempt && state == State.CONNECTING) {
      gone("there was no connection in time");
    }
  }

  /** Tries again soon, or gives up. */
  private void again(String why) {
    connection = null;
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= PAUSE_MILLIS) {
      gone(why);
      return;
    }
    int mine = ++attempt;
    node.after(
        PAUSE_MILLIS,
        () ->
            post(
                () -> {
                  if (mine == attempt && state == State.CONNECTING) {
                    connect((int) left - PAUSE_MILLIS);
                  }
                }));
  }

  void opened(OutgoingConnection which, LaneFormat.State there) {
    if (state != State.CONNECTING || which != connection) {
      return;
    }
    if (!there.here()) {
      which.closeAfterWrites();
      again(lane.to() + " is not there");
      return;
    }
    if (other != null && other != there.process()) {
      gone("another process is there now");
      return;
    }
    other = there.process();
    state = State.OPEN;
    sentWeight = 0;
    ackedWeight = 0;
    unwritten = 0;
    forget(there.last());
    while (!written.isEmpty()) {
      waiting.addFirst(written.removeLast());
    }
    waiting.forEach(OutgoingMessage::rewind);
    pump();
  }

  void acknowledged(OutgoingConnection which, LaneFormat.Ack ack) {
    if (which != connection || state != State.OPEN) {
      return;
    }
    if (ack.weight() < ackedWeight || ack.weight() > sentWeight) {
      which.fail(new MalformedException("an acknowledgement of what was not sent"));
      return;
    }
    ackedWeight = ack.weight();
    forget(ack.last());
    pump();
  }

  /** These have come: their blocks are not needed any more. */
  private void forget(long last) {
    losses = last > come ? 0 : losses;
    come = Math.max(come, last);
    while (!written.isEmpty() && written.peekFirst().number() <= last) {
      written.removeFirst().release(node.codec());
    }
    while (state != State.OPEN && !waiting.isEmpty() && waiting.peekFirst().number() <= last) {
      waiting.removeFirst().release(node.codec());
    }
  }

  void lost(OutgoingConnection which, String why) {
    if (which != connection) {
      return;
    }
    if (state == State.OPEN) {
      state = State.CONNECTING;
      connection = null;
      losses += written.isEmpty() ? 0 : 1;
      if (losses >= MAX_LOSSES) {
        gone("the connection is lost again and again, at last as " + why);
        return;
      }
      LOG.info("the connection of {} is lost: {}; trying to get it back", lane, why);
      begin(patienceMillis);
    } else if (state == State.CONNECTING) {
      again(why);
    }
  }

  private void gone(String why) {
    if (state != State.GONE) {
      LOG.warn("{} cannot be reached from {} at {}: {}", lane.to(), lane.from(), at, why);
      end(why);
      listener.unreachable(lane.to(), why);
    }
  }

  private void end(String why) {
    if (state == State.GONE) {
      return;
    }
    LOG.debug("nothing goes from {} any more: {}", lane, why);
    state = State.GONE;
    if (connection != null && connection.hasBegun()) {
      connection.closeAfterWrites();
    }
    connection = null; // one that is still being made is closed when it is
    written.forEach(message -> message.release(node.codec()));
    waiting.forEach(message -> message.release(node.codec()));
    written.clear();
    waiting.clear();
  }

  // writing

  private void pump() {
    while (state == State.OPEN && unwritten < UNWRITTEN) {
      List<OutgoingMessage.Part> parts = takeParts();
      if (parts.isEmpty()) {
        return;
      }
      write(parts);
    }
  }

  private List<OutgoingMessage.Part> takeParts() {
    List<OutgoingMessage.Part> parts = new ArrayList<>();
    int bytes = 0;
    while (bytes < BATCH && !waiting.isEmpty()) {
      OutgoingMessage message = waiting.peekFirst();
      OutgoingMessage.Part part;
      try {
        if (!message.hasNext(node.codec())) {
          written.add(waiting.removeFirst());
          continue;
        }
        if (!passes(message.nextWeight())) {
          return parts;
        }
        part = message.next();
        if (message.written() > node.settings().limits().maxMessageBytes()) {
          throw new IllegalArgumentException("it is larger than the limits allow");
        }
      } catch (IOException | RuntimeException e) {
        part = skip(waiting.removeFirst(), e);
      }
      sentWeight += part.weight();
      bytes += part.bytes().stream().mapToInt(ByteBuffer::remaining).sum();
      parts.add(part);
    }
    return parts;
  }

  /** A frame passes if the window has room for it, or is empty. */
  private boolean passes(int weight) {
    long onTheWay = sentWeight - ackedWeight;
    return weight == 0
        || onTheWay == 0
        || onTheWay + weight <= node.settings().limits().windowBytes();
  }

  private OutgoingMessage.Part skip(OutgoingMessage message, Exception why) {
    LOG.warn("{}: cannot send {}", lane, message.message().getClass().getName(), why);
    message.release(node.codec());
    listener.unsendable(lane.to(), message.message(), why);
    ByteBuffer body = ByteBuffer.wrap(LaneFormat.skip(message.number()));
    return new OutgoingMessage.Part(FrameType.SKIP, false, 0, List.of(body));
  }

  private void write(List<OutgoingMessage.Part> parts) {
    OutgoingConnection over = connection;
    boolean pack = node.settings().compress();
    CompositeByteBuf frames = over.channel().alloc().compositeBuffer(parts.size() * 4);
    for (OutgoingMessage.Part part : parts) {
      frames.addComponent(true, over.frame(part.type(), part.more(), pack, part.bytes()));
    }
    int size = frames.readableBytes();
    unwritten += size;
    var unused =
        over.channel().writeAndFlush(frames).addListener(done -> post(() -> left(over, size)));
  }

  private void left(OutgoingConnection over, int size) {
    if (over == connection) {
      unwritten -= size;
      pump();
    }
  }
}
