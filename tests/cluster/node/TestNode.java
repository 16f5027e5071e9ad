import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.MapperExtrasPlugin;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.join.ParentJoinPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.percolator.PercolatorPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * A node of OpenSearch with the modules of a distribution that khabar and its tests use.
 *
 * <p>Each argument is a setting, {@code name=value}; commas part the values of a list. It runs until it is
 * killed.
 */
public final class TestNode extends Node {
    private static final List<Class<? extends Plugin>> MODULES = List.of(
            Netty4Plugin.class,
            CommonAnalysisPlugin.class,
            PainlessPlugin.class,
            MapperExtrasPlugin.class,
            ParentJoinPlugin.class,
            PercolatorPlugin.class,
            ReindexPlugin.class);

    private TestNode(Settings settings) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"), MODULES, true);
    }

    public static void main(String[] arguments) throws Exception {
        new TestNode(settings(arguments)).start();
        new CountDownLatch(1).await();
    }

    private static Settings settings(String[] arguments) {
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            int sign = argument.indexOf('=');
            String name = argument.substring(0, sign);
            String value = argument.substring(sign + 1);
            if (value.contains(",")) {
                settings.putList(name, value.split(","));
            } else {
                settings.put(name, value);
            }
        }
        return settings.build();
    }
}
