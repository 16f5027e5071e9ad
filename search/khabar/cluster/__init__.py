"""An index on an OpenSearch cluster, for archives that outgrow one machine: ``opensearch://host:9200/news``.

The cluster recalls, the client ranks: one query finds the best few hundred articles, and the searcher of
every index ranks them with the statistics of the whole index. What the cluster is sent are analysed words; it
needs no plug-in. docs/howto/cluster.md says how to use it, ARCHITECTURE.md how it works.
"""
