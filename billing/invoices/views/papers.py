"""An invoice or a credit note as a PDF on some paper, or as lines of CSV: both of what the page shows."""

from django.http import HttpResponse

from billing.invoices import rows
from clinnet import spreadsheets
from clinnet.accounts.access import ClinicRequest
from clinnet.documents import Document, Head, Paper
from clinnet.table.errors import NotFound

CSV = "csv"


def handed_out(request: ClinicRequest, shown: rows.InvoicePaper, paper: str) -> HttpResponse:
    """`paper` is a name of Paper, or csv. Raises NotFound for another."""
    if paper == CSV:
        mark = spreadsheets.separator(request.clinic.locale)
        found = spreadsheets.head(rows.HEADS, mark) + spreadsheets.lines(rows.file_rows(shown), mark)
        answer = HttpResponse(found, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{shown.number}.csv"'
        return answer
    on = wanted(paper)
    pdf = Document(f"{shown.title} {shown.number}", rows.TEMPLATE, shown, on, Head.of(request.clinic)).render()
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{shown.number}.pdf"'
    return answer


def wanted(paper: str) -> Paper:
    """Raises NotFound."""
    try:
        return Paper(paper)
    except ValueError:
        raise NotFound from None
