"""One screen for a person at the end of `train` and `evaluate`, and the same as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from rich.console import Console, Group
from rich.table import Table

from features.registry import FEATURES
from training.calibration.guarantee import Guarantee
from training.cards.card import tell
from training.evaluation.evaluate import Evaluation
from training.evaluation.evaluation_words import WORDS
from training.evaluation.measures import Measures
from training.evaluation.words import say
from training.train import Trained
from xiezhi.clock import format_moment

TOP_FEATURES = 5

_WORDS = {
    "zh": {
        "trained": "模型 {version} 已训练并登记（第 {number} 版，待启用：xiezhi promote）",
        "as_of": "训练日期（此前已知）",
        "filings": "收案",
        "positives": "其中认定虚假或滥诉",
        "genuine": "其中认定真实",
        "unlabelled": "其中未被认定",
        "filed_on_or_after_training_date": "未用：训练日期当日或以后收案",
        "finding_without_filing": "未用：认定对应的收案不在库中",
        "finding_not_known_yet": "未用：训练日期尚未知悉的认定",
        "tied_to_a_positive": "不计：未被认定，但与被认定虚假的收案有同一当事人或代理人",
        "finding_overturned": "认定被推翻，现按真实",
        "folds": "折数",
        "held_out": "折外评分",
        "purged": "折外剔除：与留出收案同组",
        "base_rate": "基础率（加权）",
        "calibration": "轮数／校准",
        "wording": "诉状措辞（增益，95% 区间）",
        "review": "请法官审查：每工作日 {capacity:g} 件且风险不低于",
        "notice": "请关注：每工作日 {notice:g} 件且风险不低于",
        "workload": "按此界限去年的审查量",
        "a_day": "平均每工作日 {a_day:g} 件，最忙一日 {busiest_day} 件，{quiet_days:.0%} 的日子无提示；并列未取 {tied} 件",
        "guarantee": "保证",
        "top": "最有用的特征（增益占比）",
        "evaluated": "模型 {version}：{since} 至 {before} 收案，标签截至 {labels}",
        "figures": "{filings:,} 件收案（{clusters:,} 组），{labelled} 件有认定，{positives} 件虚假或滥诉，基础率 {base:.3%}；应有认定已到 {ripe:.0%}",
        "calibration_error": "期望校准误差 {error:.3f} 个百分点（{low:.3f}–{high:.3f}），全准时亦有 {chance:.3f}",
        "out_of_fold": "折外",
        "average_precision": "平均精度",
        "precision": "前 {share:.1%} 精度",
        "recall": "前 {share:.1%} 召回",
        "both": "前 {share:.1%} 精度／召回",
        "measure": "指标（95% 区间）",
    },
    "en": {
        "trained": "Model {version} is trained and registered (number {number}; to let it screen: xiezhi promote)",
        "as_of": "trained on what was known before",
        "filings": "filings",
        "positives": "found false or abusive",
        "genuine": "found genuine",
        "unlabelled": "without a finding",
        "filed_on_or_after_training_date": "not used: filed on or after the training date",
        "finding_without_filing": "not used: finding on a filing that is not in the store",
        "finding_not_known_yet": "not used: finding not known by the training date",
        "tied_to_a_positive": "weigh nothing: no finding, but share somebody with a false filing",
        "finding_overturned": "found false and overturned: genuine now",
        "folds": "folds",
        "held_out": "scored by a booster that had not seen them",
        "purged": "not learnt from there: same group as a filing held out",
        "base_rate": "base rate (weighted)",
        "calibration": "rounds / calibration",
        "wording": "words of claims and facts (gain, 95 % interval)",
        "review": "review: {capacity:g} a court day, with a risk of at least",
        "notice": "notice: {notice:g} a court day, with a risk of at least",
        "workload": "reviews last year by these cuts",
        "a_day": "{a_day:g} a court day, {busiest_day} on the busiest, none on {quiet_days:.0%} of the days; "
        "{tied} left out by ties",
        "guarantee": "guarantee",
        "top": "most used features (share of gain)",
        "evaluated": "Model {version}: filings from {since} to {before}, labels known by {labels}",
        "figures": "{filings:,} filings in {clusters:,} clusters, {labelled} with a finding, {positives} false or abusive, "
        "base rate {base:.3%}; {ripe:.0%} of the findings to come are in",
        "calibration_error": "expected calibration error {error:.3f} percentage points ({low:.3f}–{high:.3f}); "
        "risks exactly right would show {chance:.3f}",
        "out_of_fold": "out of fold",
        "average_precision": "average precision",
        "precision": "precision in top {share:.1%}",
        "recall": "recall in top {share:.1%}",
        "both": "precision / recall in top {share:.1%}",
        "measure": "figure (95 % interval)",
    },
}


def show_training(trained: Trained, language: str) -> None:
    """Print the report of a training on standard output."""
    words = _WORDS[language]
    bundle, policy = trained.bundle, trained.bundle.policy
    facts = Table(show_header=False, box=None)
    facts.add_row(words["as_of"], format_moment(bundle.trained_as_of, bundle.zone))
    for name, count in {**trained.counts, **trained.left_out, **trained.bundle.lineage["held_out"]}.items():
        if count:
            facts.add_row(words[name], f"{count:,}")
    facts.add_row(words["base_rate"], f"{trained.measures.base_rate:.3%}")
    facts.add_row(words["calibration"], f"{trained.rounds} / {bundle.calibration.method}")
    if gain := bundle.lineage["wording"]["gain"]:
        weight = bundle.lineage["wording"]["weight"]
        facts.add_row(words["wording"], f"{weight:g} ({gain[0]:+.3f}, {gain[1]:+.3f} – {gain[2]:+.3f})")
    review = words["review"].format(capacity=policy.capacity_per_day)
    notice = words["notice"].format(notice=policy.capacity_per_day * policy.notice_factor)
    facts.add_row(review, f"{bundle.thresholds.review_floor:.3%}")
    facts.add_row(notice, f"{bundle.thresholds.notice_floor:.3%}")
    load = bundle.lineage["workload"]
    facts.add_row(words["workload"], words["a_day"].format(**load))
    facts.add_row(words["guarantee"], Guarantee(**bundle.guarantee).tell(language))
    title = words["trained"].format(version=bundle.version, number=trained.registry_number)
    figures = _table_out_of_fold(trained.measures, language)
    Console().print(Group(title, facts, figures, _table_of_features(trained, language)))


def show_evaluation(found: Evaluation, zone: str, language: str) -> None:
    """Print an evaluation on standard output: the rankings, calibration, and what the figures rest on."""
    words = _WORDS[language]
    title = words["evaluated"].format(
        version=found.model_version,
        since=format_moment(found.since, zone)[:10],
        before=format_moment(found.before, zone)[:10],
        labels=format_moment(found.labels_as_of, zone)[:10],
    )
    figures = words["figures"].format(
        filings=found.model.filings,
        labelled=found.labelled,
        positives=found.model.positives,
        base=found.model.base_rate,
        ripe=found.ripe,
        clusters=found.clusters,
    )
    error = found.calibration.error
    calibration = words["calibration_error"].format(
        error=100 * error.value,
        low=100 * error.low,
        high=100 * error.high,
        chance=100 * found.calibration.by_chance,
    )
    columns = {say(WORDS, name, language): told for name, told in found.rankings.items()}
    Console().print(Group(title, figures, _table_of_measures(columns, language), calibration))


def training_to_json(trained: Trained) -> dict[str, Any]:
    """The report of a training as plain JSON types."""
    bundle = trained.bundle
    return {
        "model_version": bundle.version,
        "digest": bundle.digest,
        "registry_number": trained.registry_number,
        "trained_as_of": format_moment(bundle.trained_as_of, bundle.zone),
        "counts": dict(trained.counts),
        "left_out": dict(trained.left_out),
        "rounds": trained.rounds,
        "calibration": bundle.calibration.method,
        "policy": vars(bundle.policy),
        "thresholds": vars(bundle.thresholds),
        "workload": bundle.lineage["workload"],
        "guarantee": dict(bundle.guarantee),
        "out_of_fold": trained.measures.to_json(),
        "gain_shares": dict(trained.gain_shares),
    }


def evaluation_to_json(found: Evaluation, zone: str) -> dict[str, Any]:
    """An evaluation as plain JSON types; what is unknown is null."""
    told = {
        "model_version": found.model_version,
        "since": format_moment(found.since, zone),
        "before": format_moment(found.before, zone),
        "labels_as_of": format_moment(found.labels_as_of, zone),
        "trained_as_of": format_moment(found.trained_as_of, zone),
        "labelled": found.labelled,
        "clusters": found.clusters,
        "ripe": found.ripe,
        **{name: told.to_json() for name, told in found.rankings.items()},
        "calibration": asdict(found.calibration),
        "slices": [asdict(one) for one in found.slices],
        "recalls": [asdict(one) for one in found.recalls],
        "quarters": [asdict(one) for one in found.quarters],
    }
    plain: dict[str, Any] = _plain(told)
    return plain


def _table_of_measures(columns: dict[str, Measures], language: str) -> Table:
    words = _WORDS[language]
    table = Table(words["measure"], *columns)
    table.add_row(words["average_precision"], *(tell(m.average_precision) for m in columns.values()))
    for share in next(iter(columns.values())).precision_at:
        for figure in ("precision", "recall"):
            title = words[figure].format(share=float(share))
            table.add_row(title, *(tell(getattr(m, f"{figure}_at")[share]) for m in columns.values()))
    return table


def _table_out_of_fold(measures: Measures, language: str) -> Table:
    words = _WORDS[language]
    table = Table(words["measure"], words["out_of_fold"])
    table.add_row(words["average_precision"], tell(measures.average_precision))
    for share, precision in measures.precision_at.items():
        title = words["both"].format(share=float(share))
        table.add_row(title, f"{tell(precision)} / {tell(measures.recall_at[share])}")
    return table


def _table_of_features(trained: Trained, language: str) -> Table:
    meanings = {feature.name: getattr(feature, language) for feature in FEATURES}
    table = Table(_WORDS[language]["top"], "", box=None)
    for name, share in list(trained.gain_shares.items())[:TOP_FEATURES]:
        table.add_row(meanings[name], f"{share:.1%}")
    return table


def _plain(value: Any) -> Any:
    """JSON without NaN: what is unknown is null."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value
