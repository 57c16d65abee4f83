/**
 * What tests of whole pipelines share: making pipelines that leave nothing behind ({@link
 * dev.sluice.integration.pipelines.Workshop}), DoFns that count their lives, sources that do what a
 * test says, JVMs of their own.
 */
package dev.sluice.integration.pipelines;
