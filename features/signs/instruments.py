"""The names of Chinese instruments in English (法律名称的英译): a rendering beside the name itself, which alone is the law's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_COURT = "Supreme People's Court"

RENDERED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "中华人民共和国民事诉讼法": "Civil Procedure Law",
        "中华人民共和国律师法": "Lawyers Law",
        "中华人民共和国政府信息公开条例": "Regulations on the Disclosure of Government Information",
        "最高人民法院关于适用民事诉讼法的解释": f"{_COURT}, Interpretation on the Civil Procedure Law",
        "最高人民法院关于人民法院登记立案若干问题的规定": f"{_COURT}, Provisions on the Docketing of Cases",
        "最高人民法院关于深入开展虚假诉讼整治工作的意见": f"{_COURT}, Opinions on Countering False Litigation",
        "最高人民法院关于审理民间借贷案件适用法律若干问题的规定": f"{_COURT}, Provisions on Private Lending Cases",
        "最高人民法院关于审理食品药品惩罚性赔偿纠纷案件适用法律若干问题的解释": (
            f"{_COURT}, Interpretation on Punitive Damages for Food and Medicines"
        ),
        "最高人民法院关于知识产权侵权诉讼中被告以原告滥用权利为由请求赔偿合理开支问题的批复": (
            f"{_COURT}, Reply on Defendants' Costs where Intellectual Property Rights are Abused"
        ),
        "最高人民法院、最高人民检察院关于办理虚假诉讼刑事案件适用法律若干问题的解释": (
            f"{_COURT} and Supreme People's Procuratorate, Interpretation on Criminal Cases of False Litigation"
        ),
        "关于进一步加强虚假诉讼犯罪惩治工作的意见": "Opinions on Punishing Crimes of False Litigation (four authorities)",
    }
)
"""Own renderings, shortened: no official translation of these instruments was at hand."""

_NUMBERS: Final = "一二三四五六七八九十"
_ITEM: Final = re.compile(rf"（([{_NUMBERS}])）")


def render_basis(instrument: str, article: str) -> str:
    """Instrument and article in English, such as `Civil Procedure Law, art 116`; empty where no rendering is known."""
    name = RENDERED.get(instrument)
    if name is None:
        return ""
    if article in _NUMBERS and article:
        return f"{name}, part {_NUMBERS.index(article) + 1}"
    numbered = _ITEM.sub(lambda found: f"({_NUMBERS.index(found[1]) + 1})", article)
    articles = re.findall(r"第(\d+)条((?:\(\d+\))*)", numbered)
    if not articles:
        return name
    told = " and ".join(number + items for number, items in articles)
    return f"{name}, {'arts' if len(articles) > 1 else 'art'} {told}"
