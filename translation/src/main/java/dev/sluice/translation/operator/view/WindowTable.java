package dev.sluice.translation.operator.view;

/**
 * The contents of a view by window: immutable, and versions share what they have in common. A treap
 * over (end of the window, hash of the window) whose priorities follow from the keys, so that its
 * shape depends on nothing else; windows are forgotten by cutting off the oldest ends.
 */
final class WindowTable {
  static final WindowTable EMPTY = new WindowTable(null, 0);

  private final Node root;
  private final int size;

  private WindowTable(Node root, int size) {
    this.root = root;
    this.size = size;
  }

  /** How many windows there are. */
  int size() {
    return size;
  }

  /** The least end of a window; {@code Long.MAX_VALUE} if there is none. */
  long leastEnd() {
    if (root == null) {
      return Long.MAX_VALUE;
    }
    Node node = root;
    while (node.left != null) {
      node = node.left;
    }
    return node.contents.end();
  }

  /** The contents of a window, or null. */
  WindowContents find(long end, Object window) {
    int hash = window.hashCode();
    Node node = root;
    while (node != null) {
      int order = order(end, hash, node);
      if (order == 0) {
        return node.find(window);
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  /** A table in which these contents are the ones of their window. */
  WindowTable with(WindowContents contents) {
    boolean known = find(contents.end(), contents.window()) != null;
    return new WindowTable(put(root, contents), known ? size : size + 1);
  }

  /** A table without the windows that end before a time; this one if there are none. */
  WindowTable endingFrom(long time) {
    Node rest = cut(root, time);
    return rest == root ? this : new WindowTable(rest, count(rest));
  }

  /** Gives the contents of all windows, by end. */
  void forEach(ContentsConsumer consumer) throws Exception {
    forEach(root, consumer);
  }

  private static void forEach(Node node, ContentsConsumer consumer) throws Exception {
    if (node != null) {
      forEach(node.left, consumer);
      for (Node same = node; same != null; same = same.sameHash) {
        consumer.accept(same.contents);
      }
      forEach(node.right, consumer);
    }
  }

  /** Takes the contents of a window. */
  @FunctionalInterface
  interface ContentsConsumer {
    void accept(WindowContents contents) throws Exception;
  }

  private static int order(long end, int hash, Node node) {
    int byEnd = Long.compare(end, node.contents.end());
    return byEnd != 0 ? byEnd : Integer.compare(hash, node.hash);
  }

  private static Node put(Node node, WindowContents contents) {
    int hash = contents.window().hashCode();
    if (node == null) {
      return new Node(contents, hash, null, null, null);
    }
    int order = order(contents.end(), hash, node);
    if (order == 0) {
      return node.replaced(contents);
    }
    if (order < 0) {
      Node left = put(node.left, contents);
      return left.priority > node.priority
          ? left.over(left.left, node.over(left.right, node.right))
          : node.over(left, node.right);
    }
    Node right = put(node.right, contents);
    return right.priority > node.priority
        ? right.over(node.over(node.left, right.left), right.right)
        : node.over(node.left, right);
  }

  private static Node cut(Node node, long time) {
    if (node == null) {
      return null;
    }
    if (node.contents.end() < time) {
      return cut(node.right, time);
    }
    Node left = cut(node.left, time);
    return left == node.left ? node : node.over(left, node.right);
  }

  private static int count(Node node) {
    return node == null ? 0 : node.chain() + count(node.left) + count(node.right);
  }

  /** A window, with those of the same end and the same hash behind it. */
  private static final class Node {
    private final WindowContents contents;
    private final int hash;
    private final int priority;
    private final Node sameHash;
    private final Node left;
    private final Node right;

    Node(WindowContents contents, int hash, Node sameHash, Node left, Node right) {
      this.contents = contents;
      this.hash = hash;
      this.priority = mixed(contents.end() * 31 + hash);
      this.sameHash = sameHash;
      this.left = left;
      this.right = right;
    }

    Node over(Node newLeft, Node newRight) {
      return new Node(contents, hash, sameHash, newLeft, newRight);
    }

    WindowContents find(Object window) {
      for (Node node = this; node != null; node = node.sameHash) {
        if (node.contents.window().equals(window)) {
          return node.contents;
        }
      }
      return null;
    }

    Node replaced(WindowContents newer) {
      if (contents.window().equals(newer.window())) {
        return new Node(newer, hash, sameHash, left, right);
      }
      Node rest =
          sameHash == null ? new Node(newer, hash, null, null, null) : sameHash.replaced(newer);
      return new Node(contents, hash, rest, left, right);
    }

    int chain() {
      return sameHash == null ? 1 : 1 + sameHash.chain();
    }

    private static int mixed(long key) {
      long mix = (key ^ key >>> 33) * 0xff51afd7ed558ccdL;
      mix = (mix ^ mix >>> 33) * 0xc4ceb9fe1a85ec53L;
      return (int) (mix >>> 32);
    }
  }
}
