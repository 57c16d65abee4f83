/** What survives: pipelines that are killed and resumed from their checkpoints. */
package dev.sluice.integration.recovery;
