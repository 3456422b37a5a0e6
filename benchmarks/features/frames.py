"""The questions as window frames in SQL, the same text for DuckDB and Spark: days are whole numbers."""

from __future__ import annotations

from collections.abc import Sequence

from asked import LEARNED, PEOPLE, Line, key_column


def frame(line: Line) -> str:
    """The frame of a line: whole days before its own, so that a filing sees neither itself nor its own day."""
    since = "UNBOUNDED" if line.days is None else str(line.days)
    return f"(PARTITION BY {key_column(line)} ORDER BY day RANGE BETWEEN {since} PRECEDING AND 1 PRECEDING)"


def expression(line: Line) -> str:
    """A line as an SQL expression over `filings`."""
    if line.loans:
        what = "1" if line.kind == "count" else "cents"
        over = f"coalesce(sum(CASE WHEN family = 0 THEN {what} ELSE 0 END) OVER {frame(line)}, 0)"
        return over if line.kind == "count" else f"{over} / 100.0"
    over = f"OVER {frame(line)}"
    return {
        "count": f"count(*) {over}",
        "sum": f"coalesce(sum(cents) {over}, 0) / 100.0",
        "since": f"day - max(day) {over}",
        "distinct": f"count(DISTINCT {line.of}) {over}",
    }[line.kind]


def learned_queries() -> list[str]:
    """Lines over what was learned, a query an entity: those that ask and what happened on one axis of time."""
    found = []
    for entity in PEOPLE:
        lines = [line for line in LEARNED if line.entity == entity]
        frames = [
            f"sum(CASE WHEN kind = '{line.of}' THEN 1 ELSE 0 END) OVER {frame(line)} AS {line.name}"
            for line in lines
        ]
        found.append(
            f"SELECT n, {', '.join(line.name for line in lines)} FROM (SELECT n, kind, {', '.join(frames)} FROM ("
            f"SELECT n, {entity}, day, 'asks' AS kind FROM filings UNION ALL SELECT n, {entity}, known AS day, kind "
            f"FROM happenings JOIN filings USING (n))) WHERE kind = 'asks'"
        )
    return found


def whole_query(lines: Sequence[Line]) -> str:
    """One query for lines over the filings and all that was learned of them."""
    frames = ", ".join(f"{expression(line)} AS {line.name}" for line in lines)
    joins = " ".join(f"JOIN ({query}) USING (n)" for query in learned_queries())
    return f"SELECT * FROM (SELECT n, {frames} FROM filings) {joins}"
