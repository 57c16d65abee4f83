/**
 * Batch descriptors: when a batch opens, how much it reads, and when a job ends (DESIGN C4). Start
 * with {@link dev.sluice.executor.opener.Opener}, the state machine; what it decides is in {@link
 * dev.sluice.executor.opener.OpeningRules}, a pure function of a {@link
 * dev.sluice.executor.opener.Situation}.
 */
package dev.sluice.executor.opener;
