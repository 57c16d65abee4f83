package dev.sluice.executor.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.executor.api.TaskFailure;
import dev.sluice.executor.block.Block;
import dev.sluice.executor.transport.JobPlan;
import dev.sluice.executor.transport.Message;
import dev.sluice.executor.transport.ToCoordinator.JobFailed;
import dev.sluice.executor.transport.ToCoordinator.JobStarted;
import dev.sluice.executor.transport.ToCoordinator.TaskMetrics;
import dev.sluice.executor.transport.ToExecutor.StageReleased;
import dev.sluice.executor.transport.ToExecutor.StartJob;
import java.io.IOException;
import java.io.Serializable;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
  private static final ClassLoader HERE = MessageCodecTest.class.getClassLoader();

  private final MessageCodec codec = new MessageCodec(MessageTypes.ALL, new ByReference());

  static List<Class<?>> messageTypes() {
    return Samples.messageTypes();
  }

  @ParameterizedTest
  @MethodSource("messageTypes")
  void everyMessageComesOutAsItWentIn(Class<?> type) throws Exception {
    Object message = new Samples().of(type);
    assertThat(roundTrip(codec, message, HERE))
        .usingRecursiveComparison()
        .withStrictTypeChecking()
        .ignoringCollectionOrder()
        .withEqualsForType(Objects::equals, Block.class)
        .withEqualsForType(
            (a, b) -> a.toString().equals(b.toString()) && a.getClass() == b.getClass(),
            IllegalStateException.class)
        .withEqualsForType((a, b) -> true, StackTraceElement[].class)
        .ignoringFieldsMatchingRegexes(".*collection|.*list")
        .isEqualTo(message);
  }

  @Test
  void whatIsNotInTheTableIsNotSent() {
    record Stranger(String text) {}
    assertThatThrownBy(() -> codec.encode(new Stranger("hello")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Stranger")
        .hasMessageContaining("not registered");
  }

  @Test
  void whatIsNotInTheTableIsNotRead() {
    record Stranger(String text) {}
    byte[] head =
        new MessageCodec(MessageTypes.ALL.add(9999, Stranger.class), new JavaObjects())
            .encode(new Stranger("hello"))
            .head();
    assertThatThrownBy(() -> codec.decode(head, List.of(), HERE))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("9999");
  }

  @Test
  void aTableRefusesWhatCannotBeSent() {
    record Odd(Thread thread) {}
    assertThatThrownBy(
            () ->
                new MessageCodec(MessageTypes.ALL.add(9999, Odd.class), new JavaObjects())
                    .encode(new Odd(null)))
        .hasMessageContaining("Odd.thread")
        .hasMessageContaining("java.lang.Thread cannot be sent");
    assertThatThrownBy(() -> MessageTypes.ALL.add(20, Odd.class))
        .hasMessageContaining("at 20, where");
  }

  @Test
  void numbersOfTypesNeverChange() {
    assertThat(MessageTypes.ALL.serializers().get(20).type()).isEqualTo(StartJob.class);
    assertThat(MessageTypes.ALL.serializers().get(23).type()).isEqualTo(StageReleased.class);
    assertThat(MessageTypes.ALL.serializers().get(142).type()).isEqualTo(JobPlan.class);
  }

  /** Only here, so that a class loader without the tests does not have it. */
  static final class UserException extends Exception {
    private static final long serialVersionUID = 1;

    UserException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  @Test
  void anExceptionOfAMissingClassIsReadableAllTheSame() throws Exception {
    UserException thrown = new UserException("broken", new IOException("the disk"));
    thrown.addSuppressed(new IllegalStateException("on the way"));
    Throwable there = failure(thrown, without());

    assertThat(there).isInstanceOf(SubstituteException.class).hasMessage("broken");
    assertThat(there.toString()).isEqualTo(UserException.class.getName() + ": broken");
    assertThat(lines(there)).isEqualTo(lines(thrown));
    assertThat(there.getCause().toString()).isEqualTo("java.io.IOException: the disk");
    assertThat(lines(there.getCause())).isEqualTo(lines(thrown.getCause()));
    assertThat(there.getSuppressed()).hasSize(1);
    Throwable further = failure(there, without());
    assertThat(further.toString()).as("sent on").isEqualTo(there.toString());
  }

  @Test
  void anExceptionThatCannotBeSerializedIsReadableAllTheSame() throws Exception {
    RuntimeException thrown =
        new RuntimeException("holds a thread") {
          private static final long serialVersionUID = 1;

          @SuppressWarnings("unused")
          private final Object thread = new Object();
        };
    assertThat(failure(thrown, HERE))
        .isInstanceOf(SubstituteException.class)
        .hasMessage("holds a thread");
  }

  @Test
  void anEndlessChainOfCausesHasAnEnd() throws Exception {
    Exception one = new Exception("one");
    Exception two = new Exception("two", one);
    one.initCause(two);
    Throwable there = failure(one, without());
    assertThat(there).hasMessage("one");
    assertThat(there.getCause()).hasMessage("two");
  }

  /** As above. */
  record UserMetrics(long count) implements Serializable {}

  @Test
  void aUsersObjectIsSentOnByWhoDoesNotHaveItsClass() throws Exception {
    MessageCodec plain = new MessageCodec(MessageTypes.ALL, new JavaObjects());
    TaskMetrics sent = new TaskMetrics("job", 3, 1, new UserMetrics(7));
    for (ClassLoader other : new ClassLoader[] {null, without()}) {
      TaskMetrics there = (TaskMetrics) roundTrip(plain, sent, other);
      assertThat(there.metrics()).isInstanceOf(UnreadObject.class);
      assertThat(((UnreadObject) there.metrics()).read(new JavaObjects(), HERE))
          .isEqualTo(new UserMetrics(7));
      assertThat(roundTrip(plain, there, HERE)).isEqualTo(sent);
    }
  }

  @Test
  void aGraphOfMissingClassesMakesTheMessageUnreadable() {
    MessageCodec plain = new MessageCodec(MessageTypes.ALL, new JavaObjects());
    byte[] head = plain.encode(new Samples().of(StartJob.class)).head();
    assertThatThrownBy(() -> plain.decode(head, List.of(), without()))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("JobGraph");
  }

  @Test
  void blocksAreCounted() {
    MessageCodec.Encoded encoded = codec.encode(new Samples().of(StageReleased.class));
    assertThat(encoded.attachments()).hasSize(2);
    assertThatThrownBy(() -> codec.decode(encoded.head(), List.of(), HERE))
        .hasMessageContaining("more blocks than came");
    byte[] none = codec.encode(new JobStarted("job", 1)).head();
    assertThatThrownBy(() -> codec.decode(none, List.of(Block.EMPTY), HERE))
        .isInstanceOf(MalformedException.class);
  }

  private Throwable failure(Throwable thrown, ClassLoader loader) throws Exception {
    Message sent = new JobFailed("job", new TaskFailure("stage", 1, 2, thrown));
    return ((JobFailed) roundTrip(codec, sent, loader)).failure().cause();
  }

  private static List<String> lines(Throwable throwable) {
    return Arrays.stream(throwable.getStackTrace())
        .map(at -> at.getClassName() + "." + at.getMethodName() + ":" + at.getLineNumber())
        .toList();
  }

  private static ClassLoader without() {
    return new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader());
  }

  private static Object roundTrip(MessageCodec codec, Object message, ClassLoader loader)
      throws Exception {
    MessageCodec.Encoded encoded = codec.encode(message);
    List<Block> blocks = encoded.attachments().stream().map(Attachment::block).toList();
    return codec.decode(encoded.head(), blocks, loader);
  }
}
