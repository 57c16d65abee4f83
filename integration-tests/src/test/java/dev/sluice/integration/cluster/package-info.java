/** Clusters of real processes on this machine: what a job goes through there, and what kills. */
package dev.sluice.integration.cluster;
