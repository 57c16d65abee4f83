package dev.sluice.examples;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Top;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.joda.time.format.DateTimeFormat;
import org.joda.time.format.DateTimeFormatter;

/**
 * Counts the hashtags of a live stream of text over a sliding window and prints the most frequent
 * ones whenever the window has slid.
 *
 * <p>The stream is lines of text on a TCP socket, from any server; with {@code --generate} from a
 * {@link HashtagGenerator} in the same process.
 */
public final class Hashtags {
  private Hashtags() {}

  /** What can be set. */
  public interface Options extends PipelineOptions {
    @Description("The host that serves the stream.")
    @Default.String("localhost")
    String getHost();

    void setHost(String host);

    @Description("The port that serves the stream.")
    @Default.Integer(9999)
    int getPort();

    void setPort(int port);

    @Description("Whether to generate the stream here, on any free port of this host.")
    boolean isGenerate();

    void setGenerate(boolean generate);

    @Description("How many lines per second to generate.")
    @Default.Integer(1000)
    int getRate();

    void setRate(int rate);

    @Description("Over how many seconds to count.")
    @Default.Integer(60)
    int getWindow();

    void setWindow(int window);

    @Description("By how many seconds the window slides.")
    @Default.Integer(1)
    int getEvery();

    void setEvery(int every);

    @Description("How many of the most frequent hashtags to print.")
    @Default.Integer(10)
    int getTop();

    void setTop(int top);

    @Description("After how many seconds to stop. Default: when the server closes the stream.")
    @Default.Integer(0)
    int getSeconds();

    void setSeconds(int seconds);
  }

  /** Runs the pipeline that the arguments ask for. */
  public static void main(String[] args) throws IOException {
    Options options = PipelineOptionsFactory.fromArgs(args).withValidation().as(Options.class);
    if (!options.isGenerate()) {
      run(options);
      return;
    }
    try (HashtagGenerator generator = HashtagGenerator.start(0, options.getRate())) {
      options.setHost("localhost");
      options.setPort(generator.port());
      run(options);
    }
  }

  private static void run(Options options) throws IOException {
    PipelineResult result = pipeline(options).run();
    if (options.getSeconds() == 0) {
      result.waitUntilFinish();
    } else if (result.waitUntilFinish(Duration.standardSeconds(options.getSeconds())) == null) {
      result.cancel();
    }
  }

  static Pipeline pipeline(Options options) {
    Pipeline pipeline = Pipeline.create(options);
    PCollection<String> lines =
        pipeline.apply("Read", Read.from(new SocketLines(options.getHost(), options.getPort())));
    hashtags(lines)
        .apply(
            "Window",
            Window.into(
                SlidingWindows.of(Duration.standardSeconds(options.getWindow()))
                    .every(Duration.standardSeconds(options.getEvery()))))
        .apply("Count", Count.perElement())
        .apply(
            "Top", Top.of(options.getTop(), new KV.OrderByValue<String, Long>()).withoutDefaults())
        .apply("Print", ParDo.of(new Print()));
    return pipeline;
  }

  static PCollection<String> hashtags(PCollection<String> lines) {
    return lines.apply("Hashtags", ParDo.of(new Extract()));
  }

  /** Gives the hashtags of each line, in lower case. */
  private static final class Extract extends DoFn<String, String> {
    private static final long serialVersionUID = 1;
    private static final Pattern HASHTAG = Pattern.compile("#[\\p{L}\\p{N}_]+");

    @ProcessElement
    public void process(@Element String line, OutputReceiver<String> hashtags) {
      Matcher hashtag = HASHTAG.matcher(line);
      while (hashtag.find()) {
        hashtags.output(hashtag.group().toLowerCase(Locale.ROOT));
      }
    }
  }

  /** Prints the hashtags of a window, the most frequent first, after the time of its end. */
  private static final class Print extends DoFn<List<KV<String, Long>>, Void> {
    private static final long serialVersionUID = 1;
    private static final DateTimeFormatter TIME = DateTimeFormat.forPattern("HH:mm:ss");

    @ProcessElement
    public void process(@Element List<KV<String, Long>> top, BoundedWindow window) {
      Instant end = window.maxTimestamp().plus(Duration.millis(1));
      System.out.println(
          top.stream()
              .map(hashtag -> hashtag.getKey() + " " + hashtag.getValue())
              .collect(Collectors.joining("  ", TIME.print(end) + "  ", "")));
    }
  }
}
