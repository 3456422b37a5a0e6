"""The verification list (核验清单) of a case: what the law lets a court check, each item with its ground, ticked off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final, Literal, get_args
from uuid import uuid4

from features.signs import Pack
from serving.casework.notes import LONGEST_NOTE, require_filing
from serving.review.case import Case
from xiezhi.clock import Moment
from xiezhi.decisions import check_person
from xiezhi.errors import InputError
from xiezhi.store import Store
from xiezhi.store.casework import Check, add_check, checks_of
from xiezhi.store.filings import filed_at_of
from xiezhi.store.screenings import Screening

CheckResult = Literal["clear", "doubt", "open"]
"""clear: checked, nothing amiss; doubt: checked, a doubt remains; open: could not be checked yet."""

RESULTS: Final[tuple[str, ...]] = get_args(CheckResult)

OWED_SIGN: Final = "S16"
"""被告资不抵债或已是被执行人: its verification is asked for wherever others had open claims, whatever the score says."""


@dataclass(frozen=True)
class Item:
    """One thing to verify. text, document: by language; basis: the legal basis as the Scores format writes it.

    kind: `step` (open to the desk), `sign` (a reason of the score) or `owed` (others had claims against the defendant).
    """

    key: str
    kind: str
    text: Mapping[str, str]
    document: Mapping[str, str] | None
    basis: Mapping[str, Any]
    told: tuple[Check, ...] = ()

    @property
    def latest(self) -> Check | None:
        """The result that holds."""
        return self.told[-1] if self.told else None


def list_items(screening: Screening | None, pack: Pack, *, owed: bool) -> tuple[Item, ...]:
    """What to verify: the steps of the score that holds, the verifications of its reasons, each sign once; and, where
    others are `owed`, that of the defendant's other debts."""
    found: dict[str, Item] = {}
    if screening is not None:
        for step in screening.scores["steps"]:
            item = Item(_key_of(step["zh"]), "step", _both(step), None, step["legal_basis"])
            found[item.key] = item
        for reason in screening.scores["reasons"]:
            if reason["direction"] == "for" and "verify" in reason and reason["sign"] not in found:
                document = reason.get("document")
                found[reason["sign"]] = Item(
                    reason["sign"], "sign", _both(reason["verify"]), document, reason["legal_basis"]
                )
    sign = pack.signs.get(OWED_SIGN)
    if owed and sign is not None and sign.verify:
        item = Item(OWED_SIGN, "owed", sign.verify, sign.document or None, sign.legal_basis.to_json())
        found[OWED_SIGN] = item
    return tuple(found.values())


def read_items(store: Store, case: Case, pack: Pack, *, owed: bool) -> tuple[Item, ...]:
    """The list of a case with what was ticked off, also under an earlier score; items no longer asked for are left
    out, and stay on record."""
    with store.read() as connection:
        told = checks_of(connection, [case.stored.filing.filing_id])
    return tuple(
        Item(
            item.key, item.kind, item.text, item.document, item.basis,
            tuple(check for check in told if check.item == item.key),
        )
        for item in list_items(case.newest, pack, owed=owed)
    )  # fmt: skip


def tick_off(
    store: Store, filing_id: str, *, item: str, result: str, note: str, by: str, at: Moment
) -> Check:
    """Append the result of one verification. Raises NotFound for no such filing, InputError."""
    by, note = check_person(by), note.strip()
    if result not in RESULTS or not item or len(item) > 20 or len(note) > LONGEST_NOTE:
        raise InputError(
            f"请选择核验结果；说明不超过 {LONGEST_NOTE} 字。",
            f"Choose a result; the note may have {LONGEST_NOTE} characters.",
            code="check-result",
        )
    row = Check(uuid4().hex, filing_id, item, result, note, at, by)
    with store.write() as connection:
        require_filing(filed_at_of(connection, [filing_id]))
        add_check(connection, row)
    return row


def _key_of(words: str) -> str:
    """Steps have no code: a step is the same as long as it says the same."""
    return "step-" + blake2b(words.encode(), digest_size=5).hexdigest()


def _both(told: Mapping[str, Any]) -> Mapping[str, str]:
    return {"zh": told["zh"], "en": told["en"]}
