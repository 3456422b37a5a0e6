"""The desk's form: its rows, and what was typed as one filing in the wire format."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from serving.desk.elements import find_family, read_elements

PARTY_ROWS, AGENT_ROWS, EVIDENCE_ROWS = 4, 2, 4
"""Rows of the form. More parties than four come by file."""

YES_NO_FIELDS = (
    "mediation_requested",
    "preservation_requested",
    "fee_waiver_requested",
    "defence_period_waived",
    "forum_clause",
)
"""Left blank they stay unknown: unknown is not "no"."""

_PLAIN_FIELDS = ("court", "filed_at", "cause", "case_number", "proceeding", "received_via", "claims", "facts")
_PARTY_FIELDS = ("role", "kind", "name", "id_number", "phone", "address", "legal_representative")
_AGENT_FIELDS = ("kind", "name", "licence_number", "firm", "phone", "authority")
_EVIDENCE_FIELDS = ("kind", "title", "dated", "amount")
_NUMBERS = {"claim_amount", "amount"}
_ELEMENTS = "elements."

Form = Mapping[str, str]


@dataclass(frozen=True)
class Typed:
    """A filing as typed, and for each list which row of the form an item came from."""

    filing: dict[str, Any]
    rows: dict[str, list[int]]

    def input_name(self, field: str) -> str:
        """The form's name of a field of the record: `parties[0].name` may be row 2's `parties.2.name`."""

        def place(hit: re.Match[str]) -> str:
            rows, number = self.rows.get(hit[1], []), int(hit[2])
            return f"{hit[1]}.{rows[number] if number < len(rows) else number}"

        return re.sub(r"(\w+)\[(\d+)\]", place, field)


def read_filing(form: Form) -> Typed:
    """The filing that was typed, blanks left out."""
    parties, party_rows = _read_rows(form, "parties", PARTY_ROWS, _PARTY_FIELDS, _has_name)
    for party, row in zip(parties, party_rows, strict=True):
        party["party_id"] = f"p{row + 1}"
        if "id_number" in party:
            party["id_type"] = _guess_id_type(party)
    agents, agent_rows = _read_rows(form, "agents", AGENT_ROWS, _AGENT_FIELDS, _has_name)
    for agent, row in zip(agents, agent_rows, strict=True):
        side = _text(form, f"agents.{row}.side")
        agent["represents"] = [p["party_id"] for p in parties if p.get("role") == side]
    evidence, evidence_rows = _read_rows(
        form, "evidence", EVIDENCE_ROWS, _EVIDENCE_FIELDS, lambda item: "kind" in item
    )
    filing = _read_fields(form, "", (*_PLAIN_FIELDS, "claim_amount"))
    for name in YES_NO_FIELDS:
        if _text(form, name):
            filing[name] = _text(form, name) == "yes"
    family = find_family(_text(form, "family"))
    elements = read_elements(family, _elements_of(form))
    filing |= {"parties": parties, "agents": agents, "evidence": evidence, "elements": elements}
    filing["filing_id"] = _text(form, "filing_id") or name_filing(filing)
    return Typed(filing, {"parties": party_rows, "agents": agent_rows, "evidence": evidence_rows})


def name_filing(filing: Mapping[str, Any]) -> str:
    """A key for a filing that came without one: sending the same form twice makes one filing.

    Of what tells filings apart, never of an identity number: a key is shown and logged.
    """
    parties = [(p.get("role"), p.get("name")) for p in filing["parties"]]
    told = (
        filing.get("court"),
        filing.get("filed_at"),
        filing.get("cause"),
        filing.get("claim_amount"),
        parties,
    )
    return "desk-" + blake2b(repr(told).encode(), digest_size=6).hexdigest()


def _elements_of(form: Form) -> dict[str, str]:
    return {key.removeprefix(_ELEMENTS): text for key, text in form.items() if key.startswith(_ELEMENTS)}


def _read_rows(
    form: Form, name: str, count: int, fields: tuple[str, ...], is_filled: Callable[[dict[str, Any]], bool]
) -> tuple[list[dict[str, Any]], list[int]]:
    read = [(row, _read_fields(form, f"{name}.{row}.", fields)) for row in range(count)]
    filled = [(row, item) for row, item in read if is_filled(item)]
    return [item for _, item in filled], [row for row, _ in filled]


def _read_fields(form: Form, prefix: str, fields: tuple[str, ...]) -> dict[str, Any]:
    values = {name: _text(form, prefix + name) for name in fields}
    return {name: _number(value) if name in _NUMBERS else value for name, value in values.items() if value}


def _has_name(item: dict[str, Any]) -> bool:
    return "name" in item


def _number(text: str) -> float | str:
    try:
        return float(re.sub(r"[,，\s]", "", text))
    except ValueError:
        return text  # the filing's parser says what is wrong with it


def _text(form: Form, name: str) -> str:
    return form.get(name, "").strip()


def _guess_id_type(party: Mapping[str, Any]) -> str:
    number = party["id_number"]
    if party.get("kind") == "organization":
        return "credit_code" if len(number) == 18 else "other"
    return "resident_id" if re.fullmatch(r"\d{15}|\d{17}[\dXx]", number) else "other"
