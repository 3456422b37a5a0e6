"""A sheet as DOCX, filled into a template that a court may edit (`XIEZHI_SHEET_TEMPLATE`)."""

from __future__ import annotations

from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from serving.sheets.content import Sheet
from xiezhi.errors import InputError

SHIPPED = Path(__file__).parent / "templates" / "sheet.docx"


def write_docx(sheet: Sheet, template: Path | None) -> bytes:
    """The sheet in `template` (None: the one shipped). Raises InputError for a template that cannot be filled in."""
    chosen = template or SHIPPED
    # A template comes from outside the program, so it is not trusted with more than the sheet.
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(chosen)
        document.render({"sheet": asdict(sheet)}, environment, autoescape=True)
    except (OSError, BadZipFile, PackageNotFoundError, TemplateError, KeyError, ValueError) as error:
        raise InputError(
            f"审查表模板 {chosen.name} 无法填写；请以 xiezhi sheet template 写出的模板为准修改。",
            f"The template {chosen.name} cannot be filled in; start from the one `xiezhi sheet template` writes.",
            code="sheet-template",
        ) from error
    out = BytesIO()
    document.save(out)
    return out.getvalue()
