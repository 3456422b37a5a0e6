"""Dockets whose people are known beforehand: filings with the entity of each record, kept without the linker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st
from link_samples import filing, put

from features.link.appearances import appearances_of
from xiezhi.records import Agent, DeclaredRelation, Filing, Party, RelationKind
from xiezhi.store import Store
from xiezhi.store.links import Link, LinkedFiling, LinkedMention, begin_linking, keep


class Known(NamedTuple):
    """A filing and who everybody in it is."""

    filing: Filing
    links: tuple[Link, ...]


def known(filing_id: str, day: float, *people: Party | Agent, **more: Any) -> Known:
    """A filing in which everybody of one name (and kind) is one entity, `P-甲`, `O-…`, `A-…`, `F-…`."""
    parties = [p for p in people if isinstance(p, Party)]
    agents = [a for a in people if isinstance(a, Agent)]
    row = filing(filing_id, day, *parties, agents=tuple(agents), case_number=f"({filing_id})", **more)
    role = {p.party_id: p.role for p in parties}
    links = [
        Link(filing_id, p.party_id, p.kind, p.role, f"{p.kind[0].upper()}-{p.name}", 1.0) for p in parties
    ]
    for agent in agents:
        side = next((role[p] for p in agent.represents if p in role), "plaintiff")
        links.append(Link(filing_id, agent.agent_id, "agent", side, f"A-{agent.name}", 1.0))
        if agent.firm:
            links.append(Link(filing_id, agent.agent_id, "firm", side, f"F-{agent.firm}", 1.0))
    return Known(row, tuple(links))


def keep_known(store: Store, rows: Iterable[Known]) -> None:
    """Store filings with the links given."""
    rows = list(rows)
    put(store, [row.filing for row in rows])
    with store.write() as connection:
        keep(connection, [_linked(row) for row in rows], begin_linking(connection))


def _linked(row: Known) -> LinkedFiling:
    def entities(*kinds: str) -> dict[str, str]:
        return {link.record_id: link.entity_id for link in row.links if link.kind in kinds}

    filing_id, filed_at, claim = row.filing.filing_id, row.filing.filed_at, f"C-{row.filing.filing_id}"
    parties = entities("person", "organization")
    return LinkedFiling(
        filing_id,
        filed_at,
        tuple(LinkedMention(link, filed_at, "{}", ()) for link in row.links),
        claim,
        1.0,
        appearances_of(row.filing, parties, entities("agent"), entities("firm"), claim, ""),
    )


_PHONES = st.sampled_from([None] * 4 + [f"1381234000{i}" for i in range(4)])
_DOORS = st.sampled_from([None] * 4 + [f"甘州区东大街{i}号" for i in range(1, 5)])
_PERSONS = ("周明礼", "陈大海", "李四", "王五", "赵六", "钱七", "孙八", "吴九")
_COMPANIES = ("张掖宇祥商贸有限公司", "甘州绿洲农业有限公司", "临泽昌盛建材有限公司", "高台众达物流有限公司")
_WORDS: st.SearchStrategy[RelationKind] = st.sampled_from(
    ["spouse", "relative", "employee", "shareholder", "friend", "other"]
)


@st.composite
def _party(draw: st.DrawFn, party_id: str, name: str, others: Sequence[str]) -> Party:
    company = name in _COMPANIES
    declared = [DeclaredRelation(draw(st.sampled_from(others)), draw(_WORDS))] if draw(st.booleans()) else []
    return Party(
        party_id,
        draw(st.sampled_from(["plaintiff", "defendant", "third_party"])),
        "organization" if company else "person",
        name,
        phone=draw(_PHONES),
        address=draw(_DOORS),
        service_address=draw(_DOORS),
        legal_representative=draw(st.sampled_from([None, *_PERSONS[:3]])) if company else None,
        declared_relations=tuple(declared),
    )


@st.composite
def _agent(draw: st.DrawFn, agent_id: str, name: str, parties: Sequence[str]) -> Agent:
    return Agent(
        agent_id,
        draw(st.sampled_from(["lawyer", "employee", "relative", "citizen"])),
        name,
        firm=draw(st.sampled_from([None, "甘肃正则律师事务所"])),
        phone=draw(_PHONES),
        represents=tuple(draw(st.lists(st.sampled_from(parties), max_size=2))),
    )


@st.composite
def known_dockets(draw: st.DrawFn) -> list[Known]:
    """Up to ten filings of twelve parties and three agents, some of one moment."""
    rows = []
    for i in range(draw(st.integers(1, 10))):
        names = draw(st.lists(st.sampled_from(_PERSONS + _COMPANIES), min_size=1, max_size=3, unique=True))
        ids = [f"p{j}" for j in range(1, len(names) + 1)]
        people: list[Party | Agent] = [draw(_party(p, n, ids)) for p, n in zip(ids, names, strict=True)]
        for name in draw(st.lists(st.sampled_from(["王律", "赵律", "刘律"]), max_size=1, unique=True)):
            people.append(draw(_agent(f"a{name}", name, ids)))
        rows.append(known(f"f{i:02d}", draw(st.integers(0, 6)), *people))
    return rows
