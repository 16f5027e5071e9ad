import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.*;
import org.apache.lucene.index.*;
import org.apache.lucene.search.*;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;
import org.apache.lucene.store.FSDirectory;

/**
 * Lucene as a peer in the benchmarks: a document a paragraph, ArabicAnalyzer, BM25, text stored.
 *
 *   Paragraphs index paragraphs.jsonl FOLDER
 *   Paragraphs ask FOLDER queries.tsv snippets|ids WARM_SECONDS
 *
 * Lines of queries.tsv are phase TAB query; for each but those of the phase "warm-up" a line "phase TAB milliseconds TAB hits"
 * is printed. The warm-up is asked again until it took WARM_SECONDS, so that the virtual machine has compiled what it will.
 */
public class Paragraphs {
  static final Analyzer ANALYZER = new ArabicAnalyzer();

  public static void main(String[] a) throws Exception {
    if (a[0].equals("index")) index(Paths.get(a[1]), Paths.get(a[2]));
    else ask(Paths.get(a[1]), Paths.get(a[2]), a[3].equals("snippets"), Double.parseDouble(a[4]));
  }

  static void index(Path source, Path folder) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(ANALYZER);
    config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
    config.setRAMBufferSizeMB(256);
    try (FSDirectory directory = FSDirectory.open(folder);
        IndexWriter writer = new IndexWriter(directory, config);
        BufferedReader lines = Files.newBufferedReader(source, StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        // "id", the id, "paragraphs", the paragraphs
        List<String> strings = strings(line);
        for (String paragraph : strings.subList(3, strings.size())) {
          Document document = new Document();
          document.add(new StringField("id", strings.get(1), Field.Store.YES));
          document.add(new TextField("text", paragraph, Field.Store.YES));
          writer.addDocument(document);
        }
      }
      writer.commit();
    }
  }

  static void ask(Path folder, Path queries, boolean snippets, double warmSeconds) throws IOException {
    try (FSDirectory directory = FSDirectory.open(folder);
        DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      UnifiedHighlighter highlighter = new UnifiedHighlighter(searcher, ANALYZER);
      List<String[]> warmUp = new ArrayList<>(), timed = new ArrayList<>();
      for (String line : Files.readAllLines(queries, StandardCharsets.UTF_8)) {
        String[] parts = line.split("\t", 2);
        (parts[0].equals("warm-up") ? warmUp : timed).add(parts);
      }
      long began = System.nanoTime();
      do {
        for (String[] each : warmUp) answer(searcher, highlighter, each[1], snippets);
      } while (!warmUp.isEmpty() && System.nanoTime() - began < warmSeconds * 1e9);
      PrintStream out = new PrintStream(System.out, false, "UTF-8");
      for (String[] each : timed) {
        long start = System.nanoTime();
        int hits = answer(searcher, highlighter, each[1], snippets);
        out.printf(Locale.ROOT, "%s\t%.4f\t%d\n", each[0], (System.nanoTime() - start) / 1e6, hits);
      }
      out.flush();
    }
  }

  /** The best ten paragraphs with what a result list shows of them: id and text, or id and a snippet. */
  static int answer(IndexSearcher searcher, UnifiedHighlighter highlighter, String text, boolean snippets)
      throws IOException {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    try (TokenStream tokens = ANALYZER.tokenStream("text", text)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken())
        query.add(new TermQuery(new Term("text", term.toString())), BooleanClause.Occur.SHOULD);
      tokens.end();
    }
    Query made = query.build();
    TopDocs top = searcher.search(made, 10);
    int shown = 0;
    for (ScoreDoc each : top.scoreDocs) shown += searcher.doc(each.doc).get("id").length();
    if (snippets) for (String each : highlighter.highlight("text", made, top, 1)) shown += each.length();
    return shown < 0 ? -1 : top.scoreDocs.length;
  }

  /** The strings of a line of JSON in their order. */
  static List<String> strings(String line) {
    List<String> found = new ArrayList<>();
    StringBuilder string = null;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (string == null) {
        if (c == '"') string = new StringBuilder();
      } else if (c == '"') {
        found.add(string.toString());
        string = null;
      } else if (c == '\\') {
        char escaped = line.charAt(++i);
        if (escaped == 'u') {
          string.append((char) Integer.parseInt(line.substring(i + 1, i + 5), 16));
          i += 4;
        } else {
          int known = "nrtbf".indexOf(escaped);
          string.append(known < 0 ? escaped : "\n\r\t\b\f".charAt(known));
        }
      } else string.append(c);
    }
    return found;
  }
}
