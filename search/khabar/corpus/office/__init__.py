"""Documents: Word, OpenDocument, PowerPoint, RTF and books."""
