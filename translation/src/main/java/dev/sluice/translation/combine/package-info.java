/**
 * What combine functions of users may tell the runner beyond Beam's own interfaces. Depends on
 * nothing.
 */
package dev.sluice.translation.combine;
