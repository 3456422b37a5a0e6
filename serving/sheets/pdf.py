"""Pages to PDF on the server: no browser, no network, the fonts of this machine.

Imported where a PDF is asked for: WeasyPrint takes half a second to load.
"""

from __future__ import annotations

import mimetypes
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

from weasyprint import HTML  # type: ignore[import-untyped]
from weasyprint.urls import (  # type: ignore[import-untyped]
    FatalURLFetchingError,
    URLFetcher,
    URLFetcherResponse,
)

_HERE = "file:///"  # a scheme that relative addresses resolve under; no file of the machine is read
_STATIC = f"{_HERE}static/"


class VendoredFetcher(URLFetcher):  # type: ignore[misc]
    """Gives the program's own static files and nothing else, whatever a page asks for."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        """The file at `url`. Raises FatalURLFetchingError for any other: no document is made without a part of it."""
        name = PurePosixPath(url.removeprefix(_STATIC))
        if not url.startswith(_STATIC) or len(name.parts) != 1 or name.name == "..":
            raise FatalURLFetchingError("documents use the program's own files only")
        kind = mimetypes.guess_type(name.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, _static(name.name), {"Content-Type": kind})


def write_pdf(page: str) -> bytes:
    """The PDF (PDF/UA-1: with its structure, for screen readers) of a page."""
    document = HTML(string=page, base_url=_HERE, url_fetcher=VendoredFetcher())
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return pdf


@cache
def _static(name: str) -> bytes:
    return (files("serving.web") / "static" / name).read_bytes()
