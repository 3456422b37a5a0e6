"""The body of `xiezhi link claims`: the account of a filing's claim, in words or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from features.link.claims.account import ClaimAccount, FilingOfClaim, Relation, account_for
from features.link.claims.thresholds import load_thresholds
from xiezhi.cli import DONE
from xiezhi.clock import format_moment
from xiezhi.settings import Settings
from xiezhi.store import open_store

WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "claim": "案件 {filing_id} 的请求 {claim_id}（概率 {probability:.2f}），另有 {count} 件案件为同一请求",
        "filing": "  {filing_id}  {day}  {court}  {proceeding}  {amount}",
        "related": "关联请求 {count} 条",
        "relation": "  {kind}：{filing_id}（{when}），分值 {score:.2f}",
        "agree": "    相同：{fields}",
        "changed": "    变化：{fields}",
        "threshold": "    合计 {total:.2f}，越过 {amount:.2f}：{about}（{source}）",
        "adds_up": "    合计 {total:.2f}，与所述总额 {whole:.2f} 相符",
        "through": "    经由其他案件",
        "form": "文书模板：共 {filings} 件案件使用，原告 {plaintiffs} 名、被告 {defendants} 名。",
        "institution": "原告名称显示为机构（{institution}）。",
        "caution": "相似只是线索，不是结论：机构批量起诉常用同一模板，撤诉后再诉可以合法。",
        "later": "在后", "earlier": "在前",
        "appeal": "同一纠纷的后续程序", "refiled": "再次起诉", "split": "拆分", "series": "同一模板批量起诉",
        "first_instance": "一审", "enforcement": "执行", "enforcement_objection": "执行异议", "bankruptcy": "破产",
        "judicial_confirmation": "司法确认", "pre_suit_mediation": "诉前调解", "payment_order": "督促程序",
        "administrative": "行政", "appeal_court": "二审", "retrial": "再审", "other": "其他",
        "case_number": "案号", "instrument": "借条或合同的日期和金额", "assignment": "债权转让", "payment": "付款日期和金额",
        "amount": "金额", "text": "文字", "date": "日期", "sum": "所述金额", "sides": "双方当事人", "cause": "案由",
        "story": "事实经过", "way": "付款方式", "consecutive_dates": "借条日期相近", "plaintiff": "原告", "agent": "原告代理人",
        "bank": "银行", "insurer": "保险", "property_manager": "物业", "licensed_lender": "持牌放贷机构", "telecom": "通信",
        "debt_buyer": "资产管理", "utility": "公用事业", "collecting_society": "著作权集体管理", "public_body": "公共机构",
    },
    "en": {
        "claim": "Filing {filing_id} carries claim {claim_id} (probability {probability:.2f}); {count} other filings carry it",
        "filing": "  {filing_id}  {day}  {court}  {proceeding}  {amount}",
        "related": "{count} related claims",
        "relation": "  {kind}: {filing_id} ({when}), score {score:.2f}",
        "agree": "    agree: {fields}",
        "changed": "    changed: {fields}",
        "threshold": "    together {total:.2f}, over {amount:.2f}: {about} ({source})",
        "adds_up": "    together {total:.2f}, the sum told: {whole:.2f}",
        "through": "    through other filings",
        "form": "Form: {filings} filings use it, of {plaintiffs} plaintiffs against {defendants} defendants.",
        "institution": "The plaintiff's name is that of an institution ({institution}).",
        "caution": "Likeness is evidence, not a verdict: institutions sue many on one form, and a claim withdrawn may lawfully be filed again.",
        "later": "later", "earlier": "earlier",
        "appeal": "a step of the same dispute", "refiled": "sued again", "split": "cut into parts", "series": "one form, many suits",
        "first_instance": "first instance", "enforcement": "enforcement", "enforcement_objection": "objection to enforcement",
        "bankruptcy": "bankruptcy", "judicial_confirmation": "judicial confirmation", "pre_suit_mediation": "pre-suit mediation",
        "payment_order": "payment order", "administrative": "administrative", "appeal_court": "appeal", "retrial": "retrial", "other": "other",
        "case_number": "case number", "instrument": "date and amount of note or contract", "assignment": "assignment of the claim",
        "payment": "date and amount of a payment", "amount": "amount", "text": "wording", "date": "date", "sum": "sum told",
        "sides": "both sides", "cause": "cause", "story": "story", "way": "way of payment",
        "consecutive_dates": "notes days apart", "plaintiff": "plaintiff", "agent": "the plaintiffs' agent",
        "bank": "bank", "insurer": "insurer", "property_manager": "property manager", "licensed_lender": "licensed lender",
        "telecom": "telecom", "debt_buyer": "debt buyer", "utility": "utility", "collecting_society": "collecting society",
        "public_body": "public body",
    },
}  # fmt: skip


def tell_claim(filing_id: str, *, as_json: bool) -> int:
    """Print the account of a filing's claim. Raises NotFound, StoreError."""
    settings = Settings()
    store = open_store(settings)
    try:
        with store.read() as connection:
            account = account_for(connection, filing_id)
    finally:
        store.close()
    if as_json:
        print(json.dumps(describe(account, settings.zone), ensure_ascii=False))
    else:
        language = "zh" if settings.language.startswith("zh") else "en"
        print("\n".join(tell(account, WORDS[language], settings.zone)))
    return DONE


