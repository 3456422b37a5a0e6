"""Where somebody who is to be erased is named though he is neither party nor agent: told, not erased.

Whether it is he whom a name in another's filing means, no program knows; a person has to look.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from xiezhi.progress import Advance, silent
from xiezhi.store.erased_texts import GOES
from xiezhi.store.erased_words import Words
from xiezhi.store.filings import in_chunks
from xiezhi.store.mentions import mentions_of_filings
from xiezhi.store.tables import filings, mentions

_AT_ONCE = 1_000


def filings_naming(
    connection: Connection, words: Words | None, but: Collection[str], advance: Advance = silent
) -> list[str]:
    """Ids, sorted, of other filings than `but` in whose texts, or in what people wrote beside them, is one of `words`.

    Reads every filing: some seconds for a hundred thousand, told to `advance`.
    """
    if words is None:
        return []
    texts = _texts(connection, words, advance)
    return sorted({i for i, text in texts if i not in but and words.search(text)})


def found_nowhere_else(
    connection: Connection, filing_ids: Sequence[str]
) -> dict[str, Collection[str] | None]:
    """Filing id -> the parties and agents in it who appear in none but these filings; None, for all, where it was never
    linked. A text that names somebody who appears in its filing tells of him rightly."""
    over = set(filing_ids)
    found: dict[str, Collection[str] | None] = dict.fromkeys(filing_ids)
    rows = mentions_of_filings(connection, filing_ids)
    elsewhere: set[str] = set()
    for some in in_chunks(sorted({row.entity_id for row in rows})):
        c = mentions.c
        query = select(c.entity_id, c.filing_id).where(c.entity_id.in_(some)).distinct()
        elsewhere.update(entity for entity, filing_id in connection.execute(query) if filing_id not in over)
    for row in rows:
        own = set(found[row.filing_id] or ())
        found[row.filing_id] = own if row.entity_id in elsewhere else own | {row.record_id}
    return found


def _texts(connection: Connection, words: Words, advance: Advance) -> Iterator[tuple[str, str]]:
    total = connection.execute(select(func.count()).select_from(filings)).scalar_one()
    bodies = select(filings.c.filing_id, filings.c.body).execution_options(yield_per=_AT_ONCE)
    for done, (filing_id, body) in enumerate(connection.execute(bodies), 1):
        if done % _AT_ONCE == 0 or done == total:
            advance(done, total)
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
