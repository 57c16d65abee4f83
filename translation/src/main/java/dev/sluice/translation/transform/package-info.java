/**
 * From Beam's transforms to our steps: overrides that rewrite the pipeline first, then one
 * translator per transform we run ourselves. Start with {@link
 * dev.sluice.translation.transform.GraphTranslation}; the table of translators is {@link
 * dev.sluice.translation.transform.Translators}.
 */
package dev.sluice.translation.transform;
