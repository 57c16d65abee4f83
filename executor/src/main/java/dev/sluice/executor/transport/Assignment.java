package dev.sluice.executor.transport;

import dev.sluice.executor.api.JobGraph;
import dev.sluice.executor.api.StageSpec;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which executor owns which partition, and which other one keeps a copy of it, in one epoch of a
 * job. Immutable.
 *
 * <p>Executors are given <i>columns</i>: partition {@code p} of every stage belongs to column
 * {@code p mod columns}, so that nothing leaves a process along {@link
 * dev.sluice.executor.api.Exchange#FORWARD} edges between equally wide stages. A column has an
 * owner and, where copies are kept, a <i>buddy</i>: another executor that can go on with it (DESIGN
 * C7). The buddies of one owner's columns are spread over the others.
 */
public final class Assignment implements Serializable {
  private static final long serialVersionUID = 1;

  /** No executor. */
  public static final int NOBODY = -1;

  private final long epoch;
  private final int replication;
  private final int[] members;
  private final int[] owners;
  private final int[] buddies;

  Assignment(long epoch, int replication, int[] members, int[] owners, int[] buddies) {
    this.epoch = epoch;
    this.replication = replication;
    this.members = members;
    this.owners = owners;
    this.buddies = buddies;
  }

  /**
   * An assignment that was made elsewhere.
   *
   * @param epoch its number
   * @param replication on how many executors everything is to be kept
   * @param members the executors that take part, ascending
   * @param owners who owns each column
   * @param buddies who keeps a copy of each column, or {@link #NOBODY}
   * @throws IllegalArgumentException if somebody who does not take part has a column
   */
  public static Assignment of(
      long epoch, int replication, int[] members, int[] owners, int[] buddies) {
    Assignment made = new Assignment(epoch, replication, members, owners, buddies);
    boolean fits = members.length > 0 && owners.length > 0 && owners.length == buddies.length;
    for (int column = 0; fits && column < owners.length; column++) {
      fits =
          made.isMember(owners[column])
              && (buddies[column] == NOBODY || made.isMember(buddies[column]));
    }
    if (!fits) {
      throw new IllegalArgumentException("an assignment to nobody");
    }
    return made;
  }

  /** Spreads partitions over executors 0 to {@code executors - 1}, without copies. */
  public static Assignment spread(int executors) {
    int[] members = new int[executors];
    Arrays.setAll(members, i -> i);
    return spread(0, members, executors, 1);
  }

  /** Spreads partitions over executors with these numbers, without copies. */
  public static Assignment over(Collection<Integer> executors) {
    int[] members = executors.stream().mapToInt(i -> i).sorted().distinct().toArray();
    return spread(0, members, members.length, 1);
  }

  /**
   * Spreads columns over executors.
   *
   * @param epoch its number
   * @param members the numbers of the executors, ascending
   * @param columns how many columns there are; the more, the more evenly they can be spread again
   * @param replication on how many executors everything is kept, 1 or 2
   */
  public static Assignment spread(long epoch, int[] members, int columns, int replication) {
    if (members.length == 0) {
      throw new IllegalArgumentException("there is no executor");
    }
    int n = members.length;
    int[] owners = new int[columns];
    int[] buddies = new int[columns];
    for (int column = 0; column < columns; column++) {
      int owner = column % n;
      owners[column] = members[owner];
      buddies[column] =
          replication > 1 && n > 1 ? members[(owner + 1 + column / n % (n - 1)) % n] : NOBODY;
    }
    return new Assignment(epoch, replication, members.clone(), owners, buddies);
  }

  /** Its number; a later assignment of the same job has a greater one. */
  public long epoch() {
    return epoch;
  }

  /** On how many executors everything is to be kept; there may be too few for it. */
  public int replication() {
    return replication;
  }

  /** Whether a task is released only when it is copied, and kept until its batch is committed. */
  public boolean isReplicated() {
    return replication > 1;
  }

  /** The executors that take part, ascending. */
  public int[] executors() {
    return members.clone();
  }

  /** One more than the greatest number of an executor. */
  public int executorNumbers() {
    return members[members.length - 1] + 1;
  }

  /** Whether an executor takes part. */
  public boolean isMember(int executor) {
    return Arrays.binarySearch(members, executor) >= 0;
  }

  /** Who owns each column. */
  public int[] owners() {
    return owners.clone();
  }

  /** Who keeps a copy of each column, or {@link #NOBODY}. */
  public int[] buddies() {
    return buddies.clone();
  }

  /** How many columns there are. */
  public int columns() {
    return owners.length;
  }

  /** The column of a partition. */
  public int column(int partition) {
    return partition % owners.length;
  }

  /** The executor that owns a partition. */
  public int owner(int stage, int partition) {
    return owners[partition % owners.length];
  }

  /** The executor that keeps a copy of a partition, or {@link #NOBODY}. */
  public int buddy(int stage, int partition) {
    return buddies[partition % owners.length];
  }

  /** Whether everything has as many copies as it should. */
  public boolean isComplete() {
    return replication == 1 || Arrays.stream(buddies).noneMatch(b -> b == NOBODY);
  }

  /** Whether an executor has a split of a source. */
  public boolean readsSources(JobGraph graph, int executor) {
    for (StageSpec stage : graph.stages()) {
      for (int p = 0; stage.source() != null && p < stage.partitions(); p++) {
        if (owner(stage.id(), p) == executor) {
          return true;
        }
      }
    }
    return false;
  }

  /** Columns that nobody alive owns or keeps a copy of. */
  public List<Integer> lostWithout(Set<Integer> dead) {
    TreeSet<Integer> lost = new TreeSet<>();
    for (int column = 0; column < owners.length; column++) {
      boolean copied = buddies[column] != NOBODY && !dead.contains(buddies[column]);
      if (dead.contains(owners[column]) && !copied) {
        lost.add(column);
      }
    }
    return List.copyOf(lost);
  }

  /**
   * The next assignment when executors have died: their columns go to their buddies, and columns
   * without a buddy get one.
   *
   * @throws IllegalArgumentException if a column is {@linkplain #lostWithout lost}
   */
  public Assignment without(long nextEpoch, Set<Integer> dead) {
    if (!lostWithout(dead).isEmpty()) {
      throw new IllegalArgumentException("columns " + lostWithout(dead) + " are lost");
    }
    int[] left = Arrays.stream(members).filter(m -> !dead.contains(m)).toArray();
    int[] nextOwners = owners.clone();
    int[] nextBuddies = buddies.clone();
    for (int column = 0; column < owners.length; column++) {
      if (dead.contains(owners[column])) {
        nextOwners[column] = buddies[column];
        nextBuddies[column] = NOBODY;
      } else if (dead.contains(buddies[column])) {
        nextBuddies[column] = NOBODY;
      }
    }
    return new Assignment(nextEpoch, replication, left, nextOwners, nextBuddies).buddied();
  }

  /**
   * The next assignment with one executor more: it becomes the buddy of columns that a later {@link
   * #handedOver} may give it.
   */
  public Assignment with(long nextEpoch, int joined) {
    int[] more = Arrays.copyOf(members, members.length + 1);
    more[members.length] = joined;
    Arrays.sort(more);
    int[] nextBuddies = buddies.clone();
    int share = owners.length / more.length;
    int[] load = load(owners, more);
    for (int given = 0; isReplicated() && given < share; given++) {
      int from = fullest(load, more);
      for (int column = 0; column < owners.length; column++) {
        if (owners[column] == from && nextBuddies[column] != joined) {
          nextBuddies[column] = joined;
          load[from]--;
          break;
        }
      }
    }
    return new Assignment(nextEpoch, replication, more, owners, nextBuddies).buddied();
  }

  /** The next assignment, in which an executor owns what it was buddy of. */
  public Assignment handedOver(long nextEpoch, int to) {
    int[] nextOwners = owners.clone();
    int[] nextBuddies = buddies.clone();
    for (int column = 0; column < owners.length; column++) {
      if (buddies[column] == to) {
        nextOwners[column] = to;
        nextBuddies[column] = owners[column];
      }
    }
    return new Assignment(nextEpoch, replication, members, nextOwners, nextBuddies);
  }

  /** Gives every column a buddy if there is one: the one with the fewest columns to keep. */
  private Assignment buddied() {
    if (!isReplicated() || members.length == 1) {
      return this;
    }
    int[] load = load(buddies, members);
    for (int column = 0; column < owners.length; column++) {
      if (buddies[column] == NOBODY) {
        int best = NOBODY;
        for (int member : members) {
          if (member != owners[column] && (best == NOBODY || load[member] < load[best])) {
            best = member;
          }
        }
        buddies[column] = best;
        load[best]++;
      }
    }
    return this;
  }

  private static int fullest(int[] load, int[] members) {
    int fullest = members[0];
    for (int member : members) {
      fullest = load[member] > load[fullest] ? member : fullest;
    }
    return fullest;
  }

  private static int[] load(int[] of, int[] members) {
    int[] load = new int[members[members.length - 1] + 1];
    for (int member : of) {
      if (member != NOBODY && member < load.length) {
        load[member]++;
      }
    }
    return load;
  }

  @Override
  public String toString() {
    return "epoch "
        + epoch
        + ": owners "
        + Arrays.toString(owners)
        + ", buddies "
        + Arrays.toString(buddies);
  }
}
