package dev.sluice.integration.differential;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collections as text that is the same for the same contents. */
final class Text {
  private Text() {}

  static <T extends Comparable<? super T>> String sorted(Iterable<T> values) {
    List<T> list = new ArrayList<>();
    values.forEach(list::add);
    Collections.sort(list);
    return list.toString();
  }
}
