"""What the fairness report says, key -> Chinese and English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "title": ("公平与诉权报告", "Fairness and access to justice"),
    "lead": (
        "{since} 至 {before} 收案 {filings:,} 件（{clusters:,} 组），以模型 {model}、规则 {rules} 逐件以收案时所知评定；标签截至 {labels}。",
        "{filings:,} filings from {since} to {before} in {clusters:,} clusters, each judged as of its own filing by model {model} and rules {rules}; labels known before {labels}.",
    ),
    "no_model": ("无（仅征象）", "none (signs alone)"),
    "short": (
        "一句话：{alarming} 组的提示率与参照组相差超出偶然，{quiet} 组未见。是否不公，须看下文“能说与不能说”。",
        "In one sentence: {alarming} groups are flagged more or less often than their reference by more than chance, {quiet} are not. Whether that is unfair, see what the figures can and cannot say.",
    ),
    "can": ("能说与不能说", "What these figures can and cannot say"),
    "can_flagged": (
        "提示率之比说明提示落在谁身上；高于 1 不等于不公：该组收案中被认定的份额也可能较高，两个比值应并排看。",
        "The ratio of flag rates says on whom flags fall. Above 1 is not yet unfair: of that group more may have been found false too, so the two ratios are read side by side.",
    ),
    "can_alarm": (
        "误提示率在“未被认定虚假或滥诉”的成熟收案中计算，其中未经审查者未必属实；“属实而被提示”只取有属实认定者，数少但可靠。",
        "False alarms are counted among ripe filings not found false or abusive, of which those nobody looked at are not thereby genuine. “Flagged, though found genuine” counts only those found genuine: few, but sure.",
    ),
    "can_labels": (
        "认定由人作出：若某组更常被查，其认定份额也会偏高。本表看不见标签本身的偏向；随机抽查（审计样本）才能看见。",
        "People make findings: a group looked at more often is found more often. A bias of the labels themselves is not seen here; only a random audit sample shows it.",
    ),
    "can_cause": (
        "差别不说明原因。可能出于案由、代理与案件类型的不同；须由人核查后方可下结论。",
        "A difference tells no cause. It may come from causes of action, representation or kinds of cases that differ; a person must look before concluding.",
    ),
    "can_small": (
        "少于 {least} 件的单元不列；过小的组合并。提示不拒绝、不拖延任何立案。",
        "Cells of fewer than {least} filings are not shown, groups that are too small stand together. A flag refuses and delays no filing.",
    ),
    "can_many": (
        "比较甚多：二十次比较中，纯属偶然也约有一次看似有别。",
        "Many comparisons are made: of twenty, about one looks like a difference by chance alone.",
    ),
    "seen": (
        "其中 {seen:,} 件在模型训练时已见过：漏提示率偏于好看。",
        "The model was trained on {seen:,} of these: rates of misses flatter it.",
    ),
    "young": (
        "仅 {ripe:.0%} 的收案已届成熟（其年龄内半数认定应已作出）：误差率只取这些。",
        "Only {ripe:.0%} of the filings are ripe (old enough for half of all findings to have come): rates of errors are of these.",
    ),
    "by": ("按{attribute}", "By {attribute}"),
    "audited": ("受审计属性：{attribute}", "Audited attribute: {attribute}"),
    "audited_note": (
        "该属性由法院另表提供，只用于本报告，不入库、不入特征。",
        "Handed in by the court in a list of its own, for this report alone: it is not kept and enters no feature.",
    ),
    "rates": ("各组比率", "Rates of each group"),
    "ratios": ("与参照组（最大一组）之比", "Ratios to the reference, the largest group"),
    "group": ("组", "group"),
    "filings": ("收案", "filings"),
    "flagged": ("提示率", "flagged"),
    "review": ("请法官审查", "for review"),
    "found": ("认定份额（成熟）", "found (ripe)"),
    "cleared": ("属实而被提示", "flagged, though found genuine"),
    "alarmed": ("误提示率（成熟）", "false alarms (ripe)"),
    "missed": ("漏提示率（成熟）", "missed (ripe)"),
    "ratio_flagged": ("提示率之比", "ratio of flag rates"),
    "ratio_alarmed": ("误提示率之比", "ratio of false alarms"),
    "ratio_missed": ("漏提示率之比", "ratio of misses"),
    "ratio_found": ("认定份额之比", "ratio of shares found"),
    "pooled": ("较小各组合计", "smaller groups together"),
    "picture": ("提示率（95% 区间）：{attribute}", "flag rate with its 95% interval: {attribute}"),
    "more": (
        "“{value}”获提示的频率是“{reference}”的 {ratio} 倍，超出偶然。{found}",
        "Filings of “{value}” are flagged {ratio} times as often as those of “{reference}”, more than chance would. {found}",
    ),
    "less": (
        "“{value}”获提示的频率仅为“{reference}”的 {ratio} 倍，超出偶然。{found}",
        "Filings of “{value}” are flagged only {ratio} times as often as those of “{reference}”, more than chance would. {found}",
    ),
    "same": (
        "“{value}”与“{reference}”提示率之比为 {ratio}：差别可出于偶然，也可能因件数不足而看不出。",
        "Of “{value}” and “{reference}” the ratio of flag rates is {ratio}: the difference may be chance, or the filings too few to show one.",
    ),
    "unknown": (
        "“{value}”与“{reference}”无从比较：件数或提示太少。",
        "“{value}” and “{reference}” cannot be compared: too few filings or flags.",
    ),
    "found_known": (
        "两组认定份额之比为 {ratio}。",
        "The ratio of the shares found is {ratio}.",
    ),
    "found_unknown": (
        "两组认定份额无从比较，故不能判断提示率之差是否有据。",
        "The shares found cannot be compared, so nothing says whether the difference has a ground.",
    ),
    "blind": ("受保护信息是否进入", "Whether anything protected enters"),
    "blind_clean": (
        "未发现。抽取 {filings:,} 件，把所有自然人换姓、换出生日期、换证件与执业证性别位后重读：收案自身的特征无一改变；交给特征的收案中无一带有证件号码或格式外字段（性别、民族、职业等）。",
        "Nothing was found. {filings:,} filings were read again with other surnames, birth dates, identity numbers and sex digits of licences: no feature of the filing itself changed, and none of the filings handed to features carries an identity number or a key the format does not know (sex, ethnicity, occupation).",
    ),
    "blind_moved": (
        "改变了的特征：{names}。须停用并查明。",
        "Features that changed: {names}. Take them out and find out why.",
    ),
    "blind_unsealed": (
        "{count:,} 件交给特征时带有证件号码或格式外字段。",
        "{count:,} filings carried an identity number or an unknown key when handed to features.",
    ),
    "blind_unregistered": (
        "模型有 {count:,} 列不在特征清单之内（如文本词组），其来源本检查看不见：{names}",
        "The model has {count:,} columns the registry does not declare (words of a text, say), into which this check cannot see: {names}",
    ),
    "blind_keys": (
        "历史只按下列键计数，不读人的任何属性：{keys}。",
        "History counts by these keys alone and reads no trait of a person: {keys}.",
    ),
    "proxies": ("能否由特征推知受审计属性", "Whether features tell an audited attribute"),
    "proxies_note": (
        "用模型的特征另训一个模型去猜该属性（按组折外），曲线下面积 0.5 即猜不出，1 即完全可知。“风险”一列只用模型给出的风险去猜：它接近 0.5，说明属性即使可推知，也未左右评分。",
        "A model of its own guesses the attribute from the model's features, each filing by one that saw none of its cluster. An area under the curve of 0.5 is a guess by lot, 1 is certainty. The column “risk” guesses by the model's risk alone: near 0.5, the attribute may be told but does not rule the score.",
    ),
    "proxies_none": (
        "未给出受审计属性（--audited），此项未测。",
        "No audited attribute was given (--audited), so this was not measured.",
    ),
    "proxies_few": (
        "所给属性无一值兼有至少 {least} 件与其余至少 {least} 件，此项不测。",
        "No value of the attributes given has {least} filings and {least} others, so this was not measured.",
    ),
    "attribute": ("属性", "attribute"),
    "value": ("值", "value"),
    "by_features": ("由特征", "from features"),
    "by_risk": ("由风险", "from the risk"),
    "leaning": ("最有用的特征", "features it leant on"),
}
