/**
 * Wrong use: options, code and data that cannot work are answered by a message that names the cause
 * and the step, a pipeline in state FAILED, and nothing left behind.
 */
package dev.sluice.integration.usage;
