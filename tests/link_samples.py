"""Small filings for the linker's tests, and random dockets of few people who meet often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from features.link.weights import Weights, load_weights
from features.normalise.causes import cause_family
from xiezhi.clock import DAY
from xiezhi.records import Agent, Evidence, Filing, Party
from xiezhi.store import Store
from xiezhi.store.claim_relations import every_relation
from xiezhi.store.filings import put_filings
from xiezhi.store.links import clear_links, every_claim, every_link
from xiezhi.store.tables import appearances, filings

START = 1_600_000_000_000_000
IDS = ("11010519491231002X", "440524188001010014", "62070219800101001X", "620702199003073019")
"""Resident ids with right check digits, borne by nobody on purpose."""


def person(party_id: str, role: Any, name: str, **more: Any) -> Party:
    if "id_number" in more:
        more.setdefault("id_type", "resident_id")
    return Party(party_id, role, "person", name, **more)


def organization(party_id: str, role: Any, name: str, **more: Any) -> Party:
    return Party(party_id, role, "organization", name, **more)


def filing(filing_id: str, day: float, *parties: Party, **more: Any) -> Filing:
    more.setdefault("court", "甘0702")
    more.setdefault("cause", "民间借贷纠纷")
    return Filing(filing_id=filing_id, filed_at=START + int(day * DAY), parties=parties, **more)


def put(store: Store, rows: Iterable[Filing]) -> None:
    with store.write() as connection:
        put_filings(
            connection,
            store.vault,
            [(f, cause_family(f.cause, f.proceeding), "test") for f in rows],
            START + 10_000 * DAY,
        )


def empty(store: Store) -> None:
    """The store as on its first day."""
    with store.write() as connection:
        clear_links(connection)
        connection.execute(filings.delete())


def believed(store: Store) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """Links, claims, appearances and relations between claims of the store, sorted."""
    with store.read() as connection:
        return (
            sorted(map(repr, every_link(connection))),
            sorted(every_claim(connection)),
            sorted(tuple(row) for row in connection.execute(select(appearances))),
            list(every_relation(connection)),
        )


def entity_of(store: Store) -> dict[tuple[str, str, str], str]:
    """(filing id, record id, kind) -> entity id."""
    with store.read() as connection:
        return {(x.filing_id, x.record_id, x.kind): x.entity_id for x in every_link(connection)}


def narrow_weights() -> Weights:
    """The model with tiny caps, so that small dockets reach them."""
    return replace(load_weights(), hub=3, certain_latest=2, considered=2, count_cap=5)


_names = st.sampled_from(
    ["张伟", "张玮", "王建国", "王建军", "欧阳小明", "李某某", "Smith, John A.", "John Smith"]
)
_firms = st.sampled_from(
    ["张掖宇祥商贸有限公司", "张掖市宇祥商贸有限责任公司", "宇祥商贸有限公司", "×××公司"]
)
_maybe_id = st.one_of(st.none(), st.sampled_from(IDS))
_phones = st.sampled_from([None, "13812340001", "13812340002"])
_doors = st.sampled_from([None, "甘州区东大街12号", "甘州区牛王村4组23号", "东大街12号"])
_roles = st.sampled_from(["plaintiff", "defendant", "third_party"])


@st.composite
def _party(draw: st.DrawFn, party_id: str) -> Party:
    if draw(st.booleans()) and draw(st.booleans()):
        return organization(party_id, draw(_roles), draw(_firms), phone=draw(_phones))
    more = {"id_number": number} if (number := draw(_maybe_id)) else {}
    return person(party_id, draw(_roles), draw(_names), phone=draw(_phones), address=draw(_doors), **more)


@st.composite
def _agent(draw: st.DrawFn, agent_id: str) -> Agent:
    return Agent(
        agent_id,
        draw(st.sampled_from(["lawyer", "citizen"])),
        draw(_names),
        licence_number=draw(st.sampled_from([None, "16207201510000001", "16207201510000002"])),
        firm=draw(st.sampled_from([None, "甘肃正则律师事务所", "北京大成（深圳）律师事务所"])),
        represents=("p1",),
    )


@st.composite
def dockets(draw: st.DrawFn) -> list[Filing]:
    """Up to a dozen filings, some of one moment, of few people."""
    rows = []
    for i in range(draw(st.integers(1, 12))):
        parties = [draw(_party(f"p{j}")) for j in range(1, draw(st.integers(1, 3)) + 1)]
        agents = [draw(_agent("a1"))] if draw(st.booleans()) else []
        evidence = (
            [Evidence("iou", dated="2020-01-01", amount=draw(st.sampled_from([1e4, 2e4])))]
            if draw(st.booleans())
            else []
        )
        rows.append(
            filing(
                f"f{i:02d}",
                draw(st.integers(0, 6)),
                *parties,
                agents=tuple(agents),
                evidence=tuple(evidence),
                case_number=f"(2020)甘0702民初{i}号",
                related_case_numbers=draw(st.sampled_from([(), ("（2020）甘0702民初0号",)])),
                claim_amount=draw(st.sampled_from([None, 10_000.0, 20_000.0])),
                facts=draw(st.sampled_from([None, "原告于2020年1月1日向被告出借款项，被告出具借条，约定还款期限届满后经原告多次催要至今未还，故诉至法院请求判如所请。"])),
            )
        )  # fmt: skip
    return rows
