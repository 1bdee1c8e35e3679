"""Documents on paper: a template, its data in words, and the bytes of a PDF."""

from clinnet.documents.heads import Head
from clinnet.documents.render import CannotPrint, Document, Paper

__all__ = ["CannotPrint", "Document", "Head", "Paper"]
