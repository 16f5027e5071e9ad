"""The outputs of programs that recognise text in pictures: ALTO, PAGE XML and hOCR."""
