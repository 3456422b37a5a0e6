"""One partition of Spark: all rows of some keys, as a docket of their own, and its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.history.aggregate import Aggregate, Slot
from features.history.docket import Docket, Ints, prefecture_number
from features.history.kernel import History, Queries
from features.history.keys import DEFENDANT, NAMESPACE_SHIFT, PLAINTIFF, namespace_code
from features.history.part import in_turn
from features.history.slots import SLOTS


def answer_partition(table: pa.Table, questions: Sequence[Aggregate], most_read: int) -> pa.Table:
    """The answers of the keys of a partition: `filing_id`, `q0`, `q1` …, a row for each filing they stood in.

    Parties of its filings that are no keys of the partition are known, but nothing is asked of them here.
    """
    table = table.combine_chunks()
    docket, filing = _make_docket(table)
    values = np.empty((len(docket.filing_ids), len(questions)), order="F")
    History(docket, most_read).answer_all(
        in_turn(dict(enumerate(questions))), _ask(table, docket, filing), values
    )
    answers = [pa.array(values[:, i], from_pandas=True) for i in range(len(questions))]
    return pa.table([pa.array(docket.filing_ids, pa.string()), *answers], _names(questions))


def _names(questions: Sequence[Aggregate]) -> list[str]:
    return ["filing_id", *(f"q{i}" for i in range(len(questions)))]


def _make_docket(table: pa.Table) -> tuple[Docket, Ints]:
    """The docket of a partition, and the filing of each row of the table."""
    ids, filed_at = _column(table, "filing_id"), _column(table, "filed_at")
    order = np.lexsort((ids, filed_at))
    new = np.ones(len(order), dtype=bool)
    new[1:] = ids[order[1:]] != ids[order[:-1]]
    filing = np.empty(len(order), dtype=np.int64)
    filing[order] = np.cumsum(new) - 1
    first = order[new]
    one = table.take(pa.array(first))
    courts, court = np.unique(_column(one, "court"), return_inverse=True)
    sides = [(_column(table, "key"), filing, _column(table, "role"))]
    for name, role in (("plaintiffs", PLAINTIFF), ("defendants", DEFENDANT)):
        party, of = _flatten(one, name)
        sides.append((party, of, np.full(len(party), role)))
    seen = np.unique(np.stack([np.concatenate(part) for part in zip(*sides, strict=True)], axis=1), axis=0)
    kind, happened_in = _flatten(one, "kinds")
    moments = filed_at[first]
    docket = Docket(
        filing_ids=ids[first],
        filed_at=moments,
        cents=pc.fill_null(one.column("cents"), -1).to_numpy(),
        family=_column(one, "family"),
        proceeding=_column(one, "proceeding"),
        court=court,
        courts=tuple(courts.tolist()),
        key=seen[:, 0],
        key_filing=seen[:, 1],
        key_role=seen[:, 2],
        happening_filing=happened_in,
        happening_kind=kind,
        happening_known=np.maximum(_flatten(one, "knowns")[0], moments[happened_in]),
        happening_until=_flatten(one, "untils")[0],
    )
    return docket, filing


def _ask(table: pa.Table, docket: Docket, filing: Ints) -> Queries:
    """Every filing asks, as of its own moment, with those of its keys that are the partition's."""
    key, role = _column(table, "key"), _column(table, "role")
    namespace, slots = key >> NAMESPACE_SHIFT, dict[Slot, tuple[Ints, Ints]]()
    for slot, (name, roles) in SLOTS.items():
        rows = np.flatnonzero((namespace == namespace_code(name)) & np.isin(role, roles))
        if len(rows):
            rows = rows[np.argsort(filing[rows], kind="stable")]
            slots[slot] = (filing[rows], key[rows])
    prefectures = np.array([prefecture_number(court) for court in docket.courts], dtype=np.int64)
    return Queries(
        docket.filed_at,
        slots,
        {
            "court": docket.court,
            "elsewhere": docket.court,
            "prefecture": prefectures[docket.court],
            "cause": docket.family,
            "amount": docket.cents,
        },
    )


def _column(table: pa.Table, name: str) -> NDArray[Any]:
    found: NDArray[Any] = table.column(name).to_numpy()
    return found.astype(np.int64) if found.dtype.kind == "i" else found


def _flatten(table: pa.Table, name: str) -> tuple[Ints, Ints]:
    """The values of a column of lists one after the other, and the row each is of."""
    lists = table.column(name).combine_chunks()
    of = pc.list_parent_indices(lists).to_numpy().astype(np.int64)
    return pc.list_flatten(lists).to_numpy(zero_copy_only=False).astype(np.int64), of
