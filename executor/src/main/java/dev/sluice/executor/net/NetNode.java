package dev.sluice.executor.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process in the network: listens, lets in who belongs to the cluster, and connects to others.
 * May be used by any thread.
 */
public final class NetNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetNode.class);

  /** The event loops only move bytes; two keep a fast network busy. */
  private static final int EVENT_LOOPS = 2;

  /** What may wait in a connection before who writes to it is asked to stop. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 << 10, 1 << 20);

  private static final int CLOSE_SECONDS = 2;

  private final NetWorld world;
  private final HandshakeSettings handshake;
  private final MessageCodec codec;
  private final LinkAcceptor acceptor;
  private final Tls tls;
  private final EventLoopGroup loops =
      new NioEventLoopGroup(EVENT_LOOPS, new DefaultThreadFactory("sluice-net", true));
  private final ExecutorService pool =
      Executors.newCachedThreadPool(new DefaultThreadFactory("sluice-net-worker", true));
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final AtomicInteger handshakes = new AtomicInteger();
  private volatile Peer self;
  private volatile Function<Hello, Endpoint> lanes;
  private volatile int port;

  private NetNode(NetWorld world, Peer self, LinkAcceptor acceptor) {
    NetSettings settings = world.settings();
    this.world = world;
    this.self = self;
    this.acceptor = acceptor;
    this.codec = new MessageCodec(MessageTypes.ALL, world.opaque());
    this.tls = settings.tls() == null ? null : new Tls(settings.tls(), settings.listen() != null);
    this.handshake =
        new HandshakeSettings(
            new Secret(settings.secretBytes()),
            settings.sortedFormats(),
            settings.limits(),
            new SecureRandom()::nextBytes);
  }

  /**
   * Begins to listen, if the settings say where.
   *
   * @param self as what this process takes part until {@link #become}
   * @param acceptor takes the links that others open
   * @throws IllegalArgumentException if the settings would let in anybody, or the certificates are
   *     not there; says what to do
   * @throws IOException if it cannot listen there
   */
  public static NetNode start(NetWorld world, Peer self, LinkAcceptor acceptor) throws IOException {
    checkNotOpenToAnybody(world.settings());
    NetNode node = new NetNode(world, self, acceptor);
    try {
      if (world.settings().listen() != null) {
        node.listen(world.settings().listen());
      }
      return node;
    } catch (IOException | RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private static void checkNotOpenToAnybody(NetSettings settings) throws IOException {
    HostPort listen = settings.listen();
    boolean certified = settings.tls() != null && settings.tls().requireClientCertificate();
    if (listen == null || settings.secret() != null || certified) {
      return;
    }
    if (!resolve(listen).getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "refusing to listen on "
              + listen
              + ": anybody who reaches it could run code here. Set a shared secret, or TLS that"
              + " requires certificates of who connects, or listen on 127.0.0.1");
    }
  }

  private static InetSocketAddress resolve(HostPort at) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(at.host()), at.port());
  }

  private void listen(HostPort at) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                })
            .bind(resolve(at))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on " + at + ": " + bound.cause().getMessage(), bound.cause());
    }
    channels.add(bound.channel());
    port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
  }

  private void accept(Channel channel) {
    channels.add(channel);
    if (handshakes.incrementAndGet() > settings().limits().maxHandshakes()) {
      handshakes.decrementAndGet();
      LOG.warn(
          "closing the connection from {}: {} others are in their handshake",
          channel.remoteAddress(),
          settings().limits().maxHandshakes());
      var unused = channel.close();
      return;
    }
    ChannelPipeline pipeline = channel.pipeline();
    if (tls != null) {
      pipeline.addLast(tls.listener(channel.alloc(), settings().limits()));
    }
    pipeline.addLast(
        new FrameDecoder(settings().limits()),
        new ListeningHandshake(handshake, this::self, this::endpoint, handshakes::decrementAndGet));
  }

  private Endpoint endpoint(Hello hello) {
    Function<Hello, Endpoint> ofLanes = lanes;
    return switch (hello.purpose()) {
      case LINK -> new NettyLink(this, acceptor);
      case LANE -> {
        if (ofLanes == null) {
          throw new MalformedException("messages for executors, and none is here");
        }
        yield ofLanes.apply(hello);
      }
    };
  }

  /** The port on which it listens; 0 if it does not. */
  public int port() {
    return port;
  }

  /** From now on new connections are made and accepted as {@code other}. */
  public void become(Peer other) {
    self = other;
  }

  /**
   * Opens a link. The future completes once both ends have shown that they belong to the cluster;
   * exceptionally with {@link RefusedException}, which names the remedy, or another {@link
   * IOException}. Who goes on from it must not wait there.
   *
   * @param handler takes what comes over it
   */
  public CompletableFuture<Link> connect(HostPort to, LinkHandler handler) {
    NettyLink link = new NettyLink(this, made -> handler);
    return connect(to, Hello.Purpose.LINK, self, link, settings().limits().connectMillis())
        .thenApply(endpoint -> link);
  }

  /** Connects for a purpose; {@code endpoint} is given the connection when it is through. */
  CompletableFuture<Endpoint> connect(
      HostPort to, Hello.Purpose purpose, Peer as, Endpoint endpoint, int millis) {
    CompletableFuture<Endpoint> result = new CompletableFuture<>();
    try {
      pool.execute(() -> connect(to, handshake.hello(purpose, as), endpoint, millis, result));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new IOException("this process ends", e));
    }
    return result;
  }

  private void connect(
      HostPort to, Hello hello, Endpoint endpoint, int millis, CompletableFuture<Endpoint> result) {
    InetSocketAddress address;
    try {
      address = resolve(to); // may wait for a name server: not in an event loop
    } catch (UnknownHostException e) {
      result.completeExceptionally(new IOException("there is no host " + to.host(), e));
      return;
    }
    try {
      connect(to, address, hello, endpoint, millis, result);
    } catch (RuntimeException e) {
      result.completeExceptionally(new IOException("cannot connect to " + to, e));
    }
  }

  private void connect(
      HostPort to,
      InetSocketAddress address,
      Hello hello,
      Endpoint endpoint,
      int millis,
      CompletableFuture<Endpoint> result) {
    new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channels.add(channel);
                if (tls != null) {
                  channel
                      .pipeline()
                      .addLast(tls.connector(channel.alloc(), to, settings().limits()));
                }
                channel
                    .pipeline()
                    .addLast(
                        new FrameDecoder(settings().limits()),
                        new ConnectingHandshake(handshake, hello, endpoint, tls != null, result));
              }
            })
        .connect(address)
        .addListener(
            (ChannelFuture connected) -> {
              if (!connected.isSuccess()) {
                result.completeExceptionally(
                    new IOException(
                        "cannot connect to " + to + ": " + connected.cause().getMessage(),
                        connected.cause()));
              }
            });
  }

  // for the rest of the package

  Peer self() {
    return self;
  }

  NetSettings settings() {
    return world.settings();
  }

  NetWorld world() {
    return world;
  }

  MessageCodec codec() {
    return codec;
  }

  /** Threads that may wait. */
  Executor pool() {
    return pool;
  }

  /** Calls later, on a thread that must not wait. */
  void after(int millis, Runnable call) {
    if (!loops.isShuttingDown()) {
      var unused = loops.schedule(call, millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Says who takes the messages between addresses. */
  void acceptLanes(Function<Hello, Endpoint> acceptorOfLanes) {
    lanes = acceptorOfLanes;
  }

  /** Closes all connections, but goes on listening; for tests. */
  void cutConnections() {
    for (Channel channel : channels) {
      if (channel instanceof SocketChannel) {
        var unused = channel.close();
      }
    }
  }

  /**
   * Closes all connections and ends all threads; not to be called by one of them. Does nothing the
   * second time.
   */
  @Override
  public void close() {
    if (loops.isShuttingDown()) {
      return;
    }
    channels.close().awaitUninterruptibly();
    for (EventExecutor loop : loops) {
      loop.submit(() -> {}).awaitUninterruptibly(); // those who hear of the end are told
    }
    pool.shutdown();
    try {
      if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("something that takes messages does not come to its end");
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
    loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
