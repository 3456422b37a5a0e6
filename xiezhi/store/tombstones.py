"""Filings of which something was erased, known by a keyed hash alone: of whom is not told, and nothing brings it back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from xiezhi.store.tables import tombstones
from xiezhi.store.vault import Vault

_AT_ONCE = 500


def buried(connection: Connection, vault: Vault, filing_ids: Sequence[str]) -> set[str]:
    """Those of these filings of which something was erased: no other version of them is taken in."""
    if not filing_ids or connection.execute(select(tombstones.c.filing_hash).limit(1)).first() is None:
        return set()  # the usual cases, without a hash a filing
    by_hash = {hash_of(vault, filing_id): filing_id for filing_id in filing_ids}
    found: set[str] = set()
    hashes = list(by_hash)
    for start in range(0, len(hashes), _AT_ONCE):
        query = select(tombstones.c.filing_hash).where(
            tombstones.c.filing_hash.in_(hashes[start : start + _AT_ONCE])
        )
        found.update(by_hash[row] for row in connection.execute(query).scalars())
    return found


def hash_of(vault: Vault, filing_id: str) -> str:
    """The keyed hash by which a filing is known again."""
    return vault.search_hash(f"erased filing {filing_id}")
