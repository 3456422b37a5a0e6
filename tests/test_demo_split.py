"""Cutting a docket at a moment loses nothing and lets nothing of later into the history."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from xiezhi.clock import DAY, format_moment, parse_moment
from xiezhi.demo.split import FILES, Halves, find_cut, split_docket

ZONE = "Asia/Shanghai"
START = parse_moment("2023-01-01", ZONE)
days = st.lists(st.integers(0, 100), min_size=1, max_size=20)


def write(path: Path, records: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")


def day(number: int) -> str:
    return format_moment(START + number * DAY, ZONE)


@given(filed=days, learned=days, late=st.integers(0, 30), cut=st.integers(0, 100))
def test_each_line_goes_to_the_half_that_knew_it(
    tmp_path_factory: object, filed: list[int], learned: list[int], late: int, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("docket")  # type: ignore[attr-defined]
    write(
        folder / "docket/filings.jsonl",
        [{"filing_id": f"f{i}", "filed_at": day(d)} for i, d in enumerate(filed)],
    )
    events = [{"filing_id": "f0", "at": day(d), "recorded_at": day(d + late)} for d in learned]
    write(folder / "docket/events.jsonl", events)
    moment = START + cut * DAY

    halves = split_docket(folder / "docket", moment, folder / "history", folder / "new", ZONE)

    assert halves == Halves(sum(d < cut for d in filed), sum(d >= cut for d in filed))
    for name in FILES[:2]:
        whole, before, after = (
            (folder / half / f"{name}.jsonl").read_text().splitlines()
            for half in ("docket", "history", "new")
        )
        assert sorted(before + after) == sorted(whole)
        known = [json.loads(line).get("recorded_at") or json.loads(line).get("filed_at") for line in before]
        assert all(parse_moment(k, ZONE) < moment for k in known)
    assert not (folder / "new/findings.jsonl").exists()


def test_the_cut_is_a_local_midnight(tmp_path: Path) -> None:
    write(tmp_path / "filings.jsonl", [{"filed_at": "2023-03-31T09:30:00+08:00"}, {"filed_at": "2023-01-05"}])
    assert find_cut(tmp_path, ZONE, 60) == parse_moment("2023-01-31T00:00:00+08:00", ZONE)
