"""What a review sheet (审查表) says: frozen, worded in one language, the same for a page, a PDF and a DOCX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from features.normalise.courts import court_name
from features.signs.instruments import render_basis
from serving.casework.checks import Item
from serving.casework.histories import History, Owed
from serving.casework.reading import Casework
from serving.casework.similar import SimilarFilings
from serving.review.case import Case
from serving.review.masking import mask_filing, mask_text
from serving.sheets.wording import Wording, inner_ordinal, listed, ordinal, printable
from xiezhi.clock import Moment
from xiezhi.errors import NotFound
from xiezhi.reasons import signs_first
from xiezhi.records import Filing, filing_from_body
from xiezhi.store.screenings import Screening


@dataclass(frozen=True)
class Table:
    """A table: a head and rows of as many cells."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A numbered part of a sheet: its heading, paragraphs, and a table where there is one."""

    key: str
    heading: str
    lines: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Sheet:
    """A whole sheet. `stamps`: versions it rests on; `signed`: lines for hand-writing; `code`: empty until issued."""

    language: str
    office: str
    title: str
    reference: str
    caution: str
    sections: tuple[Section, ...]
    signed: tuple[str, ...]
    made_on: str
    stamps: tuple[str, ...]
    watermark: str
    code: str = ""


def tell_sheet(case: Case, work: Casework, ties: Section, words: Wording, made_at: Moment) -> Sheet:
    """The sheet of a case as it stands; `ties`: its relations, worded. Raises NotFound where it was not screened.
    Identity numbers are masked."""
    screening = case.newest
    if screening is None:
        raise NotFound("此案尚未筛查。", "The filing has not been screened.", code="not-screened")
    filing = filing_from_body(mask_filing(case.stored.filing))
    parts = [
        _facts(filing, screening, words),
        _people(filing, words),
        _reasons(case, screening, words),
        _histories(work.histories, words),
        ties,
        _owed(work.owed, words),
        _similar(work.similar, words),
        _checks(work.items, words),
        _papers(work, words),
        _decisions(case, words),
    ]
    filled = [part for part in parts if part.lines or part.table]
    opinion = Section("opinion", words.say("sheet.opinion"), (words.say("sheet.opinion_hint"),))
    numbered = [
        Section(p.key, ordinal(n, words.language) + p.heading, p.lines, p.table)
        for n, p in enumerate([*filled, opinion], 1)
    ]
    sheet: Sheet = _clean(
        Sheet(
            language=words.language,
            office=court_name(filing.court) or filing.court,
            title=words.say("sheet.title"),
            reference=filing.case_number or filing.filing_id,
            caution=words.say("sheet.caution"),
            sections=tuple(numbered),
            signed=(words.say("sheet.reviewer"), words.say("sheet.second"), words.say("sheet.date")),
            made_on=words.day(made_at),
            stamps=_stamps(screening, words),
            watermark=words.say("sheet.watermark"),
        )
    )
    return sheet


def _facts(filing: Filing, screening: Screening, words: Wording) -> Section:
    say = words.say
    told = [
        (say("case.filing_id"), filing.filing_id),
        (say("desk.cause"), filing.cause),
        (say("desk.proceeding"), say(f"proceeding.{filing.proceeding}")),
        (say("desk.filed_at"), words.minute(filing.filed_at)),
        (say("queue.amount"), words.amount(filing.claim_amount, filing.currency)),
        (say("sheet.band"), say(f"band.{screening.band}")),
    ]
    return Section("facts", say("sheet.facts"), tuple(say("sheet.pair", name=n, value=v) for n, v in told))


def _people(filing: Filing, words: Wording) -> Section:
    say = words.say
    rows = [(say(f"role.{p.role}"), p.name, p.id_number or "—", p.address or "—") for p in filing.parties]
    named = {p.party_id: p.name for p in filing.parties}
    for agent in filing.agents:
        clients = listed((named.get(i, i) for i in agent.represents), words.language)
        rows.append((say(f"agent.{agent.kind}"), agent.name, agent.firm or "—", clients or "—"))
    head = (say("desk.role"), say("desk.name"), say("sheet.number_or_firm"), say("sheet.address_or_client"))
    return Section("people", say("sheet.people"), (), Table(head, tuple(rows)))


def _reasons(case: Case, screening: Screening, words: Wording) -> Section:
    lines: list[str] = []
    for direction in ("for", "against"):
        some = [r for r in screening.scores["reasons"] if r["direction"] == direction]
        for number, reason in enumerate(signs_first(some), 1):
            cited = [
                case.cited[i].filing.case_number or i if i in case.cited else i for i in reason["filings"][:6]
            ]
            rests = words.say("sheet.rests_on", filings=listed(cited, words.language)) if cited else ""
            lines.append(
                words.say(
                    f"sheet.reason_{direction}",
                    n=inner_ordinal(number, words.language), text=reason["text"][words.language].rstrip("。. "), basis=cite(reason["legal_basis"], words.language), rests=rests,
                )
            )  # fmt: skip
    return Section("reasons", words.say("sheet.reasons"), tuple(lines) or (words.say("reasons.none"),))


