"""What the commands around promotion print."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from training.cards.card import tell
from training.evaluation.measures import Interval
from training.promotion.compare import BandChange, Comparison
from xiezhi.clock import format_moment
from xiezhi.store.challenges import Challenge
from xiezhi.store.promotion_requests import PromotionAnswer, PromotionRequest
from xiezhi.store.promotions import Promotion

_WORDS = {
    "zh": {
        "asked": "申请启用 {version}，申请人 {by}，{at}",
        "trained": "训练截至",
        "digest": "摘要",
        "filings": "训练收案／其中虚假或滥诉",
        "average_precision": "平均精度（折外）",
        "model": "申请启用",
        "champion": "现用",
        "apart": "折外指标各按自己的训练数据算出，不可相互比较；可比的是下面同一批案件上的结果。",
        "none": "无提示",
        "notice": "请关注",
        "review": "请法官审查",
        "no_live": "尚未作为挑战者评过案件。",
        "live": "挑战者 {challenger} 与现用 {champion}：{first} 至 {last} 共 {filings} 件，"
        "有认定 {labelled} 件，其中虚假或滥诉 {positives} 件；另有 {by_others} 件由别的模型筛查，未计入",
        "same": "档次相同",
        "changed": "档次不同",
        "few": "认定尚少（{positives} 件虚假或滥诉），不能比较平均精度。",
        "difference": "平均精度之差（挑战者减现用）",
        "ap_champion": "平均精度，现用",
        "ap_challenger": "平均精度，挑战者",
        "bands": "现用档次 → 挑战者档次",
        "promoted": "启用",
        "rolled_back": "回退至",
        "approved": "已批准",
        "rejected": "已驳回",
        "waits": "等待批准",
        "challenges": "挑战中",
    },
    "en": {
        "asked": "{by} asks that {version} may screen, {at}",
        "trained": "trained on what was known before",
        "digest": "digest",
        "filings": "filings / of these found false or abusive",
        "average_precision": "average precision (out of fold)",
        "model": "asked for",
        "champion": "screens now",
        "apart": "Out-of-fold figures are each of its own training data and not to be compared; what is below, of the same "
        "filings, is.",
        "none": "none",
        "notice": "notice",
        "review": "review",
        "no_live": "It has not scored live filings as a challenger.",
        "live": "Challenger {challenger} beside {champion}: {filings} filings from {first} to {last}, {labelled} with a "
        "finding, {positives} of these false or abusive; {by_others} more were screened by another model, left out",
        "same": "same band",
        "changed": "another band",
        "few": "Too few findings yet ({positives} false or abusive) to compare average precision.",
        "difference": "difference of average precision (challenger less champion)",
        "ap_champion": "average precision, champion",
        "ap_challenger": "average precision, challenger",
        "bands": "band shown → challenger's",
        "promoted": "promoted",
        "rolled_back": "rolled back to",
        "approved": "approved",
        "rejected": "rejected",
        "waits": "waits for approval",
        "challenges": "challenges",
    },
}  # fmt: skip


def show_request(request: PromotionRequest, zone: str, language: str) -> None:
    """Print a request with the figures it was made on."""
    words, console = _WORDS[language], Console(highlight=False)
    at = format_moment(request.requested_at, zone)
    console.print(words["asked"].format(version=request.model_version, by=request.requested_by, at=at))
    shown = request.shown
    sides = {words[side]: shown[side] for side in ("model", "champion") if shown[side] is not None}
    table = Table("", *(f"{title} {told['model_version']}" for title, told in sides.items()))
    for row in ("trained", "digest", "filings", "average_precision"):
        table.add_row(words[row], *(_cell(row, told) for told in sides.values()))
    console.print(table)
    if shown["champion"] is not None:
        console.print(words["apart"])
    if shown["live"] is None:
        console.print(words["no_live"])
    else:
        _print_live(console, shown["live"], words)


def show_comparison(found: Comparison, zone: str, language: str) -> None:
    """Print champion beside challenger."""
    _print_live(Console(highlight=False), found.to_json(zone), _WORDS[language])


def write_changes(found: Comparison, path: Path) -> None:
    """CSV of the filings whose band would be another; with a mark that lets spreadsheets read it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(BandChange._fields)
        rows.writerows(found.changes)


def show_history(
    past: Sequence[Promotion],
    asked: Sequence[tuple[PromotionRequest, PromotionAnswer | None]],
    challenge: Challenge | None,
    zone: str,
    language: str,
) -> None:
    """Print every promotion and roll-back, every request with its answer, and the challenger."""
    words, console = _WORDS[language], Console(highlight=False, soft_wrap=True)
    for done in past:
        at, reason = format_moment(done.promoted_at, zone), f"  {done.reason}" if done.reason else ""
        console.print(
            f"{at}  {words[done.action]} {done.model_version}  {done.promoted_by}{reason}", markup=False
        )
    for request, answer in asked:
        told = words["asked"].format(
            version=request.model_version,
            by=request.requested_by,
            at=format_moment(request.requested_at, zone),
        )
        end = (
            words["waits"]
            if answer is None
            else f"{words[answer.answer]} {answer.answered_by} {answer.reason}"
        )
        console.print(f"{told}: {end}".rstrip(), markup=False)
    if challenge is not None:
        console.print(f"{words['challenges']} {challenge.model_version}  {challenge.named_by}", markup=False)


def history_to_json(
    past: Sequence[Promotion],
    asked: Sequence[tuple[PromotionRequest, PromotionAnswer | None]],
    challenge: Challenge | None,
    zone: str,
) -> dict[str, Any]:
    """The same as plain JSON types."""

    def plain(
        row: Promotion | PromotionRequest | PromotionAnswer | Challenge | None,
    ) -> dict[str, Any] | None:
        if row is None:
            return None
        return {
            k: format_moment(v, zone) if k == "at" or k.endswith("_at") else v for k, v in asdict(row).items()
        }

    return {
        "promotions": [plain(promotion) for promotion in past],
        "requests": [{"request": plain(request), "answer": plain(answer)} for request, answer in asked],
        "challenge": plain(challenge),
    }


def _cell(row: str, told: Mapping[str, Any]) -> str:
    if row == "trained":
        return str(told["trained_as_of"])[:10]
    if row == "digest":
        return str(told["digest"])[:12]
    if row == "filings":
        counts = told["counts"] or {}
        return f"{counts.get('filings', '?')} / {counts.get('positives', '?')}"
    return _interval((told["figures"] or {}).get("average_precision"))


def _interval(told: Mapping[str, float] | None) -> str:
    return "?" if told is None else tell(Interval(**told))


def _print_live(console: Console, live: Mapping[str, Any], words: Mapping[str, str]) -> None:
    days = {name: str(live[name])[:10] for name in ("first", "last")}
    console.print(words["live"].format(**{**live, **days}), markup=False)
    table = Table(show_header=False)
    table.add_row(words["same"], _interval(live["same_band"]))
    table.add_row(words["changed"], str(live["changed"]))
    for cell in live["bands"]:
        if cell["shown"] != cell["challenger"]:
            change = f"{words[cell['shown']]} → {words[cell['challenger']]}"
            table.add_row(f"{words['bands']}: {change}", str(cell["filings"]))
    if live["ranking"] is not None:
        table.add_row(words["ap_champion"], _interval(live["ranking"]["champion"]))
        table.add_row(words["ap_challenger"], _interval(live["ranking"]["challenger"]))
        table.add_row(words["difference"], _interval(live["ranking"]["difference"]))
    console.print(table)
    if live["ranking"] is None:
        console.print(words["few"].format(**live))
