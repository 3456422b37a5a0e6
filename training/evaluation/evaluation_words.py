"""What the evaluation's page and screen say, key -> Chinese and English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "title": ("模型评估报告", "How the model does"),
    "lead": (
        "模型 {version}（以 {trained} 之前所知训练）对 {since} 至 {before} 收案的 {filings:,} 件案件评分，标签截至 {labels}：其中 {positives:,} 件被认定为虚假或滥诉，基础率 {base:.2%}。",
        "Model {version}, trained on what was known before {trained}, on the {filings:,} filings from {since} to {before}, by labels known before {labels}: {positives:,} found false or abusive, a base rate of {base:.2%}.",
    ),
    "not_a_finding": (
        "提示不是认定。每个数字后括号内为 95% 区间。",
        "A flag is not a finding. In brackets stands the 95% interval of each figure.",
    ),
    "limits": ("先看限度", "Limits first"),
    "limit_labels": (
        "未被认定的收案按“否”计，但并不因此属实：从未被查出的，任何数字都看不见。",
        "A filing without a finding counts as negative and is not thereby genuine: what nobody found out, no figure sees.",
    ),
    "limit_ripe": (
        "按已知认定的时滞（已校正截断）估计，本时段将来会有的认定平均已有 {ripe:.0%}；标“未熟”者不足一半，其精度、召回与平均精度仍会上升。",
        "By how long findings took (corrected for those not in yet), {ripe:.0%} of the findings this period will have are in. Where fewer than half are, the row is marked as unripe: its precision and average precision will still rise.",
    ),
    "limit_groups": (
        "区间按组重抽：同一原告、同一请求的收案共 {clusters:,} 组，一组同进同出。团伙以多人名义起诉而请求不同的，仍算多组，区间可能偏窄。",
        "Intervals draw whole clusters, {clusters:,} of them: filings of one plaintiff or on one claim are drawn together. A ring that files through several people on several claims is still several clusters, so intervals may be too narrow.",
    ),
    "limit_few": (
        "认定少于 {least} 件的不给平均精度；比率用 Wilson 区间（按有效件数）。",
        "Below {least} findings no average precision is told; shares have Wilson's interval on the effective number of filings.",
    ),
    "ranking": ("排序与容量", "Ranking and capacity"),
    "ranking_note": (
        "平均精度以基础率（抽签所得）为起点；前 x% 的精度与召回，即只能审查 x% 时的精度与召回。两个学习型基线用同一拟合方法、同一批收案与标签。",
        "Average precision starts from the base rate, what a ranking by lot reaches. Precision and recall in the top x% are those of a court that can review x%. The two baselines that learn are fitted in the same way on the same filings and labels.",
    ),
    "figures": ("各项指标", "All figures"),
    "figure": ("指标", "figure"),
    "average_precision": ("平均精度", "average precision"),
    "times_base": ("平均精度／基础率", "average precision over base rate"),
    "precision": ("前 {share:.1%} 精度", "precision in top {share:.1%}"),
    "recall": ("前 {share:.1%} 召回", "recall in top {share:.1%}"),
    "model": ("本模型", "this model"),
    "rules": ("仅用规则", "rules alone"),
    "own_fields": ("仅用收案自身字段", "filing's own fields alone"),
    "exact_names": ("按姓名全同计数", "exact-name counts"),
    "missing": (
        "未列基线：{names}（训练日期前的认定不足）。",
        "Baselines left out: {names} (too few findings before the training date).",
    ),
    "curve_recall": ("召回随审查份额（对数轴）", "recall by the share of filings reviewed (logarithmic)"),
    "curve_precision": ("精度随召回；横线为基础率", "precision by recall; the line is the base rate"),
    "share_reviewed": ("审查份额", "share of filings reviewed"),
    "axis_recall": ("召回", "recall"),
    "axis_precision": ("精度", "precision"),
    "calibration": ("校准", "Calibration"),
    "calibration_is": (
        "期望校准误差 {error} 个百分点；风险若完全准确，这样多的收案也会测得 {chance:.3f} 个百分点。未被认定者按成熟度计权。",
        "The expected calibration error is {error} percentage points; risks that are exactly right would show {chance:.3f} on so many filings. Filings without a finding count as far as they are ripe.",
    ),
    "reliability": (
        "各档平均风险与实际认定份额及 95% 区间（对数轴；线上为准，低于 0.0001 者画在 0.0001）",
        "mean risk and share found in each bin with its 95 % interval (logarithmic; on the line is right, below 0.0001 is drawn there)",
    ),
    "bins": ("可靠性表", "Reliability"),
    "bin": ("档", "bin"),
    "risk": ("平均风险", "mean risk"),
    "found": ("认定份额", "share found"),
    "over_time": ("逐季", "Quarter by quarter"),
    "over_time_note": (
        "“本模型”为现用模型不变；“冻结”与“重训”用同一简化训练（固定轮数、不分折）：前者止于训练日期，后者每季之前以当时所知重训。",
        "“This model” is the model as it stands. “Frozen” and “retrained” are one plain training function (a fixed number of rounds, no folds): the one stops at the training date, the other trains before each quarter on what was known then.",
    ),
    "frozen": ("冻结", "frozen"),
    "retrained": ("重训", "retrained"),
    "quarter": ("季度", "quarter"),
    "filings": ("收案", "filings"),
    "positives": ("认定", "found"),
    "ripe": ("成熟度", "ripe"),
    "unripe": ("{ripe:.0%} 未熟", "{ripe:.0%} unripe"),
    "slices": ("分项", "Told apart"),
    "slices_note": (
        "“提示”指列入“请关注”或“请法官审查”；精度为提示中被认定者，召回为被认定中获提示者。各容量的界限取自全部收案，不是各法院各自的前 x%。",
        "Flagged means a notice or a review. Precision: those found, of the flagged; recall: those flagged, of the found. The cut of a capacity is that of all filings, not of each court's own.",
    ),
    "slice_picture": ("平均精度：{facet}", "average precision by {facet}"),
    "by": ("按{facet}", "By {facet}"),
    "precision_by": ("各容量的精度：按{facet}", "Precision at capacities, by {facet}"),
    "recall_by": ("各容量的召回：按{facet}", "Recall at capacities, by {facet}"),
    "flagged": ("提示", "flagged"),
    "precision_flagged": ("精度", "precision"),
    "recall_flagged": ("召回", "recall"),
    "recalls": ("哪些找得到", "What is found"),
    "kind_scheme": ("按手法", "By scheme"),
    "kind_source": ("按认定来源", "By source of the finding"),
    "kind_sign": ("按收案时触发的征象", "By sign that fired at filing"),
    "note_scheme": (
        "手法以认定所载或 --schemes 文件为准；未载手法的认定不在此列。",
        "Schemes as findings name them, or a file given with --schemes; findings that name none are not here.",
    ),
    "note_source": ("每件取现行有效的认定。", "Of each filing the finding that holds."),
    "note_sign": (
        "召回指触发该征象且被认定的收案中，列入前 x% 者；一件可计入多个征象。",
        "Recall: of the filings on which the sign fired and that were found, those in the top x%. A filing counts under each of its signs.",
    ),
    "scheme": ("手法", "scheme"),
    "source": ("来源", "source"),
    "sign": ("征象", "sign"),
    "fired": ("触发", "fired on"),
    "reproduce": ("如何重做", "How to do it again"),
    "reproduce_is": (
        "同一库、同一模型、同一时段与同一随机种子给出同样的数字；evaluation.json 载有全部数字。",
        "The same store, model, period and seed give the same figures; evaluation.json holds them all.",
    ),
}

SOURCES: dict[str, tuple[str, str]] = {
    "judgment": ("裁判", "judgment"),
    "sanction": ("处罚", "sanction"),
    "conviction": ("有罪判决", "conviction"),
    "procuratorate": ("检察机关", "procuratorate"),
    "review": ("请法官审查", "review"),
}