def _histories(histories: Sequence[History], words: Wording) -> Section:
    say = words.say
    rows = tuple(
        (
            one.name,
            str(one.count),
            listed((f"{say(f'role.{side}')} {n}" for side, n in one.sides.items()), words.language),
            listed((f"{outcome_words(code, words)} {n}" for code, n in one.outcomes.items()), words.language),
        )
        for one in histories
    )
    head = (say("links.who"), say("links.count"), say("past.as"), say("past.outcomes"))
    return Section("histories", say("sheet.histories"), (), Table(head, rows) if rows else None)


def _owed(owed: Sequence[Owed], words: Wording) -> Section:
    say = words.say
    rows = tuple(
        (
            words.short_day(one.stored.filing.filed_at),
            one.stored.filing.case_number or one.stored.filing.filing_id,
            listed(one.creditors, words.language),
            words.amount(one.stored.filing.claim_amount, one.stored.filing.currency),
            outcome_words(one.outcome, words),
        )
        for one in owed[:10]
    )
    head = (
        say("past.filed"),
        say("past.filing"),
        say("owed.creditor"),
        say("queue.amount"),
        say("past.outcome"),
    )
    return Section("owed", say("owed.title"), (), Table(head, rows) if rows else None)


def _similar(similar: SimilarFilings, words: Wording) -> Section:
    say = words.say
    rows = tuple(
        (
            words.short_day(one.stored.filing.filed_at),
            one.stored.filing.case_number or one.stored.filing.filing_id,
            listed((say(f"similar.{kind}") for kind in one.kinds), words.language),
            f"{one.score:.2f}",
        )
        for one in similar.earlier[:10]
    )
    head = (say("past.filed"), say("past.filing"), say("similar.kind"), say("similar.score"))
    return Section("similar", say("similar.title"), (), Table(head, rows) if rows else None)


def _checks(items: Sequence[Item], words: Wording) -> Section:
    say = words.say
    rows = []
    for item in items:
        latest = item.latest
        result = say(f"check.{latest.result}") if latest else "□"
        who = f"{latest.checked_by} {words.short_day(latest.checked_at)}" if latest else ""
        note = mask_text(latest.note) if latest else ""
        rows.append(
            (
                item.text[words.language],
                cite(item.basis, words.language),
                listed((p for p in (result, note) if p), words.language),
                who,
            )
        )
    head = (say("check.item"), say("check.basis"), say("check.result"), say("check.who"))
    return Section("checks", say("check.title"), (), Table(head, tuple(rows)) if rows else None)


def _papers(work: Casework, words: Wording) -> Section:
    lines = [
        words.say(
            "sheet.note_line",
            text=mask_text(w.note.text),
            by=w.note.written_by,
            at=words.minute(w.note.written_at),
        )
        for w in work.notes
        if w.withdrawn is None
    ]
    lines += [
        words.say(
            "sheet.attachment_line", name=mask_text(a.name), digest=a.digest, at=words.minute(a.attached_at)
        )
        for a in work.attachments
    ]
    return Section("papers", words.say("sheet.papers"), tuple(lines))


def _decisions(case: Case, words: Wording) -> Section:
    lines = tuple(
        words.say(
            "sheet.decision_line",
            decision=words.say(f"decision.{d.decision}"), reason=mask_text(d.reason), by=d.decided_by,
            at=words.minute(d.decided_at),
        )
        for d in case.decisions
    )  # fmt: skip
    return Section("decisions", words.say("case.decisions"), lines)


def _stamps(screening: Screening, words: Wording) -> tuple[str, ...]:
    policy = screening.scores.get("policy_version") or words.say("sheet.policy_of_model")
    return (
        words.say("sheet.stamp_model", version=screening.model_version),
        words.say("sheet.stamp_policy", version=policy),
        words.say("sheet.stamp_rules", version=screening.rules_version),
        words.say("sheet.stamp_as_of", as_of=words.minute(screening.as_of)),
    )


def outcome_words(outcome: str, words: Wording) -> str:
    """How a filing stood."""
    return words.say("past.pending") if outcome == "pending" else words.say(f"event.{outcome}")


def cite(basis: Mapping[str, Any], language: str) -> str:
    """《instrument》 article (version); in English with a rendering before it where one is known."""
    name = str(basis["instrument"])
    quoted = name if name.startswith("《") else f"《{name}》"
    own = quoted + str(basis["article"]) + (f"（{basis['version']}）" if basis["version"] else "")
    rendered = "" if language == "zh" else render_basis(name, str(basis["article"]))
    return f"{rendered} {own}" if rendered else own


def _clean(value: Any) -> Any:
    """A dataclass, tuple or text with every text made `printable`."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, tuple):
        return tuple(_clean(inner) for inner in value)
    if hasattr(value, "__dataclass_fields__"):
        return type(value)(**{name: _clean(getattr(value, name)) for name in value.__dataclass_fields__})
    return value
