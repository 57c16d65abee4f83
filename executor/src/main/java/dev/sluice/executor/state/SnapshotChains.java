package dev.sluice.executor.state;

import dev.sluice.executor.api.SnapshotReader;
import dev.sluice.executor.api.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The rows that a restored partition owns, out of the chains of the partitions that owned them at
 * the checkpoint. Reads the storage anew each time; small ones are kept in memory after the first.
 */
public final class SnapshotChains implements SnapshotReader {
  /** Up to so many bytes of objects, rows are kept for the next reading. */
  private static final long KEPT_BYTES = 16 << 20;

  /** By address, of one address the newest first. */
  private static final Comparator<Link> ORDER =
      Comparator.comparing(Link::row, Row.BY_ADDRESS)
          .thenComparing(Comparator.comparingInt(Link::age));

  private final Storage storage;
  private final List<Chain> chains;
  private final KeyGroupRange range;

  /** Null until it has been read, or if it is too large to be kept. */
  private List<Row> kept;

  /**
   * What one partition had at the checkpoint.
   *
   * @param objects its objects, a full one and what changed, in this order
   * @param unkeyed whether its rows without a key are wanted, too
   */
  public record Chain(List<SnapshotObject> objects, boolean unkeyed) {
    /** Copies the list. */
    public Chain {
      objects = List.copyOf(objects);
    }
  }

  /**
   * Rows of several chains whose key groups are disjoint.
   *
   * @param range which keyed rows are wanted
   */
  public SnapshotChains(Storage storage, List<Chain> chains, KeyGroupRange range) {
    this.storage = storage;
    this.chains = List.copyOf(chains);
    this.range = range;
  }

  @Override
  public void forEach(RowConsumer consumer) throws Exception {
    if (kept == null && bytes() <= KEPT_BYTES) {
      List<Row> rows = new ArrayList<>();
      merge((table, keyGroup, key, value) -> rows.add(new Row(table, keyGroup, key, value)));
      kept = rows;
    }
    if (kept == null) {
      merge(consumer);
      return;
    }
    for (Row row : kept) {
      consumer.accept(row.table(), row.keyGroup(), row.key().clone(), row.value().clone());
    }
  }

  private long bytes() {
    return chains.stream()
        .flatMap(chain -> chain.objects().stream())
        .mapToLong(SnapshotObject::length)
        .sum();
  }

  private void merge(RowConsumer consumer) throws Exception {
    List<Link> open = new ArrayList<>();
    try {
      PriorityQueue<Link> queue = new PriorityQueue<>(ORDER);
      for (Chain chain : chains) {
        for (int i = 0; i < chain.objects().size(); i++) {
          Link link = new Link(chain, i);
          open.add(link);
          if (link.advance()) {
            queue.add(link);
          }
        }
      }
      Row last = null;
      while (!queue.isEmpty()) {
        Link link = queue.poll();
        Row row = link.row();
        boolean superseded = last != null && Row.BY_ADDRESS.compare(last, row) == 0;
        if (!superseded && !row.isTombstone()) {
          consumer.accept(row.table(), row.keyGroup(), row.key(), row.value());
        }
        last = row;
        if (link.advance()) {
          queue.add(link);
        }
      }
    } finally {
      for (Link link : open) {
        link.reader.close();
      }
    }
  }

  /** The wanted rows of one object. */
  private final class Link {
    private final SnapshotObjectReader reader;
    private final boolean unkeyed;
    private final int age;

    Link(Chain chain, int index) throws IOException {
      this.reader = new SnapshotObjectReader(storage, chain.objects().get(index).name());
      this.unkeyed = chain.unkeyed();
      this.age = chain.objects().size() - index;
    }

    int age() {
      return age;
    }

    Row row() {
      return reader.row();
    }

    boolean advance() throws IOException {
      while (reader.advance()) {
        int keyGroup = reader.row().keyGroup();
        if (keyGroup == Row.NO_KEY_GROUP ? unkeyed : range.contains(keyGroup)) {
          return true;
        }
      }
      return false;
    }
  }
}
