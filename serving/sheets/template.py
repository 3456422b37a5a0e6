"""The DOCX template that is shipped, made from here byte for byte: what a court edits must have a known beginning.

Measures are those of GB/T 9704-2012: A4, margins 37, 26, 35 and 28 mm, size 3 (16 pt), 22 lines of 28 characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.section import _Footer
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.parfmt import ParagraphFormat

BODY, TITLE, HEAD, KAI = "仿宋", "方正小标宋简体", "黑体", "楷体"
LATIN = "Times New Roman"
_FREE = {
    BODY: "FangSong,STFangsong,Noto Serif CJK SC,Noto Serif SC",
    TITLE: "FZXiaoBiaoSong-B05S,SimSun,Noto Serif CJK SC,Noto Serif SC",
    HEAD: "SimHei,Heiti SC,Noto Sans CJK SC,Noto Sans SC",
    KAI: "KaiTi,STKaiti,Noto Serif CJK SC,Noto Serif SC",
    "宋体": "SimSun,Noto Serif CJK SC,Noto Serif SC",
}
"""Other names of the official faces, then the free ones that stand in where they are not installed."""
_LINE_PITCH = 580  # twentieths of a point: 225 mm in 22 lines
_EPOCH = (1980, 1, 1, 0, 0, 0)

_ABOVE = (
    ("{{ sheet.office }}", TITLE, 18, WD_ALIGN_PARAGRAPH.CENTER),
    ("{{ sheet.title }}", TITLE, 22, WD_ALIGN_PARAGRAPH.CENTER),
    ("{{ sheet.reference }}", BODY, 16, WD_ALIGN_PARAGRAPH.CENTER),
    ("{{ sheet.caution }}", KAI, 14, WD_ALIGN_PARAGRAPH.LEFT),
)
_BELOW = (
    ("{%p for line in sheet.signed %}", BODY, 16, WD_ALIGN_PARAGRAPH.RIGHT),
    ("{{ line }}：________________", BODY, 16, WD_ALIGN_PARAGRAPH.RIGHT),
    ("{%p endfor %}", BODY, 16, WD_ALIGN_PARAGRAPH.RIGHT),
    ("{{ sheet.made_on }}", BODY, 16, WD_ALIGN_PARAGRAPH.RIGHT),
)


def build_template() -> bytes:
    """The template, always the same bytes."""
    document = Document()
    _set_page(document)
    for text, face, size, aligned in _ABOVE:
        _write(document.add_paragraph(), text, face, size, aligned)
    _tag(document, "{%p for section in sheet.sections %}")
    _write(document.add_paragraph(), "{{ section.heading }}", HEAD, 16, indented=True)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _tag(document, "{%p for line in section.lines %}")
    _write(document.add_paragraph(), "{{ line }}", BODY, 16, indented=True)
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p if section.table %}")
    _add_table(document)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p endfor %}")
    for text, face, size, aligned in _BELOW:
        _write(document.add_paragraph(), text, face, size, aligned)
    _add_footer(document.sections[0].footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _add_footer(document.sections[0].even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)
    document.settings.odd_and_even_pages_header_footer = True
    _name_faces(document)
    return _repack(document)


def _set_page(document: Docx) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.right_margin = Mm(37), Mm(26)
    page.bottom_margin, page.left_margin = Mm(35), Mm(28)
    page.footer_distance = Mm(25)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(_LINE_PITCH))
    for old in page._sectPr.findall(qn("w:docGrid")):
        page._sectPr.remove(old)
    page._sectPr.append(grid)
    style: Any = document.styles["Normal"]
    style.font.size = Pt(16)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = Pt(_LINE_PITCH / 20)
    _set_face(style.element.get_or_add_rPr(), BODY)
    # Free faces hold a form for each tongue; and no space is put between 甘 and 0702.
    for lang in document.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:eastAsia"), "zh-CN")
    _switch_off(style.paragraph_format, "w:autoSpaceDE", "w:autoSpaceDN")


def _switch_off(form: ParagraphFormat, *names: str) -> None:
    properties: Any = form._element.get_or_add_pPr()
    for name in names:
        off = OxmlElement(name)
        off.set(qn("w:val"), "0")
        properties.insert_element_before(off, "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _write(
    paragraph: Paragraph,
    text: str,
    face: str,
    size: float,
    aligned: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    *,
    indented: bool = False,
) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    _set_face(run._element.get_or_add_rPr(), face)
    paragraph.alignment = aligned
    if indented:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)


def _tag(document: Docx, text: str) -> None:
    """A paragraph that goes when the template is filled in."""
    document.add_paragraph(text)


def _add_table(document: Docx) -> None:
    rows: Sequence[Sequence[str]] = (
        ("{%tc for cell in section.table.head %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr for row in section.table.rows %}", "", ""),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    )
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for place, row in enumerate(rows):
        for cell, text in zip(table.rows[place].cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.line_spacing = Pt(14)
            _switch_off(paragraph.paragraph_format, "w:snapToGrid")
            _write(paragraph, text, HEAD if place == 0 else BODY, 10.5)
    for row_ in table.rows:
        properties = row_._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _add_footer(footer: _Footer, side: WD_ALIGN_PARAGRAPH) -> None:
    """The page number, outside and a character from the edge (GB/T 9704-2012, 7.5), and what the sheet rests on."""
    paragraph = footer.paragraphs[0]
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Pt(14)
    _write(paragraph, "— ", "宋体", 14, side)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(14)
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)
    _write(paragraph, " —", "宋体", 14, side)
    for text in ("{{ sheet.code }}  {{ sheet.stamps | join('  ') }}", "{{ sheet.watermark }}"):
        small = footer.add_paragraph()
        small.paragraph_format.line_spacing = 1.0
        _write(small, text, "宋体", 7, WD_ALIGN_PARAGRAPH.CENTER)


def _name_faces(document: Docx) -> None:
    """Tell what may stand in for the official faces."""
    part = next(p for p in document.part.package.iter_parts() if str(p.partname) == "/word/fontTable.xml")
    table = parse_xml(part.blob)
    for face, others in _FREE.items():
        font, other = OxmlElement("w:font"), OxmlElement("w:altName")
        font.set(qn("w:name"), face)
        other.set(qn("w:val"), others)
        font.append(other)
        table.append(font)
    part._blob = serialize_part_xml(table)


def _set_face(properties: Any, face: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.set(qn("w:ascii"), LATIN)
    fonts.set(qn("w:hAnsi"), LATIN)
    fonts.set(qn("w:eastAsia"), face)


def _repack(document: Docx) -> bytes:
    """The package with its files in order and without times of making, so that it is the same on every day."""
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "xiezhi", "审查表", ""
    saved, out = BytesIO(), BytesIO()
    document.save(saved)
    with ZipFile(saved) as box, ZipFile(out, "w") as packed:
        for name in sorted(box.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, box.read(name))
    return out.getvalue()
