/** Memory is bounded: data larger than the heap, streams longer than any state may last. */
package dev.sluice.integration.memory;
