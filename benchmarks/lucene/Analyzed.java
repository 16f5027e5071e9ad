import java.io.*;
import java.nio.charset.StandardCharsets;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** What ArabicAnalyzer makes of each line of the input: its terms, a space between them. */
public class Analyzed {
  public static void main(String[] a) throws IOException {
    Analyzer analyzer = new ArabicAnalyzer();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
    for (String line; (line = lines.readLine()) != null; ) {
      StringBuilder terms = new StringBuilder();
      try (TokenStream stream = analyzer.tokenStream("text", line)) {
        CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
        stream.reset();
        while (stream.incrementToken()) terms.append(terms.length() == 0 ? "" : " ").append(term);
        stream.end();
      }
      out.println(terms);
    }
    out.flush();
  }
}
