"""Parquet of the same nesting as the JSON Lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

from features.intake.inputs import Input
from features.intake.outcome import Place, Rejected, Row, reject

_BATCH = 1_000
"""Rows turned into Python objects at a time; bounds memory."""


def read_parquet(source: Input) -> Iterator[Row | Rejected]:
    """The rows of `source`, in order. A null counts as absent, as does a number that is NaN."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with source.open() as stream, pq.ParquetFile(stream) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for values in batch.to_pylist(maps_as_pydicts="lossy"):
                    number += 1
                    yield Row(Place(source.name, number), _plain(values))
    except (pa.ArrowException, OSError):
        yield reject(Place(source.name, number + 1), "file", "not-readable")


def _plain(value: Any) -> Any:
    """`value` in JSON's own types, without what is null."""
    if isinstance(value, dict):
        cleaned = ((k, _plain(v)) for k, v in value.items())
        return {k: v for k, v in cleaned if v is not None}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value
