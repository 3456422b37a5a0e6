"""Feature tables of one docket, kept as files: by the product's links, by true identities, by exact names."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from features.intake.take_in import take_in
from features.link.appearances import appearances_of
from features.link.claims import read_claims
from features.link.claims.model import load_model
from features.link.docket import link_pending
from features.pipeline import build_table
from features.signs import bits_of, load_pack
from model.exact_names import exact_name_table
from model.truth import Truth
from xiezhi.clock import now
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import Store, open_store
from xiezhi.store.filings import StoredFiling, iterate_filings
from xiezhi.store.tables import appearances


@dataclass(frozen=True)
class Table:
    """n rows of f features, each as of its own filing, in order of time: what `training.data.dataset.assemble` reads.

    bits: of the signs that stand on each row, without watch lists; none where features are exact names.
    """

    names: tuple[str, ...]
    filing_ids: Sequence[str]
    as_of: NDArray[np.int64]
    values: NDArray[np.float64]
    bits: NDArray[np.float64]

    def since(self, moment: int) -> Table:
        """The rows filed at `moment` or later."""
        rows = np.flatnonzero(self.as_of >= moment)
        ids = [self.filing_ids[r] for r in rows.tolist()]
        return Table(self.names, ids, self.as_of[rows], self.values[rows], self.bits[rows])


def store_of(docket: Path, work: Path) -> Store:
    """A store with the whole docket taken in and linked, made in `work/home` on first use."""
    settings = Settings(home=work / "home", database_url="", mlruns=work / "mlruns")
    done = work / "home" / "linked"
    store = open_store(settings)
    if not done.exists():
        with stage("intake") as advance:
            take_in(
                store, [docket], mapping=None, settings=settings, rejects=None, received_at=now(),
                advance=advance,
            )  # fmt: skip
        with stage("linking") as advance:
            link_pending(store, advance)
        done.touch()
    return store


def own_table(docket: Path, work: Path) -> Table:
    """The product's features on the product's links."""
    return _kept(work / "own.npz", lambda: _build(docket, work))


def oracle_table(docket: Path, work: Path, truth: Truth) -> Table:
    """The product's features where history is read under true identities and true claims."""
    return _kept(work / "oracle.npz", lambda: _build_true(docket, work, truth))


def exact_table(docket: Path, work: Path) -> Table:
    """An afternoon of pandas: counts of exact names beside a filing's own amounts and cause."""

    def make() -> Table:
        names, filing_ids, as_of, values = exact_name_table(docket)
        return Table(names, filing_ids, as_of, values, np.zeros(len(filing_ids)))

    return _kept(work / "exact.npz", make)


def _kept(path: Path, make: Callable[[], Table]) -> Table:
    if not path.exists():
        made = make()
        np.savez(
            path, names=np.array(made.names), filing_ids=np.array(made.filing_ids), as_of=made.as_of,
            values=made.values, bits=made.bits,
        )  # fmt: skip
    with np.load(path) as kept:
        return Table(
            tuple(kept["names"].tolist()), kept["filing_ids"].tolist(), kept["as_of"], kept["values"],
            kept["bits"],
        )  # fmt: skip


def _build(docket: Path, work: Path) -> Table:
    store = store_of(docket, work)
    try:
        with stage("features") as advance:
            table = build_table(store, advance=advance)
    finally:
        store.close()
    bits = bits_of(table, load_pack("cn"), {})
    return Table(table.names, list(table.filing_ids), table.as_of, table.values, bits)


def _build_true(docket: Path, work: Path, truth: Truth) -> Table:
    """Rewrite a copy of the store's index of history under true identities; relations of claims stay the linker's."""
    store_of(docket, work).close()
    copy = work / "true"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(work / "home", copy / "home")
    store = store_of(docket, copy)
    try:
        with store.read() as connection:
            filings = list(iterate_filings(connection, store.vault, first_version=True))
        with store.write() as connection:
            connection.execute(appearances.delete())
            for first in range(0, len(filings), 2_000):
                rows = _true_rows(filings[first : first + 2_000], truth)
                connection.execute(insert(appearances), rows)
        return _build(docket, copy)
    finally:
        store.close()
        shutil.rmtree(copy, ignore_errors=True)


def _true_rows(filings: Sequence[StoredFiling], truth: Truth) -> list[dict[str, object]]:
    said = read_claims([(s.filing, s.cause_family) for s in filings], load_model().search)
    rows: list[dict[str, object]] = []
    for stored, claim in zip(filings, said, strict=True):
        filing = stored.filing
        found = appearances_of(
            filing,
            {p.party_id: truth.entity[filing.filing_id, p.party_id] for p in filing.parties},
            {a.agent_id: truth.entity[filing.filing_id, a.agent_id] for a in filing.agents},
            {a.agent_id: a.firm for a in filing.agents if a.firm},
            truth.claim[filing.filing_id],
            claim.facts.template,
        )
        rows += [
            {"key": key, "filed_at": filing.filed_at, "filing_id": filing.filing_id, "role": role}
            for key, role in found
        ]
    return rows
