"""Read documents: Word, OpenDocument, PowerPoint, RTF and books."""
