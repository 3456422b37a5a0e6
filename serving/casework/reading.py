"""Everything that lies beside a case, for its page and its sheet alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from features.signs import Pack, load_pack
from serving.casework.checks import Item, read_items
from serving.casework.histories import History, Owed, read_histories, read_owed
from serving.casework.notes import Written, pair_notes
from serving.casework.similar import SimilarFilings, read_similar
from serving.review.case import Case
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.casework import Attachment, attachments_of, notes_of


@dataclass(frozen=True)
class Casework:
    """What lies beside a case, read for its page and its sheet alike."""

    similar: SimilarFilings
    histories: tuple[History, ...]
    owed: tuple[Owed, ...]
    items: tuple[Item, ...]
    notes: tuple[Written, ...]
    attachments: tuple[Attachment, ...]


def read_casework(store: Store, settings: Settings, case: Case) -> Casework:
    """The casework of a case; histories and claims of others as of its filing, the rest as it stands."""
    filing_id = case.stored.filing.filing_id
    histories = read_histories(store, case)
    owed = read_owed(store, case, histories)
    pack = _pack(settings.jurisdiction, settings.signs)
    with store.read() as connection:
        notes = pair_notes(notes_of(connection, [filing_id]))
        attachments = tuple(attachments_of(connection, [filing_id]))
    return Casework(
        read_similar(store, case),
        histories,
        owed,
        read_items(store, case, pack, owed=bool(owed)),
        notes,
        attachments,
    )


@cache
def _pack(jurisdiction: str, signs: Path | None) -> Pack:
    """The rule pack of the deployment: reading it takes a tenth of a second, as much as all of the rest."""
    return load_pack(jurisdiction, signs)
