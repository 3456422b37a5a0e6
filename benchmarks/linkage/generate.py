"""Chinese party records with truth, for the linking benchmark: `generate.py FOLDER --records 1000000`.

Deterministic by seed. What the records are like and how often what goes wrong stands in `rates.py`; the tables names
are drawn from lie in `data/` and are not the product's. Records come in random order, a few hundred thousand at a time.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer
from entities import Entities, count_mentions, make_entities
from filed_addresses import addresses
from filed_names import organisation_names, person_names, representatives
from filed_numbers import birth_dates, id_numbers, phones
from numpy.random import Generator
from numpy.typing import NDArray
from texts import ascii_texts, put, take

_CHUNK: Final = 250_000
_OWN_FIRM: Final = 0.7  # a party keeps to its law firm (reason)


def main(
    folder: Annotated[Path, typer.Argument(help="Where records.parquet and truth.parquet go.")],
    records: Annotated[int, typer.Option(min=1_000, help="How many records.")] = 100_000,
    seed: int = 7,
) -> None:
    """Write the records, and apart from them which entity each is of."""
    start = perf_counter()
    pairs = write(folder, records, seed)
    print(f"{records:,} records, {pairs:,} true pairs, {perf_counter() - start:.1f} s")


def write(folder: Path, records: int, seed: int) -> int:
    """Write `records` records to `folder`; returns how many pairs are of one entity."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng((seed, 0))
    all_ = make_entities(records, rng)
    counts = count_mentions(records, len(all_), rng)
    order = rng.permutation(np.repeat(np.arange(len(all_), dtype=np.int32), counts))
    with (
        pq.ParquetWriter(folder / "records.parquet", _SCHEMA) as filed,
        pq.ParquetWriter(folder / "truth.parquet", _TRUTH) as truth,
    ):
        for i, start in enumerate(range(0, records, _CHUNK)):
            rows = order[start : start + _CHUNK].astype(np.int64)
            ids = record_ids(start, len(rows))
            columns = mention(all_, rows, np.random.default_rng((seed, 1, i)))
            filed.write_table(pa.table([ids, *columns], schema=_SCHEMA))
            truth.write_table(pa.table([ids, pa.array(rows)], schema=_TRUTH))
    return int((counts * (counts - 1) // 2).sum())


def record_ids(start: int, count: int) -> Any:
    """r00000001 …, in order of the file: they tell nothing."""
    numbers = np.arange(start + 1, start + 1 + count)
    digits = numbers[:, None] // 10 ** np.arange(7, -1, -1) % 10 + ord("0")
    return ascii_texts(np.column_stack([np.full(count, ord("r")), digits]).astype(np.uint8))


def mention(all_: Entities, rows: NDArray[np.int64], rng: Generator) -> list[Any]:
    """Columns of one mention of each of `rows`, in order of the schema without the record id."""
    person = rows < all_.persons
    firms = len(all_.firm_phone)
    # Another firm is drawn as somebody else's usual one, so that busy firms stay busy.
    other = all_.firm[rng.integers(0, len(all_), len(rows))]
    firm = np.where(rng.random(len(rows)) < _OWN_FIRM, all_.firm[rows], other) % firms
    kind = take(["organization", "person"], person.astype(np.int8))
    people, bodies = np.flatnonzero(person), np.flatnonzero(~person)
    name = put(take([""], np.zeros(len(rows), np.int8)), people, person_names(all_, rows[people], rng))
    name = put(name, bodies, organisation_names(all_, rows[bodies], rng))
    return [
        kind,
        name,
        id_numbers(all_, rows, rng),
        birth_dates(all_, rows, rng),
        phones(all_, rows, firm, rng),
        addresses(all_, rows, firm, rng),
        representatives(all_, rows, rng),
    ]


_SCHEMA: Final = pa.schema(
    [
        (name, pa.string())
        for name in (
            "record_id", "kind", "name", "id_number", "birth_date", "phone", "address", "legal_representative"
        )
    ]
)  # fmt: skip
_TRUTH: Final = pa.schema([("record_id", pa.string()), ("entity", pa.int64())])


if __name__ == "__main__":
    typer.run(main)
