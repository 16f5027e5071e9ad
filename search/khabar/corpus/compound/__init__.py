"""Read OLE compound files: Outlook messages, and Word documents from before 2007."""
