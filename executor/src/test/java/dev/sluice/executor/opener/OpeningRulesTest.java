package dev.sluice.executor.opener;

import static dev.sluice.executor.opener.SituationBuilder.NOW;
import static dev.sluice.executor.opener.SituationBuilder.idle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.executor.api.BatchKind;
import dev.sluice.executor.api.ClockMode;
import dev.sluice.executor.opener.Decision.Await;
import dev.sluice.executor.opener.Decision.Finish;
import dev.sluice.executor.opener.Decision.GiveUp;
import dev.sluice.executor.opener.Decision.Open;
import dev.sluice.executor.opener.Decision.Wait;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OpeningRulesTest {
  private static final int MAX_ROUNDS = 10;

  private static OpeningRules streaming() {
    return new OpeningRules(ClockMode.REAL, 2, true, false, MAX_ROUNDS);
  }

  private static OpeningRules bounded() {
    return new OpeningRules(ClockMode.JUMPING, 2, false, true, MAX_ROUNDS);
  }

  private static OpeningRules scripted() {
    return new OpeningRules(ClockMode.SCRIPTED, 1, true, false, MAX_ROUNDS);
  }

  private static Open opened(OpeningRules rules, SituationBuilder situation) {
    Decision decision = rules.decide(situation.build());
    assertThat(decision).isInstanceOf(Open.class);
    return (Open) decision;
  }

  private static void awaits(OpeningRules rules, SituationBuilder situation) {
    assertThat(rules.decide(situation.build())).isInstanceOf(Await.class);
  }

  private static void waits(OpeningRules rules, SituationBuilder situation, long nanos) {
    assertThat(rules.decide(situation.build())).isEqualTo(new Wait(nanos));
  }

  @Nested
  class Reading {
    @Test
    void opensWhenASourceIsReady() {
      Open open = opened(streaming(), idle().unboundedReady());
      assertThat(open.kind()).isEqualTo(BatchKind.DATA);
      assertThat(open.time()).isEqualTo(NOW);
      assertThat(open.readUnbounded()).isTrue();
      assertThat(open.release()).isFalse();
    }

    @Test
    void opensTheNextBatchBesideAnotherButNotBeyondTheDepth() {
      opened(streaming(), idle().unboundedReady().inFlight(1));
      awaits(streaming(), idle().unboundedReady().inFlight(2));
    }

    @Test
    void waitsUntilTheLastBatchHasReadItsSources() {
      awaits(streaming(), idle().unboundedReady().inFlight(1).sourcesUnknown());
    }

    @Test
    void opensNothingWhenIdle() {
      awaits(streaming(), idle());
    }

    @Test
    void opensForAWatermarkAtMostEveryFiftyMillis() {
      opened(streaming(), idle().moved().nanosSinceOpened(50_000_000));
      waits(streaming(), idle().moved().nanosSinceOpened(20_000_000), 45_000_000);
    }

    @Test
    void opensForAWakeUpWhenItIsDue() {
      opened(streaming(), idle().wakeUp(NOW));
      waits(streaming(), idle().wakeUp(NOW + 3), 3_000_000);
    }

    @Test
    void aWakeUpThatABatchInFlightHasSeenOpensNothing() {
      awaits(streaming(), idle().wakeUp(NOW - 20).inFlight(1));
      opened(streaming(), idle().wakeUp(NOW - 5).inFlight(1));
    }

    @Test
    void anEndedSourceSealsWhileOthersGoOn() {
      assertThat(opened(streaming(), idle().unsealed()).seal()).isTrue();
    }

    @Test
    void aBoundedJobSealsNothingBeforeAllHaveEnded() {
      awaits(bounded(), idle().unsealed());
      assertThat(opened(bounded(), idle().unsealed().boundedReady()).seal()).isFalse();
    }
  }

  @Nested
  class Script {
    @Test
    void readsAnEventAndMovesTheClockWithIt() {
      Open open = opened(scripted(), idle().unboundedReady().advance(500));
      assertThat(open.time()).isEqualTo(NOW - 10 + 500);
      assertThat(open.readUnbounded()).isTrue();
    }

    @Test
    void carriesEachEventToQuiescence() {
      awaits(scripted(), idle().unboundedReady().inFlight(1));
      Open open = opened(scripted(), idle().unboundedReady().wakeUp(NOW - 10));
      assertThat(open.readUnbounded()).isFalse();
      assertThat(open.forWakeUp()).isTrue();
      assertThat(open.time()).isEqualTo(NOW - 10);
    }

    @Test
    void goesOnAfterManyRounds() {
      Open open = opened(scripted(), idle().unboundedReady().wakeUp(NOW - 10).rounds(MAX_ROUNDS));
      assertThat(open.readUnbounded()).isTrue();
    }

    @Test
    void theClockDoesNotMoveByItself() {
      awaits(scripted(), idle().wakeUp(NOW));
    }

    @Test
    void boundedSourcesAreReadAndSealedFirst() {
      OpeningRules both = new OpeningRules(ClockMode.SCRIPTED, 1, true, true, MAX_ROUNDS);
      Open open = opened(both, idle().unboundedReady().boundedReady().advance(500));
      assertThat(open.readBounded()).isTrue();
      assertThat(open.readUnbounded()).isFalse();
      assertThat(open.time()).isEqualTo(NOW - 10);
      Open seal = opened(both, idle().unboundedReady().boundedEnded().unsealed());
      assertThat(seal.seal()).isTrue();
      assertThat(seal.readUnbounded()).isFalse();
    }
  }

  @Nested
  class Ending {
    @Test
    void waitsForTheBatchesInFlight() {
      awaits(bounded(), idle().allEnded().inFlight(1));
    }

    @Test
    void aBoundedJobJumpsToTheNextWakeUp() {
      Open open = opened(bounded(), idle().allEnded().wakeUp(NOW + 3_600_000));
      assertThat(open.kind()).isEqualTo(BatchKind.SETTLE);
      assertThat(open.time()).isEqualTo(NOW + 3_600_000);
      assertThat(open.seal()).isFalse();
      assertThat(open.phase()).isEqualTo(Phase.SETTLING);
    }

    @Test
    void aStreamingJobWaitsInRealTime() {
      waits(streaming(), idle().allEnded().wakeUp(NOW + 7), 7_000_000);
      assertThat(opened(streaming(), idle().allEnded().wakeUp(NOW)).kind())
          .isEqualTo(BatchKind.SETTLE);
    }

    @Test
    void aDrainedJobDoesNotWait() {
      Open open = opened(streaming(), idle().draining().allEnded().wakeUp(NOW + 7));
      assertThat(open.time()).isEqualTo(NOW + 7);
    }

    @Test
    void whatRenewsItselfIsLeftAfterManyRounds() {
      Open open =
          opened(
              bounded(),
              idle().phase(Phase.SETTLING).allEnded().wakeUp(NOW + 1).rounds(MAX_ROUNDS));
      assertThat(open.kind()).isEqualTo(BatchKind.DATA);
      assertThat(open.seal()).isTrue();
      assertThat(open.phase()).isEqualTo(Phase.SEALING);
    }

    @Test
    void sealsAndReleasesWhenNothingIsPending() {
      Open open = opened(bounded(), idle().allEnded());
      assertThat(open.seal()).isTrue();
      assertThat(open.release()).isTrue();
      assertThat(open.readBounded()).isFalse();
    }

    @Test
    void settlesAgainBeforeItReleasesWhatIsWithheld() {
      SituationBuilder withheld = idle().phase(Phase.SEALING).allEnded().withheld();
      Open settle = opened(bounded(), withheld.wakeUp(NOW + 5));
      assertThat(settle.kind()).isEqualTo(BatchKind.SETTLE);
      assertThat(settle.release()).isFalse();
      assertThat(settle.seal()).isTrue();
      Open release = opened(bounded(), idle().phase(Phase.SEALING).allEnded().withheld());
      assertThat(release.kind()).isEqualTo(BatchKind.DATA);
      assertThat(release.release()).isTrue();
    }

    @Test
    void finishesWhenAllOutputsHaveReachedTheEnd() {
      Situation end = idle().phase(Phase.SEALING).allEnded().allAtMax().wakeUp(NOW + 5).build();
      assertThat(bounded().decide(end)).isInstanceOf(Finish.class);
    }

    @Test
    void givesUpWhenNothingHoldsTheEndBackAndItDoesNotCome() {
      opened(bounded(), idle().phase(Phase.SEALING).allEnded().fruitless(1));
      Situation stuck = idle().phase(Phase.SEALING).allEnded().fruitless(2).build();
      assertThat(bounded().decide(stuck)).isInstanceOf(GiveUp.class);
      Situation held = idle().phase(Phase.SEALING).allEnded().withheld().fruitless(100).build();
      assertThat(bounded().decide(held)).isInstanceOf(GiveUp.class);
    }
  }

  @Nested
  class Checkpoints {
    @Test
    void theNextBatchIsMarkedWhenOneIsDue() {
      assertThat(
              opened(streaming(), idle().unboundedReady().checkpoint(false, false, 0)).checkpoint())
          .isTrue();
      assertThat(
              opened(streaming(), idle().unboundedReady().checkpoint(false, false, 5)).checkpoint())
          .isFalse();
      assertThat(
              opened(streaming(), idle().unboundedReady().checkpoint(true, false, 0)).checkpoint())
          .isFalse();
    }

    @Test
    void anIdleJobOpensOneForWhatIsNotCovered() {
      Open open = opened(streaming(), idle().checkpoint(false, false, 0));
      assertThat(open.checkpoint()).isTrue();
      assertThat(open.readUnbounded()).isFalse();
      waits(streaming(), idle().checkpoint(false, false, 70), 70);
      awaits(streaming(), idle().checkpoint(false, true, 70));
    }

    @Test
    void theLastBatchIsMarkedAndItsCheckpointAwaited() {
      SituationBuilder end = idle().phase(Phase.SEALING).allEnded().allAtMax();
      Open open = opened(bounded(), end.checkpoint(false, false, Long.MAX_VALUE));
      assertThat(open.checkpoint()).isTrue();
      assertThat(open.seal()).isTrue();
      awaits(bounded(), end.checkpoint(true, true, Long.MAX_VALUE));
      assertThat(bounded().decide(end.checkpoint(false, true, Long.MAX_VALUE).build()))
          .isInstanceOf(Finish.class);
    }

    @Test
    void anIdleJobTriesAgainWhatWasGivenUp() {
      SituationBuilder idle = idle().checkpoint(false, true, 0);
      assertThat(opened(streaming(), idle.checkpoint(1, false)).checkpoint()).isTrue();
      waits(streaming(), idle().checkpoint(false, true, 70).checkpoint(1, false), 70);
    }

    @Test
    void anIdleJobTakesAnotherForBatchesThatWaitToBeAcknowledged() {
      SituationBuilder idle = idle().checkpoint(false, true, 0);
      awaits(streaming(), idle);
      assertThat(opened(streaming(), idle.checkpoint(0, true)).checkpoint()).isTrue();
    }

    @Test
    void theLastCheckpointIsTriedThreeTimes() {
      SituationBuilder end =
          idle().phase(Phase.SEALING).allEnded().allAtMax().checkpoint(false, true, Long.MAX_VALUE);
      assertThat(opened(bounded(), end.checkpoint(2, false)).checkpoint()).isTrue();
      assertThat(bounded().decide(end.checkpoint(3, false).build()))
          .isInstanceOf(Decision.NotCovered.class);
      assertThat(bounded().decide(end.checkpoint(0, true).build()))
          .as("the last covers everything")
          .isInstanceOf(Finish.class);
    }

    @Test
    void aResumedJobBeginsWithABatchThatReadsNothing() {
      Open open = opened(streaming(), idle().resumed().unboundedReady().sourcesUnknown());
      assertThat(open.readUnbounded()).isFalse();
      assertThat(open.readBounded()).isFalse();
    }
  }

  @Test
  void workInStagesWithoutOutputsIsFinishedBeforeTheEnd() {
    SituationBuilder end = idle().phase(Phase.SEALING).allEnded().allAtMax();
    Open open = opened(bounded(), end.sinkWakeUp(NOW + 5));
    assertThat(open.kind()).isEqualTo(BatchKind.SETTLE);
    assertThat(open.time()).isEqualTo(NOW + 5);
  }
}
