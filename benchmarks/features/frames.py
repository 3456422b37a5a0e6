"""The questions as window frames in SQL, the same text for DuckDB and Spark: days are whole numbers."""

from __future__ import annotations

from asked import Line, key_column


def window_of(line: Line) -> str:
    """The frame of a line: whole days before its own, so that a filing sees neither itself nor its own day."""
    since = "UNBOUNDED" if line.days is None else str(line.days)
    return f"(PARTITION BY {key_column(line.entity)} ORDER BY day RANGE BETWEEN {since} PRECEDING AND 1 PRECEDING)"


def expression(line: Line) -> str:
    """A line as an SQL expression over `filings`."""
    over = f"OVER {window_of(line)}"
    return {
        "count": f"count(*) {over}",
        "sum": f"coalesce(sum(cents) {over}, 0) / 100.0",
        "since": f"day - max(day) {over}",
        "distinct": f"count(DISTINCT {line.of}) {over}",
    }[line.kind]


def learned_query(line: Line) -> str:
    """A line over what was learned: those that ask and what happened on one axis of time."""
    key = key_column(line.entity)
    return (
        f"SELECT n, {line.name} FROM (SELECT n, asks, sum(1 - asks) OVER {window_of(line)} AS {line.name} FROM ("
        f"SELECT n, {key}, day, 1 AS asks FROM filings UNION ALL SELECT n, {key}, known AS day, 0 AS asks FROM "
        f"happenings JOIN filings USING (n) WHERE kind = '{line.of}')) WHERE asks = 1"
    )
