package dev.sluice.executor.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stretch of network on loopback, before a node that listens: passes bytes on and counts them,
 * and can be cut.
 */
final class Wire implements AutoCloseable {
  /** Sees what passes, and may change it. Called by several threads. */
  interface Watch {
    /** Nobody looks. */
    Watch NONE = (toNode, bytes, length) -> {};

    /** Bytes are to be passed on, to the node or from it. */
    void passing(boolean toNode, byte[] bytes, int length);
  }

  private final ServerSocket listener;
  private final int to;
  private final Watch watch;
  private final AtomicLong passed = new AtomicLong();
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile boolean cut;

  /**
   * Begins to listen.
   *
   * @param to the port of the node
   * @param watch told of everything
   */
  Wire(int to, Watch watch) throws IOException {
    this.to = to;
    this.watch = watch;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  HostPort at() {
    return new HostPort("127.0.0.1", listener.getLocalPort());
  }

  /** How many bytes have come for the node. */
  long passed() {
    return passed.get();
  }

  /** Closes what is open, and whatever is opened from now on. */
  void cut() {
    cut = true;
    sockets.forEach(Wire::close);
  }

  /** Lets new connections through again. */
  void mend() {
    cut = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket from = listener.accept();
        sockets.add(from);
        if (cut) {
          close(from);
        } else {
          Socket onward = new Socket(InetAddress.getLoopbackAddress(), to);
          sockets.add(onward);
          daemon(() -> pass(from, onward, true));
          daemon(() -> pass(onward, from, false));
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pass(Socket from, Socket onward, boolean toNode) {
    byte[] buffer = new byte[16 << 10];
    try (from;
        onward) {
      InputStream in = from.getInputStream();
      OutputStream out = onward.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        passed.addAndGet(toNode ? read : 0);
        watch.passing(toNode, buffer, read);
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // closed
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it is closed
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
