/**
 * Side inputs. A view's collection is grouped by one constant key ({@link
 * dev.sluice.translation.operator.view.ViewGroupSpec}), whose panes the engine folds into versions
 * ({@link dev.sluice.translation.operator.view.ViewMaterialization}, {@link
 * dev.sluice.translation.operator.view.ViewVersion}), which steps read through a {@link
 * dev.sluice.translation.operator.view.ViewReader}. Steps of other packages come in here; start
 * with {@code ViewMaterialization}.
 */
package dev.sluice.translation.operator.view;