def describe(account: ClaimAccount, zone: str) -> dict[str, Any]:
    """The account as plain values, moments as ISO 8601 in `zone`."""
    said = asdict(account)
    for filing in said["filings"]:
        filing["filed_at"] = format_moment(filing["filed_at"], zone)
    return said


def tell(account: ClaimAccount, words: Mapping[str, str], zone: str) -> list[str]:
    """The account in lines of words."""
    count = len(account.filings)
    head = words["claim"].format(
        filing_id=account.filing_id, claim_id=account.claim_id, probability=account.probability, count=count
    )
    lines = [head]
    for filing in account.filings:
        lines += _filing_lines(filing, words, zone)
    lines.append(words["related"].format(count=len(account.relations)))
    for relation in account.relations:
        lines += _relation_lines(relation, words)
    if account.form is not None:
        form = asdict(account.form)
        told = words["form"].format(**form)
        if account.form.institution:
            told += " " + words["institution"].format(institution=words[account.form.institution])
        lines.append(told)
    return [*lines, words["caution"]]


def _filing_lines(filing: FilingOfClaim, words: Mapping[str, str], zone: str) -> list[str]:
    line = words["filing"].format(
        filing_id=filing.filing_id,
        day=format_moment(filing.filed_at, zone)[:10],
        court=filing.court,
        proceeding=words["appeal_court" if filing.proceeding == "appeal" else filing.proceeding],
        amount="" if filing.amount is None else f"{filing.amount:.2f}",
    )
    if not filing.agreement:
        return [line.rstrip(), words["through"]]
    return [line.rstrip(), words["agree"].format(fields=_fields(filing.agreement["agree"], words))]


def _relation_lines(relation: Relation, words: Mapping[str, str]) -> list[str]:
    lines = [
        words["relation"].format(
            kind=words[relation.kind],
            filing_id=relation.filing_id,
            when=words["later" if relation.later else "earlier"],
            score=relation.score,
        ),
        words["agree"].format(fields=_fields(relation.evidence["agree"], words)),
    ]
    if changed := relation.evidence.get("changed"):
        lines.append(words["changed"].format(fields=_fields(changed, words)))
    return lines + _sum_lines(relation.evidence, words)


def _sum_lines(evidence: Mapping[str, Any], words: Mapping[str, str]) -> list[str]:
    """What the parts of a split come to."""
    lines = []
    if crossed := evidence.get("threshold"):
        known = next((t for t in load_thresholds() if t.code == crossed["code"]), None)
        about = "" if known is None else known.zh if words["date"] == "日期" else known.en
        source = "" if known is None else known.source
        lines.append(
            words["threshold"].format(
                total=evidence["total"], amount=crossed["amount"], about=about, source=source
            )
        )
    if whole := evidence.get("adds_up_to"):
        lines.append(words["adds_up"].format(total=evidence["total"], whole=whole))
    return lines


def _fields(names: list[str], words: Mapping[str, str]) -> str:
    return (
        "、".join(words[n] for n in names) if words["date"] == "日期" else ", ".join(words[n] for n in names)
    )
