"""A table of party records linked alone: `xiezhi link FILE`."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.link.table.engine import Linked, link_columns
from features.link.table.read import read_columns
from features.link.table.run import LinkingRun
from features.link.table.stats import describe
from features.link.weights import Weights, load_weights
from features.link.workers import Workers
from xiezhi.errors import InputError
from xiezhi.progress import Advance, silent

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "record_id",
    "kind",
    "name",
    "id_type",
    "id_number",
    "birth_date",
    "phone",
    "address",
    "legal_representative",
)
KINDS: Final = ("person", "organization")


@dataclass(frozen=True)
class TableLinks:
    """Who is who in a table.

    entities: columns record_id, entity_id, in the order of the table. linked, ids: of each kind its linking and the
    record ids of its mentions.
    """

    entities: pa.Table
    linked: tuple[Linked, ...]
    ids: tuple[pa.StringArray, ...]
    seconds: dict[str, float]

    def pairs(self) -> pa.Table:
        """The compared pairs: record_id_l, record_id_r, match_probability."""
        parts = []
        for one, ids in zip(self.linked, self.ids, strict=True):
            chances = 1 / (1 + np.exp2(-np.clip(one.bits, -60, 60)))
            left, right = ids.take(pa.array(one.blocked.left)), ids.take(pa.array(one.blocked.right))
            parts.append(
                pa.table([left, right, chances], ["record_id_l", "record_id_r", "match_probability"])
            )
        return pa.concat_tables(parts)

    def run(self) -> LinkingRun:
        """The run in figures."""
        return describe(self.linked, [ids.to_pylist() for ids in self.ids], self.seconds)


def link_table(
    table: pa.Table, extra: Sequence[str] = (), weights: Weights | None = None, advance: Advance = silent
) -> TableLinks:
    """Who is who in a table of party records.

    table: columns as in the filing format, "Party records"; `record_id` unique. extra: names of further columns that
    are compared as they are. An entity's id is the smallest record id in it, so that the order of rows changes
    nothing. Raises InputError.
    """
    began = perf_counter()
    with Workers() as workers:
        rows = _checked(table, extra)
        masks = [pc.equal(rows.column("kind"), kind) for kind in KINDS]
        parts = {kind: rows.filter(mask) for kind, mask in zip(KINDS, masks, strict=True)}
        read = read_columns(parts, extra, workers)
        ids = [part.column("record_id").combine_chunks() for part in parts.values()]
        orders = [pc.sort_indices(of).to_numpy() for of in ids]
        columns = [one.in_order(order) for one, order in zip(read, orders, strict=True)]
    ids = [of.take(pa.array(order)) for of, order in zip(ids, orders, strict=True)]
    places = [np.flatnonzero(mask.to_numpy())[order] for mask, order in zip(masks, orders, strict=True)]
    as_given = np.argsort(np.concatenate(places))
    del parts, rows, table  # as large as all that follows
    kinds = (weights or load_weights()).kinds
    advance(1, 1 + len(KINDS))
    seconds = {"features": perf_counter() - began}
    linked: list[Linked] = []
    with ThreadPoolExecutor(len(KINDS)) as threads:  # what one kind does on a single core, the other fills up
        for one in threads.map(
            lambda one: link_columns(one, kinds[one.kind], [n for n in extra if n in one]), columns
        ):
            linked.append(one)
            advance(1 + len(linked), 1 + len(KINDS))
    seconds["linking"] = perf_counter() - began - seconds["features"]
    groups = [of.take(pa.array(one.clusters.of)) for of, one in zip(ids, linked, strict=True)]
    entity_of = pa.table([pa.concat_arrays(ids), pa.concat_arrays(groups)], ["record_id", "entity_id"])
    return TableLinks(entity_of.take(pa.array(as_given)), tuple(linked), tuple(ids), seconds)


def link_records(frame: pd.DataFrame, extra: Sequence[str] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(record_id, entity_id) in the order of `frame`, and the compared pairs with probability; see `link_table`."""
    found = link_table(pa.Table.from_pandas(frame.astype("string"), preserve_index=False), extra)
    return found.entities.to_pandas(), found.pairs().to_pandas()


def _checked(table: pa.Table, extra: Sequence[str]) -> pa.Table:
    """The columns that are compared, as text. Raises InputError."""
    for column in ("record_id", "name", *extra):
        if column not in table.column_names:
            raise InputError(f"缺少列 {column}。", f"The column {column} is missing.", code="missing-column")
    names = [name for name in (*COLUMNS, *extra) if name in table.column_names]
    rows = pa.table({name: _texts(table, name) for name in dict.fromkeys(names)})
    ids = rows.column("record_id")
    if ids.null_count or pc.count_distinct(ids).as_py() != rows.num_rows:
        raise InputError(
            "record_id 有空缺或重复。", "record_id is missing or not unique.", code="duplicate-record-id"
        )
    if "kind" not in names:
        return rows.append_column("kind", pa.array(["person"] * rows.num_rows, pa.string()))
    kind = pc.fill_null(rows.column("kind"), "")
    if pc.all(pc.is_in(kind, value_set=pa.array(["", *KINDS]))).as_py() is False:  # null: no rows
        raise InputError(
            "kind 只能是 person 或 organization。", "kind must be person or organization.", code="kind"
        )
    person = pc.if_else(pc.equal(kind, ""), "person", kind)
    return rows.set_column(names.index("kind"), "kind", person)


def _texts(table: pa.Table, name: str) -> pa.ChunkedArray:
    try:
        return table.column(name).cast(pa.string())
    except (KeyError, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f"列 {name} 出现不止一次，或者不是一列文字、数字或日期。",
            f"The column {name} stands there twice, or is not one of texts, numbers or dates.",
            code="column",
        ) from error
