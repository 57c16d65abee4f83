package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.executor.api.Watermarks;
import dev.sluice.executor.transport.control.Reply.ExecutorStatus;
import dev.sluice.executor.transport.control.Reply.JobStatus;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the command prints: tables for people, JSON for machines. */
final class Output {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Output() {}

  static void json(PrintWriter out, Object value) throws JsonProcessingException {
    out.println(JSON.writeValueAsString(value));
  }

  /** A job for machines: names here are part of the command's interface. */
  static Map<String, Object> job(JobStatus job) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", job.job());
    fields.put("name", job.name());
    fields.put("state", job.state().name());
    fields.put("submitted", time(job.submittedMillis()));
    fields.put("ended", job.endedMillis() == 0 ? null : time(job.endedMillis()));
    fields.put("batchesCommitted", job.progress().committed() + 1);
    fields.put("recordsRead", job.progress().recordsRead());
    fields.put("watermark", watermark(job.progress().minWatermark()));
    fields.put("executors", job.executors());
    fields.put("degraded", job.degraded());
    if (job.failure() != null) {
      Map<String, Object> failure = new LinkedHashMap<>();
      failure.put("stage", job.failure().stage());
      failure.put("partition", job.failure().partition());
      failure.put("batch", job.failure().batch());
      failure.put("cause", job.failure().text());
      failure.put("trace", job.failure().trace());
      fields.put("failure", failure);
    }
    return fields;
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private static String watermark(long millis) {
    if (millis <= Watermarks.MIN) {
      return "start";
    }
    return millis >= Watermarks.MAX ? "end" : time(millis);
  }

  /** An executor for machines. */
  static Map<String, Object> executor(ExecutorStatus executor) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", executor.executor());
    fields.put("state", executor.state());
    fields.put("address", executor.host() + ":" + executor.port());
    fields.put("slots", executor.slots());
    fields.put("memory", executor.memory());
    fields.put("reason", executor.reason());
    return fields;
  }

  static void jobs(PrintWriter out, List<JobStatus> jobs) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("JOB", "STATE", "SUBMITTED", "BATCHES", "RECORDS", "WATERMARK"));
    for (JobStatus job : jobs) {
      rows.add(
          List.of(
              job.job(),
              job.degraded() ? job.state().name() + " (DEGRADED)" : job.state().name(),
              time(job.submittedMillis()),
              Long.toString(job.progress().committed() + 1),
              Long.toString(job.progress().recordsRead()),
              watermark(job.progress().minWatermark())));
    }
    table(out, rows);
  }

  static void executors(PrintWriter out, List<ExecutorStatus> executors) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("EXECUTOR", "STATE", "ADDRESS", "SLOTS", "MEMORY", ""));
    for (ExecutorStatus executor : executors) {
      rows.add(
          List.of(
              Integer.toString(executor.executor()),
              executor.state(),
              executor.host() + ":" + executor.port(),
              Integer.toString(executor.slots()),
              String.format(Locale.ROOT, "%d MiB", executor.memory() >> 20),
              executor.reason()));
    }
    table(out, rows);
  }

  private static void table(PrintWriter out, List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
