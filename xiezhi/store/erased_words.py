"""Names and numbers of those erased, found again where programs wrote them: file names, kept answers, sentences of scores.

Unlike what people wrote, these texts stay but for the words themselves.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, select, update

from xiezhi.clock import Moment
from xiezhi.store.audit import retell
from xiezhi.store.erased_texts import ERASED
from xiezhi.store.filings import among
from xiezhi.store.tables import job_inputs, job_rows, jobs, kept_answers, screenings, watch_entries
from xiezhi.store.vault import Vault

Words = re.Pattern[str]

NAMING: Final = ("name", "legal_representative")
"""Fields of a party or agent that may bear another's name."""

_NUMBERS: Final = ("licence_number", "phone")
_PLACES: Final = ("address", "service_address")
_SHORTEST, _SHORTEST_PLACE = 2, 6
"""Characters from which a word is looked for: a town alone identifies nobody and stands in many sentences."""

TYPED: Final = (
    jobs.c.input_name, jobs.c.zh, jobs.c.en, job_inputs.c.name, job_rows.c.file, job_rows.c.zh, job_rows.c.en,
)  # fmt: skip
"""Names of files handed in, and what was said of them."""


def words_of(vault: Vault, people: Iterable[Mapping[str, Any]]) -> Words | None:
    """What finds names, numbers and places of these parties and agents, as they stand in stored bodies; None: nothing."""
    found: set[str] = set()
    for one in people:
        found.update(one[key] for key in (*NAMING, *_NUMBERS) if len(one.get(key) or "") >= _SHORTEST)
        found.update(one[key] for key in _PLACES if len(one.get(key) or "") >= _SHORTEST_PLACE)
        if one.get("id_number"):
            found.add(vault.open(one["id_number"]))
    return _finder(word for word in found if word.strip("×*"))


def without(words: Words | None, text: str) -> str:
    """`text` with `ERASED` for each of these words."""
    return text if words is None else words.sub(ERASED, text)


def erase_in_scores(
    connection: Connection, filing_ids: Sequence[str], words: Words | None, *, at: Moment, by: str
) -> int:
    """Take these words, and whoever of a watch list is named, out of the sentences of the filings' scores; how many."""
    listed = _finder(connection.execute(select(watch_entries.c.name).distinct()).scalars())
    c = screenings.c
    changed = []
    for row in connection.execute(select(screenings).where(among(connection, c.filing_id, filing_ids))):
        told = json.loads(row.scores)
        new = _mask(told, [finder for finder in (words, listed) if finder is not None])
        if new != told:
            text = json.dumps(new, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            connection.execute(
                update(screenings).where(c.screening_id == row.screening_id).values(scores=text)
            )
            changed.append(dict(row._mapping) | {"scores": text})
    retell(connection, "score", changed, at=at, actor=by)
    return len(changed)


def erase_in_jobs(connection: Connection, filing_ids: Sequence[str], words: Words | None) -> Counter[str]:
    """Names of files that brought these filings in, and these words wherever else a file or a row of a job has them."""
    counts = Counter[str]()
    mine = select(job_rows.c.job_id).where(among(connection, job_rows.c.filing_id, filing_ids))
    ids = set(connection.execute(mine.distinct()).scalars())
    for column in (jobs.c.input_name, job_inputs.c.name, job_rows.c.file):
        of = among(connection, column.table.c.job_id, ids) & (column != ERASED)
        done = connection.execute(update(column.table).where(of).values({column.name: ERASED}))
        counts[_name(column)] += done.rowcount
    for column in TYPED if words is not None else ():
        for text in connection.execute(select(column).where(column.is_not(None)).distinct()).scalars().all():
            new = without(words, text)
            if new != text:
                done = connection.execute(
                    update(column.table).where(column == text).values({column.name: new})
                )
                counts[_name(column)] += done.rowcount
    return +counts


def erase_kept_answers(
    connection: Connection, vault: Vault, filing_ids: Collection[str], words: Words | None
) -> int:
    """Empty the kept answers that tell of these filings or hold one of these words; how many. The keys stay used."""
    c = kept_answers.c
    emptied = 0
    query = select(c.asked_by, c.key, c.headers, c.body).where(c.body.is_not(None), c.body != ERASED)
    for row in connection.execute(query).all():
        told = f"{row.headers} {vault.open(row.body)}"
        if any(one in told for one in filing_ids) or without(words, told) != told:
            mine = update(kept_answers).where(c.asked_by == row.asked_by, c.key == row.key)
            connection.execute(mine.values(headers="{}", body=ERASED))
            emptied += 1
    return emptied


def _mask(value: Any, finders: Sequence[Words], *, is_sentence: bool = False) -> Any:
    """A JSON value with the sentences in it (`zh`, `en`) masked."""
    if isinstance(value, dict):
        return {key: _mask(one, finders, is_sentence=key in ("zh", "en")) for key, one in value.items()}
    if isinstance(value, list):
        return [_mask(one, finders) for one in value]
    if is_sentence and isinstance(value, str):
        for finder in finders:
            value = finder.sub(ERASED, value)
    return value


def _finder(words: Iterable[str]) -> Words | None:
    """One pattern of all the words, by their first letter: thousands are looked for as fast as a few.

    Of those that begin alike the longest first; words of letters and digits alone last, as they match as words of their
    own (`Li` is not in `list`).
    """
    by_first: dict[tuple[bool, str], list[str]] = {}
    for word in sorted({word for word in words if word.strip()}, key=lambda word: (-len(word), word)):
        by_first.setdefault((word.isascii(), word[0]), []).append(re.escape(word[1:]))
    branches = [_branch(first, rests, alone) for (alone, first), rests in sorted(by_first.items())]
    return re.compile("|".join(branches)) if branches else None


def _branch(first: str, rests: Sequence[str], alone: bool) -> str:
    found = f"{re.escape(first)}(?:{'|'.join(rests)})"
    return rf"(?<![0-9A-Za-z]){found}(?![0-9A-Za-z])" if alone else found


def _name(column: Column[Any]) -> str:
    return f"{column.table.name}.{column.name}"
