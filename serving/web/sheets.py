"""Documents to print, save and verify: the review sheet and the desk's two papers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from serving.access import Visitor, VisitorDep, note_seen
from serving.bench_access import require_sight
from serving.casework.reading import read_casework
from serving.file_names import saved_as
from serving.language import LANGUAGES, choose_language
from serving.parts import Parts, PartsDep
from serving.review.case import read_case
from serving.review.relations import read_relations
from serving.sheets.content import Section, Sheet, Table, tell_sheet
from serving.sheets.html import write_papers, write_sheet
from serving.sheets.issue import issue, verify
from serving.sheets.paper import Paper, tell_paper
from serving.web.graph import Drawing
from serving.web.render import Words, case_url, render
from serving.web.ties import Ties, tell_ties
from xiezhi.audit.chain import Act, digest_of
from xiezhi.errors import NotFound
from xiezhi.store.audit import append_acts
from xiezhi.store.filings import get_filing
from xiezhi.store.screenings import get_screening

router = APIRouter(include_in_schema=False)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("/filings/{filing_id:path}/sheet")
def show_sheet(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> HTMLResponse:
    """The review sheet as a page to print."""
    words = _words(request, parts)
    own = case_url(filing_id)
    sheet, drawing = _issue(parts, visitor, filing_id, words, "page")
    links = [
        (own, words.say("sheet.back")),
        (f"{own}/sheet.pdf?lang={words.language}", words.say("sheet.pdf")),
        (f"{own}/sheet.docx?lang={words.language}", words.say("sheet.docx")),
        (f"/verify?code={sheet.code}", words.say("verify.title")),
        (f"{own}/sheet?lang={_other(words)}", words.say("site.other_language")),
    ]
    return HTMLResponse(write_sheet(sheet, words, links, drawing))


@router.get("/filings/{filing_id:path}/sheet.pdf")
def save_sheet_pdf(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """The review sheet as PDF."""
    from serving.sheets.pdf import write_pdf  # WeasyPrint takes half a second to load

    words = _words(request, parts)
    sheet, drawing = _issue(parts, visitor, filing_id, words, "pdf")
    return _file(
        write_pdf(write_sheet(sheet, words, drawing=drawing)), "application/pdf", f"{sheet.reference}.pdf"
    )


@router.get("/filings/{filing_id:path}/sheet.docx")
def save_sheet_docx(request: Request, filing_id: str, parts: PartsDep, visitor: VisitorDep) -> Response:
    """The review sheet as DOCX, in the court's own template where it has one."""
    from serving.sheets.docx import write_docx  # a third of a second to load

    words = _words(request, parts)
    sheet, _ = _issue(parts, visitor, filing_id, words, "docx")
    return _file(write_docx(sheet, parts.settings.sheet_template), DOCX, f"{sheet.reference}.docx")


@router.get("/verify")
def show_verification(
    request: Request, parts: PartsDep, code: Annotated[str, Query(max_length=100)] = ""
) -> HTMLResponse:
    """Whether a code belongs to a sheet this court issued."""
    known = verify(parts.store, code) if code else None
    return render(request, "verify.html", code=code, known=known)


@router.get("/desk/answers/{screening_id}/notice")
def show_notice(request: Request, screening_id: str, parts: PartsDep, both: bool = False) -> HTMLResponse:
    """The risk notice as a page to print."""
    return _show_paper(request, parts, screening_id, "notice", both)


@router.get("/desk/answers/{screening_id}/undertaking")
def show_undertaking(
    request: Request, screening_id: str, parts: PartsDep, both: bool = False
) -> HTMLResponse:
    """The undertaking as a page to print."""
    return _show_paper(request, parts, screening_id, "undertaking", both)


@router.get("/desk/answers/{screening_id}/notice.pdf")
def save_notice(
    request: Request, screening_id: str, parts: PartsDep, visitor: VisitorDep, both: bool = False
) -> Response:
    """The risk notice as PDF."""
    return _save_paper(request, parts, visitor, screening_id, "notice", both)


