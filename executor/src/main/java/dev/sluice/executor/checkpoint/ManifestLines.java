package dev.sluice.executor.checkpoint;

import dev.sluice.executor.checkpoint.ManifestCodec.MalformedManifest;
import dev.sluice.executor.checkpoint.ManifestCodec.TornManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The lines of a manifest whose end and checksum have been found right, field by field. */
final class ManifestLines {
  private static final String END = "\nend\t";
  private static final int END_LENGTH = END.length() + 8 + 1;

  private final String[] lines;
  private int nextLine;
  private String[] fields = {};
  private int nextField;

  private ManifestLines(String[] lines) {
    this.lines = lines;
  }

  static ManifestLines of(byte[] bytes) throws MalformedManifest {
    int body = bytes.length - END_LENGTH + 1;
    if (body < 1) {
      throw new TornManifest("it has only " + bytes.length + " bytes");
    }
    String end = new String(bytes, body - 1, END_LENGTH, StandardCharsets.UTF_8);
    if (!end.startsWith(END) || !end.endsWith("\n")) {
      throw new TornManifest("the line 'end' is missing");
    }
    String expected = ManifestCodec.hex(ManifestCodec.checksum(bytes, body));
    if (!end.equals(END + expected + "\n")) {
      throw new MalformedManifest("its checksum does not match");
    }
    return new ManifestLines(new String(bytes, 0, body, StandardCharsets.UTF_8).split("\n", -1));
  }

  /** Goes to the next line, which must be of this kind. */
  void next(String kind) throws MalformedManifest {
    expectEndOfLine();
    // the last piece lies behind the last line and is empty
    String line = nextLine < lines.length - 1 ? lines[nextLine] : "end";
    nextLine++;
    fields = line.split("\t", -1);
    nextField = 1;
    if (!fields[0].equals(kind)) {
      throw new MalformedManifest(
          "line "
              + nextLine
              + " should begin with '"
              + kind
              + "' and begins with '"
              + fields[0]
              + "'");
    }
  }

  private void expectEndOfLine() throws MalformedManifest {
    if (nextField < fields.length) {
      throw new MalformedManifest("line " + nextLine + " has more fields than expected");
    }
  }

  /** Says that there is no further line. */
  void finish() throws MalformedManifest {
    expectEndOfLine();
    if (nextLine != lines.length - 1) {
      throw new MalformedManifest("it has more lines than expected");
    }
  }

  String text() throws MalformedManifest {
    if (nextField >= fields.length) {
      throw new MalformedManifest("line " + nextLine + " has fewer fields than expected");
    }
    return unescape(fields[nextField++]);
  }

  List<String> rest() throws MalformedManifest {
    List<String> rest = new ArrayList<>();
    while (nextField < fields.length) {
      rest.add(text());
    }
    return rest;
  }

  int integer(int min, int max) throws MalformedManifest {
    return (int) number(min, max);
  }

  long number(long min, long max) throws MalformedManifest {
    String text = text();
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // the same answer
    }
    throw new MalformedManifest(
        "line "
            + nextLine
            + " has '"
            + text
            + "' where a number from "
            + min
            + " to "
            + max
            + " is expected");
  }

  int hex() throws MalformedManifest {
    String text = text();
    try {
      return Integer.parseUnsignedInt(text, 16);
    } catch (NumberFormatException e) {
      throw new MalformedManifest("line " + nextLine + " has '" + text + "' for a checksum");
    }
  }

  boolean truth() throws MalformedManifest {
    String text = text();
    if (!Arrays.asList("true", "false").contains(text)) {
      throw new MalformedManifest("line " + nextLine + " has '" + text + "' for true or false");
    }
    return text.equals("true");
  }

  private String unescape(String field) throws MalformedManifest {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      i++;
      char escaped = i < field.length() ? field.charAt(i) : ' ';
      switch (escaped) {
        case '\\' -> text.append('\\');
        case 't' -> text.append('\t');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        default -> throw new MalformedManifest("line " + nextLine + " has a wrong escape");
      }
    }
    return text.toString();
  }
}
