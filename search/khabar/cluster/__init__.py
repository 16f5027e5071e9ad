"""An index on an OpenSearch cluster, for archives that outgrow one machine: ``opensearch://host:9200/news``.

The cluster recalls and the client ranks: one query finds the best few hundred articles, and khabar's searcher
ranks them with the statistics of the whole index. The cluster receives analysed words and needs no plug-in.
docs/howto/cluster.md says how to use it, ARCHITECTURE.md how it works.
"""
