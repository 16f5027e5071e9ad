"""Read the output of programs that recognise text in images: ALTO, PAGE XML and hOCR."""
