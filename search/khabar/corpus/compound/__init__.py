"""OLE compound files: Outlook's messages, and Word documents of the years before 2007."""
