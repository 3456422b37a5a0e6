"""Where somebody who is to be erased is named though he is neither party nor agent: told, not erased.

Whether it is he whom a name in another's filing means, no program knows; a person has to look.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, select

from xiezhi.store.erased_texts import GOES
from xiezhi.store.erased_words import Words
from xiezhi.store.tables import filings

_AT_ONCE = 1_000


def filings_naming(connection: Connection, words: Words | None, but: Collection[str]) -> list[str]:
    """Ids, sorted, of other filings than `but` in whose texts, or in what people wrote beside them, is one of `words`.

    Reads every filing: some seconds for a hundred thousand.
    """
    if words is None:
        return []
    return sorted({i for i, text in _texts(connection, words) if i not in but and words.search(text)})


def _texts(connection: Connection, words: Words) -> Iterator[tuple[str, str]]:
    bodies = select(filings.c.filing_id, filings.c.body).execution_options(yield_per=_AT_ONCE)
    for filing_id, body in connection.execute(bodies):
        if words.search(body):  # most have none, and need not be taken apart
            yield filing_id, "\n".join(_told(json.loads(body)))
    for column in (goes.column for goes in GOES if "filing_id" in goes.column.table.c):
        written = select(column.table.c.filing_id, column).where(column.is_not(None))
        for filing_id, text in connection.execute(written.execution_options(yield_per=_AT_ONCE)):
            yield filing_id, text


def _told(body: dict[str, Any]) -> Iterator[str]:
    """What was written in a filing, and who stands behind its parties; a party's own name may be a namesake's."""
    yield from (body[name] for name in ("claims", "facts") if body.get(name))
    yield from (item["title"] for item in body.get("evidence", ()) if item.get("title"))
    yield from (str(value) for value in (body.get("elements") or {}).values())
    yield from (one["legal_representative"] for one in body["parties"] if one.get("legal_representative"))
