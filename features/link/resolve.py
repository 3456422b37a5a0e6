"""One filing against the store's own index, read-only: who its parties are, as of its moment."""

from __future__ import annotations

from sqlalchemy import Connection

from features.link.claims import read_claims
from features.link.claims.model import load_model
from features.link.filing import Linked, link_filing
from features.link.index import Index
from features.link.profile import mentions_of
from features.link.reader import StoreReader
from features.link.verdicts import verdicts_for
from features.link.weights import load_weights
from features.normalise.causes import cause_family
from xiezhi.records import Filing
from xiezhi.store.link_index import before_filing
from xiezhi.store.vault import Vault

__all__ = ["Linked", "resolve"]


def resolve(connection: Connection, vault: Vault, filing: Filing) -> Linked:
    """Link `filing` against earlier filings, and those of its own moment linked before it. Writes nothing."""
    before = before_filing(connection, filing.filing_id, filing.filed_at)
    verdicts = verdicts_for(connection, filing.filing_id)
    index = Index(load_weights(), StoreReader(connection, before), verdicts)
    family = cause_family(filing.cause, filing.proceeding)
    (said,) = read_claims([(filing, family)], load_model().search)
    return link_filing(filing, mentions_of(filing, vault), said, index)
