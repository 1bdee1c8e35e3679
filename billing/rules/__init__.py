"""Money in whole numbers of the minor unit: what a line, a document, a share, a credit note and a drawer come to."""