@router.get("/desk/answers/{screening_id}/undertaking.pdf")
def save_undertaking(
    request: Request, screening_id: str, parts: PartsDep, visitor: VisitorDep, both: bool = False
) -> Response:
    """The undertaking as PDF."""
    return _save_paper(request, parts, visitor, screening_id, "undertaking", both)


def _issue(parts: Parts, visitor: Visitor, filing_id: str, words: Words, form: str) -> tuple[Sheet, Drawing]:
    case = read_case(parts.store, filing_id)
    require_sight(parts, visitor, case)
    ties = tell_ties(read_relations(parts.store, case), words, parts.settings.zone)
    at = parts.now()
    work = read_casework(parts.store, parts.settings, case)
    sheet = tell_sheet(case, work, _tell_ties(ties, words), words, at)
    assert case.newest is not None, "tell_sheet refuses a filing without a score"
    note_seen(parts, visitor, case.newest)
    return issue(parts.store, sheet, case.newest, form=form, by=visitor.account, at=at), ties.drawing


def _tell_ties(ties: Ties, words: Words) -> Section:
    """The relations as a part of a sheet: paths as sentences, and what is drawn as a table, numbered alike."""
    rows = tuple(
        (
            f"{row.numbers[0]} {ties.called(row.ends[0])}",
            ties.labelled(row.edge),
            f"{row.numbers[1]} {ties.called(row.ends[1])}",
            f"{row.edge.weight:.2f}",
        )
        for row in ties.drawing.drawn
    )
    head = tuple(words.say(f"ties.{name}") for name in ("one", "relation", "other", "weight"))
    lines = tuple(path.text for path in ties.paths)
    return Section("paths", words.say("sheet.paths"), lines, Table(head, rows) if rows else None)


def _show_paper(request: Request, parts: Parts, screening_id: str, kind: str, both: bool) -> HTMLResponse:
    papers, words = _papers(request, parts, screening_id, kind, both)
    own = f"/desk/answers/{screening_id}"
    asked = f"?lang={words.language}{'&both=true' if both else ''}"
    links = [
        (own, words.say("paper.back")),
        (f"{own}/{kind}.pdf{asked}", words.say("sheet.pdf")),
        (f"{own}/{kind}?both=true", words.say("paper.both")),
        (f"{own}/{kind}?lang={_other(words)}", words.say("site.other_language")),
    ]
    return HTMLResponse(write_papers(papers, words, links))


def _save_paper(
    request: Request, parts: Parts, visitor: Visitor, screening_id: str, kind: str, both: bool
) -> Response:
    from serving.sheets.pdf import write_pdf  # WeasyPrint takes half a second to load

    papers, words = _papers(request, parts, screening_id, kind, both)
    if visitor.known:
        content = digest_of({"kind": kind, "languages": [paper.language for paper in papers]})
        act = Act(parts.now(), visitor.user.name, f"exported_{kind}", screening_id, content)
        with parts.store.write() as connection:
            append_acts(connection, [act])
    return _file(write_pdf(write_papers(papers, words)), "application/pdf", f"{papers[0].title}.pdf")


def _papers(
    request: Request, parts: Parts, screening_id: str, kind: str, both: bool
) -> tuple[list[Paper], Words]:
    with parts.store.read() as connection:
        screening = get_screening(connection, screening_id)
        if screening is None:
            raise NotFound("没有这次筛查。", "There is no such screening.", code="no-screening")
        stored = get_filing(connection, parts.store.vault, screening.filing_id)
    assert stored is not None, "what was screened is kept"
    words = _words(request, parts)
    others = [Words(code, parts.settings.zone) for code in LANGUAGES if both and code != words.language]
    jurisdiction, at = parts.settings.jurisdiction, parts.now()
    papers = [tell_paper(kind, stored.filing, each, at, jurisdiction) for each in (words, *others)]
    return papers, words


def _words(request: Request, parts: Parts) -> Words:
    return Words(choose_language(request, parts.settings.language), parts.settings.zone)


def _other(words: Words) -> str:
    return "en" if words.language == "zh" else "zh"


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": saved_as(name)})
