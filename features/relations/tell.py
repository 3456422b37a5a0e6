"""Relations in words, Chinese and English: an edge, a path, a cut; each names the filings it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from features.relations.edges import Edge
from features.relations.kinds import MOST_HOLDERS, load_kinds
from features.relations.neighbourhood import MOST_FOLLOWED, Cut, Neighbourhood
from features.relations.paths import Path
from features.relations.sightings import DIRECTED
from xiezhi.clock import to_datetime

LANGUAGES: Final = ("zh", "en")

_MOST_NAMED = 2
"""Filings a sentence names; the others are counted."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "plaintiff": "原告{name}", "defendant": "被告{name}", "third_party": "第三人{name}",
        "plaintiff agent": "原告方代理人{name}", "defendant agent": "被告方代理人{name}",
        "third_party agent": "第三人方代理人{name}", "both agent": "双方代理人{name}",
        "spouse": "配偶", "parent": "父母子女", "sibling": "兄弟姐妹", "relative": "亲属",
        "here": "本件", "more": "等{n}件", "also": "，另有{kinds}", "and": "、", "then": "；", "end": "。",
        "open": "（", "close": "）",
        "hub phone": "{name}的电话有 {n} 人使用，多于 {most} 人，不作为关联",
        "hub address": "{name}的地址有 {n} 人使用，多于 {most} 人，不作为关联",
        "hub head": "与{name}有关的法定代表人姓名为 {n} 个单位所有，多于 {most} 个，不作为关联",
        "filings": "{name}出现于 {n} 件以上，只看最近 {n} 件",
        "filings phone": "{name}的电话出现于另外 {n} 件以上，只看最近 {n} 件",
        "filings address": "{name}的地址出现于另外 {n} 件以上，只看最近 {n} 件",
        "filings head": "与{name}有关的法定代表人姓名出现于另外 {n} 件以上，只看最近 {n} 件",
        "people": "相关的人和单位 {n} 个，只继续查看关联最强的 {most} 个",
        "shown": "关联 {n} 条，只列出最强的",
    },
    "en": {
        "plaintiff": "plaintiff {name}", "defendant": "defendant {name}", "third_party": "third party {name}",
        "plaintiff agent": "the plaintiffs' agent {name}", "defendant agent": "the defendants' agent {name}",
        "third_party agent": "the third party's agent {name}", "both agent": "both sides' agent {name}",
        "spouse": "spouses", "parent": "parent and child", "sibling": "siblings", "relative": "relatives",
        "here": "this filing", "more": "{n} in all", "also": ", also {kinds}", "and": ", ", "then": "; ", "end": ".",
        "open": " (", "close": ")",
        "hub phone": "{n} people use a phone of {name}: more than {most}, so it ties nobody",
        "hub address": "{n} people use an address of {name}: more than {most}, so it ties nobody",
        "hub head": "{n} organisations have a legal representative of the name that goes with {name}: more than {most}, so it ties nobody",
        "filings": "{name} appears in more than {n} filings; the latest {n} were read",
        "filings phone": "a phone of {name} appears in more than {n} other filings; the latest {n} were read",
        "filings address": "an address of {name} appears in more than {n} other filings; the latest {n} were read",
        "filings head": "the representative's name that goes with {name} appears in more than {n} other filings; the latest {n} were read",
        "people": "{n} people and organisations are tied to this filing; the strongest {most} were followed",
        "shown": "{n} relations; the strongest are listed",
    },
}  # fmt: skip


class Text(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


def tell_edge(edge: Edge, found: Neighbourhood, zone: str) -> Text:
    """What an edge says and by which filings; days are local in `zone`."""
    order = ends(edge, found)
    return Text(
        *(_sentence(edge, order, found, lang) + _filings(edge, found, zone, lang) for lang in LANGUAGES)
    )


def tell_path(path: Path, found: Neighbourhood, zone: str) -> Text:
    """A path as one sentence, step by step from the plaintiff on."""
    return Text(*(_path(path, found, zone, lang) for lang in LANGUAGES))


def tell_cut(cut: Cut, found: Neighbourhood) -> Text:
    """Where and why the neighbourhood was cut."""
    most = MOST_HOLDERS if cut.why == "hub" else MOST_FOLLOWED
    key = f"{cut.why} {cut.what}".strip()
    return Text(
        *(
            _capital(_WORDS[lang][key].format(name=call(cut.of, found, lang), n=cut.number, most=most)) + end
            for lang, end in zip(LANGUAGES, ("。", "."), strict=True)
        )
    )


def call(entity_id: str, found: Neighbourhood, lang: str) -> str:
    """What an entity is called: its name as filed, with its part in the filing asked about."""
    node = found.nodes.get(entity_id)
    if node is None or not node.name:
        return entity_id
    part = node.side if node.kind in ("person", "organization") else f"{node.side} {node.kind}"
    return _WORDS[lang].get(part, "{name}").format(name=node.name)


def ends(edge: Edge, found: Neighbourhood) -> tuple[str, str]:
    """The ends in the order they are told: of a mutual relation the one nearer to the filing first, its plaintiff before all."""
    if edge.kind in DIRECTED:
        return edge.left, edge.right
    nodes = [found.nodes[edge.left], found.nodes[edge.right]]
    one, other = sorted(nodes, key=lambda node: (-node.near, node.side != "plaintiff"))
    return one.entity_id, other.entity_id


def label(edge: Edge, lang: str) -> str:
    """The kind of an edge in a word or two."""
    return load_kinds()[edge.kind].label[lang]


def _path(path: Path, found: Neighbourhood, zone: str, lang: str) -> str:
    words = _WORDS[lang]
    steps = [_step(step, of, found, zone, lang) for step, of in zip(path.steps, path.nodes, strict=False)]
    return _capital(words["then"].join(steps)) + words["end"]


def _step(step: Sequence[Edge], of: str, found: Neighbourhood, zone: str, lang: str) -> str:
    """The strongest edge of a step, told from `of` on; others by their kind."""
    best = step[0]
    order = (best.left, best.right) if best.kind in DIRECTED else (of, best.other(of))
    told = _sentence(best, order, found, lang) + _filings(best, found, zone, lang)
    others = dict.fromkeys(label(edge, lang) for edge in step[1:] if edge.kind != best.kind)
    return told + (_WORDS[lang]["also"].format(kinds=_WORDS[lang]["and"].join(others)) if others else "")


def _sentence(edge: Edge, order: tuple[str, str], found: Neighbourhood, lang: str) -> str:
    return load_kinds()[edge.kind].sentence[lang].format(
        left=call(order[0], found, lang),
        right=call(order[1], found, lang),
        detail=_WORDS[lang].get(edge.detail, ""),
        via=call(edge.via, found, lang),
    )  # fmt: skip


def _filings(edge: Edge, found: Neighbourhood, zone: str, lang: str) -> str:
    """In brackets: this filing, the newest others by day and number, and how many there are."""
    words = _WORDS[lang]
    named = [words["here"]] if edge.here else []
    newest = sorted(edge.filings[:_MOST_NAMED], key=lambda i: found.cited[i].filed_at, reverse=True)
    for filing_id in newest:
        cited = found.cited[filing_id]
        named.append(f"{to_datetime(cited.filed_at, zone):%Y-%m-%d} {cited.reference or filing_id}")
    if edge.count > _MOST_NAMED:
        named.append(words["more"].format(n=edge.count + edge.here))
    return f"{words['open']}{words['and'].join(named)}{words['close']}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
