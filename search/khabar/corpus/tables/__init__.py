"""Read tables whose rows are records: CSV, SQLite databases, workbooks."""
