"""Tables of records: CSV, databases of SQLite, workbooks."""
