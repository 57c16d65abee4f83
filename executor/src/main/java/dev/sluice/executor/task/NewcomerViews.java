package dev.sluice.executor.task;

import dev.sluice.executor.block.SharedBlock;
import dev.sluice.executor.transport.Assignment;
import dev.sluice.executor.transport.SentBlock;
import dev.sluice.executor.transport.ToExecutor;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * How members that join a running job learn its views. Of all batches that open later they get the
 * blocks like everybody; the version that the last earlier batch made is written down by the first
 * member that has been there, and sent to them. Owned by the executor.
 */
final class NewcomerViews {
  private final LocalJob job;
  private final ViewSlot[] views;
  private final JobVoice voice;

  /** Whether messages of the present epoch may be sent. */
  private final BooleanSupplier isOpen;

  private List<Integer> newcomers = List.of();

  /** Views that this executor is to send, and has not sent yet. */
  private final Set<Integer> viewsToSend = new TreeSet<>();

  /** The last batch that was open when the epoch began. */
  private long openBefore = Long.MIN_VALUE;

  NewcomerViews(LocalJob job, ViewSlot[] views, JobVoice voice, BooleanSupplier isOpen) {
    this.job = job;
    this.views = views;
    this.voice = voice;
    this.isOpen = isOpen;
  }

  /** An epoch begins in which some members may not know the views. */
  void begin(Assignment before, long open, List<Integer> joined) {
    openBefore = open;
    newcomers = joined;
    for (ViewSlot view : views) {
      boolean isNew = joined.contains(job.executor()) && !before.isMember(job.executor());
      if (view != null && !view.busy && (isNew || !view.isBased())) {
        view.awaitBase(openBefore);
      }
    }
  }

  /** Sends what is there to send; the rest when its version has been made. */
  void send() {
    viewsToSend.clear();
    for (int member : job.plan().assignment().executors()) {
      if (!newcomers.contains(member)) {
        if (member == job.executor() && !newcomers.isEmpty()) {
          for (ViewSlot view : views) {
            viewsToSend.add(view.view().id());
            advanced(view);
          }
        }
        return; // one is enough: the first that has been there
      }
    }
  }

  /** A view has another version. */
  void advanced(ViewSlot view) {
    if (view.next() <= openBefore || !viewsToSend.remove(view.view().id())) {
      return;
    }
    BatchTable table = job.flow().tableOrNull(openBefore);
    boolean latest = view.next() == openBefore + 1;
    job.enqueue(
        new ViewCopy(
            job,
            view,
            latest ? view.versionOrInitial() : table.version(view.view().id()),
            openBefore,
            latest
                ? view.watermark()
                : table.outputWatermark(view.view().producer(), view.view().output()),
            newcomers));
  }

  /** A version has been written down. */
  void copied(ViewCopy copy) {
    if (copy.failure == null && isOpen.getAsBoolean() && copy.after() == openBefore) {
      SharedBlock contents = SharedBlock.of(copy.contents());
      for (int newcomer : copy.newcomers()) {
        SentBlock sent =
            new SentBlock(
                SentBlock.edgeOfView(copy.view().view().id()), 0, newcomer, contents.share());
        voice.tell(
            newcomer,
            new ToExecutor.ViewCopied(
                job.plan().jobId(), copy.view().view().id(), copy.after(), copy.watermark(), sent));
      }
      contents.release();
    } else {
      copy.contents().release();
    }
  }

  /** The version of a view has come that is awaited, or has come before. */
  void received(ToExecutor.ViewCopied message) {
    ViewSlot view = views[message.view()];
    if (view.isBased() || view.busy || message.batch() != view.next() - 1) {
      message.contents().block().release();
      return;
    }
    BlockList contents = new BlockList();
    if (!message.contents().block().isEmpty()) {
      contents.add(message.contents());
    }
    view.prepareBase(contents, message.watermark());
    job.enqueue(view);
  }

  /**
   * What a partition here would have to look at and nobody can tell it, or null. Whoever joins gets
   * the versions of views after all batches that are open then; if somebody dies before that, it
   * may have to run one of these.
   */
  String missing(List<PartitionSlot> slots) {
    for (PartitionSlot slot : slots) {
      for (int view : slot.stage().views()) {
        if (slot.next() <= openBefore && !views[view].isBased()) {
          return "the version of view " + view + " in batch " + slot.next();
        }
      }
    }
    return null;
  }

  /** Whether all views are known here. */
  boolean areBased() {
    for (ViewSlot view : views) {
      if (view != null && !view.isBased()) {
        return false;
      }
    }
    return true;
  }
}
