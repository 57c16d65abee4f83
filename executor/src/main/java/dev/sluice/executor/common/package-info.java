/**
 * What the engine is given from outside rather than taking it: disk, time, threads (DESIGN C9), and
 * small words that all rooms share. Anybody may come in; imports nothing but the SPI.
 */
package dev.sluice.executor.common;
