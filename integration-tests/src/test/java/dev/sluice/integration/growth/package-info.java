/** Nothing grows: what a streaming job holds depends on what is open in it, not on its age. */
package dev.sluice.integration.growth;
