"""What is kept (备份与状态): the last backup, what was erased since, and whether the machine is as it should be."""

from __future__ import annotations

from dataclasses import dataclass

from xiezhi.audit.chain import Entry
from xiezhi.backup.keep import BACKED_UP
from xiezhi.retention.periods import Period, load_periods
from xiezhi.self_check import Check, check_houses, check_secret, check_store
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.audit import Wanted, find_entries
from xiezhi.store.erasures import Erasure, list_erasures

BACKUPS_TOLD = 10


@dataclass(frozen=True)
class Keeping:
    """Backups on record and erasures, the newest first; the periods shipped; checks that a running server can make of itself."""

    backups: tuple[Entry, ...]
    erasures: tuple[Erasure, ...]
    periods: tuple[Period, ...]
    checks: tuple[Check, ...]


def read_keeping(store: Store, settings: Settings) -> Keeping:
    """The state now. Backups are those made by `xiezhi backup`, known from the audit trail."""
    with store.read() as connection:
        backups = find_entries(connection, Wanted(action=BACKED_UP), None, BACKUPS_TOLD)
        erasures = list_erasures(connection)
    checks = (check_houses(), check_store(settings), check_secret(settings))
    return Keeping(tuple(backups), tuple(erasures), tuple(load_periods().values()), checks)
