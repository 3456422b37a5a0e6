"""The bodies of the commands of `xiezhi link` by which people have their say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Literal

from features.link.answers import accept, reject
from features.link.judge import OpenQuestion, find_mention, judge, open_questions
from xiezhi.cli import DONE
from xiezhi.clock import format_moment, now
from xiezhi.progress import stage
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.judgements import Verdict
from xiezhi.store.proposals import Proposal, open_proposals, to_json
from xiezhi.store.turn import write_in_turn

_SHOWN = 20
"""Mentions of a part told to a reader; JSON has all."""

_WORDS = {
    "zh": {
        "judged": "已记录判定 {verdict}：{left} 与 {right}；主体 {left_entity}、{right_entity}。\n"
        "对此后立案的案件生效；要让既有关联一并更新，请运行 xiezhi link again。",
        "question": "{probability:.3f}  {mention} 是否为 {entity_id}？ 对照 {against}；现为 {now}",
        "questions": "待答问题 {count} 个。回答：xiezhi link judge same|different 提及 对照 --by 姓名 --reason 理由",
        "merge": "{proposal_id}  合并  {probability:.3f}  {kind}",
        "split": "{proposal_id}  拆分  {probability:.3f}  {kind}",
        "part": "    {entity_id}：{mentions}",
        "evidence": "    依据 {left} 与 {right}：{steps}",
        "veto": "    依据 {left} 与 {right}：不可能为同一",
        "effect": "    涉及提及 {mentions} 处、案件 {filings} 件，其中历史将改变的提示案件 {flagged} 件",
        "proposals": "待处理建议 {count} 条。处理：xiezhi link accept|reject 编号 --by 姓名 --reason 理由",
        "proposed": "比对提及 {compared} 处；待处理建议：合并 {merges} 条，拆分 {splits} 条",
        "unchanged": "自上次以来没有新的关联或判定；待处理建议：合并 {merges} 条，拆分 {splits} 条",
        "accepted": "已采纳 {proposal_id}。对此后立案的案件生效；要让既有关联一并更新，请运行 xiezhi link again。",
        "rejected": "已否决 {proposal_id}；除非出现新的依据，不再提出。",
        "again": "重新关联案件 {filings} 件、提及 {mentions} 处；主体编号保留 {kept} 个、新增 {new} 个、并入其他 {gone} 个",
        "more": "等 {count} 处",
    },
    "en": {
        "judged": "Judged {verdict}: {left} and {right}; entities {left_entity}, {right_entity}.\n"
        "Counts for filings filed from now on; run xiezhi link again to bring the links already made along.",
        "question": "{probability:.3f}  is {mention} the same as {entity_id}? Compare {against}; now {now}",
        "questions": "{count} open questions. Answer: xiezhi link judge same|different MENTION COMPARED --by NAME --reason TEXT",
        "merge": "{proposal_id}  merge  {probability:.3f}  {kind}",
        "split": "{proposal_id}  split  {probability:.3f}  {kind}",
        "part": "    {entity_id}: {mentions}",
        "evidence": "    evidence {left} and {right}: {steps}",
        "veto": "    evidence {left} and {right}: cannot be one",
        "effect": "    {mentions} mentions and {filings} filings concerned; {flagged} flagged filings whose history would change",
        "proposals": "{count} open proposals. Answer: xiezhi link accept|reject ID --by NAME --reason TEXT",
        "proposed": "{compared} mentions compared; open proposals: {merges} merges, {splits} splits",
        "unchanged": "Nothing linked or judged since the last run; open proposals: {merges} merges, {splits} splits",
        "accepted": "Accepted {proposal_id}. Counts for filings filed from now on; run xiezhi link again to bring the links already made along.",
        "rejected": "Rejected {proposal_id}; not proposed again unless other evidence speaks for it.",
        "again": "{filings} filings, {mentions} mentions linked anew; entity ids: {kept} kept, {new} new, {gone} gone into others",
        "more": "and {count} more",
    },
}


def judge_pair(verdict: Verdict, a: str, b: str, *, by: str, reason: str, as_json: bool) -> int:
    """Record a judgement on two mentions. Raises InputError, NotFound, Conflict."""
    store = open_store(Settings())
    try:
        with write_in_turn(store) as connection:
            pair = find_mention(connection, a), find_mention(connection, b)
            judged = judge(connection, *pair, verdict, by=by, reason=reason, at=now())
    finally:
        store.close()
    row = judged.judgement
    told = {
        "verdict": row.verdict,
        "left": str(row.left),
        "right": str(row.right),
        "left_entity": judged.left_entity,
        "right_entity": judged.right_entity,
    }
    return _say([_word("judged").format(**told)], told, as_json=as_json)


def list_questions(*, as_json: bool) -> int:
    """Print the questions nobody answered, the likeliest offers first."""
    store = open_store(Settings())
    try:
        with store.read() as connection:
            found = [_question_json(one) for one in open_questions(connection)]
    finally:
        store.close()
    lines = [_word("question").format(**told) for told in found]
    return _say([*lines, _word("questions").format(count=len(found))], found, as_json=as_json)


def propose_changes(*, as_json: bool) -> int:
    """Compare the whole store with itself and keep what it would merge or split. Nothing else is changed."""
    from features.link.propose import propose
    from features.link.table import link_profiles

    store = open_store(Settings())
    try:
        with stage("比对 comparing") as advance:
            count = propose(store, link_profiles, now(), advance)
    finally:
        store.close()
    words = _word("proposed" if count.compared else "unchanged")
    return _say([words.format(**asdict(count))], asdict(count), as_json=as_json)


def list_proposals(*, as_json: bool) -> int:
    """Print the proposals nobody answered, the likeliest first."""
    store = open_store(Settings())
    try:
        with store.read() as connection:
            found = open_proposals(connection)
    finally:
        store.close()
    zone = Settings().zone
    told = [to_json(row) | {"made_at": format_moment(row.made_at, zone)} for row in found]
    lines = [line for row in found for line in _describe(row)]
    return _say([*lines, _word("proposals").format(count=len(found))], told, as_json=as_json)


def answer_proposal(
    answer: Literal["accepted", "rejected"], proposal_id: str, *, by: str, reason: str, as_json: bool
) -> int:
    """Accept or reject a proposal. Raises InputError, NotFound, Conflict."""
    store = open_store(Settings())
    try:
        with write_in_turn(store) as connection:
            take = accept if answer == "accepted" else reject
            take(connection, proposal_id, by=by, reason=reason, at=now())
    finally:
        store.close()
    told = {"proposal_id": proposal_id, "answer": answer}
    return _say([_word(answer).format(**told)], told, as_json=as_json)


def link_anew(*, as_json: bool) -> int:
    """Link the whole store anew, honouring what people said."""
    from features.link.relink import link_again

    store = open_store(Settings())
    try:
        with stage("重新关联 linking anew") as advance:
            count = link_again(store, now(), advance)
    finally:
        store.close()
    told = asdict(count.linked) | {"kept": count.kept, "new": count.new, "gone": count.gone}
    return _say([_word("again").format(**told)], told, as_json=as_json)


def _question_json(one: OpenQuestion) -> dict[str, Any]:
    question = one.question
    return {
        "mention": str(question.mention),
        "kind": question.kind,
        "entity_id": question.entity_id,
        "probability": round(question.probability, 6),
        "against": str(one.against),
        "now": one.entity_id,
    }


def _describe(row: Proposal) -> Iterable[str]:
    yield _word(row.action).format(proposal_id=row.proposal_id, probability=row.probability, kind=row.kind)
    for part in row.parts:
        mentions = " ".join(str(ref) for ref in part.mentions[:_SHOWN])
        if len(part.mentions) > _SHOWN:
            mentions += " " + _word("more").format(count=len(part.mentions) - _SHOWN)
        yield _word("part").format(entity_id=part.entity_id, mentions=mentions)
    evidence = row.evidence
    steps = "  ".join(f"{step.field} {step.level} {step.bits:+.1f}" for step in evidence.steps)
    words = _word("veto" if evidence.bits is None else "evidence")
    yield words.format(left=evidence.left, right=evidence.right, steps=steps)
    effect = row.effect
    yield _word("effect").format(
        mentions=effect.mentions, filings=effect.filings, flagged=len(effect.flagged)
    )


def _word(which: str) -> str:
    return _WORDS["zh" if Settings().language.startswith("zh") else "en"][which]


def _say(lines: Iterable[str], told: Any, *, as_json: bool) -> int:
    print(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(lines))
    return DONE
