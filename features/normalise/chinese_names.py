"""Names of persons in Chinese characters: what courts glue to them taken off, masked ones told (隐名、化名).

Decided by kind, the same for every court:

- Of an enumeration (张三、李四等3人) the first name stands, as in 张三等3人.
- A name with 某, a sign for a hidden character, a letter or a digit is masked: 李某甲, 张×, 王XX, 李1, 小A.
- 甲 乙 丙 丁 戊 己 after a surname alone are masks (王甲, 欧阳乙). In a longer name they are part of it (李元甲). The
  few people really called 王丁 are not linked by name; they still are by number, phone or address.
- A surname with 氏 (王氏), 老王, 小李 and a declared pseudonym, 小红（化名）, say no more than a mask does.
- A character that cannot be read masks the name: 王?国 and 王�国 need not be one.
- Roles (原告, 法定代表人) and words for not known (不详) are no names.
"""

from __future__ import annotations

import re
from typing import Final

from features.normalise.characters import UNREADABLE, compose
from features.normalise.pinyin import surnames

_PARTY_WORDS: Final = (
    "原告 被告 原告人 被告人 反诉原告 反诉被告 原审原告 原审被告 一审原告 一审被告 共同原告 共同被告 本诉原告 本诉被告 第三人 原审第三人 "
    "一审第三人 申请人 被申请人 再审申请人 申请再审人 申请执行人 被执行人 被申请执行人 异议人 复议申请人 上诉人 被上诉人 起诉人 被起诉人 "
    "赔偿请求人 申诉人 被申诉人 利害关系人 当事人 案外人 名称"
)
"""Places in a proceeding (诉讼地位) that a name may follow, a person's or an organisation's."""
_OTHER_ROLE_WORDS: Final = (
    "自诉人 被害人 受害人 债权人 债务人 担保人 保证人 出借人 借款人 附带民事诉讼原告人 法定代表人 法定代理人 代表人 负责人 "
    "诉讼代表人 经营者 业主 户主 投资人 股东 执行事务合伙人 委托代理人 委托诉讼代理人 诉讼代理人 代理人 辩护人 监护人 证人 鉴定人 "
    "犯罪嫌疑人 罪犯 姓名"
)
_ROLE_WORDS: Final = f"{_PARTY_WORDS} {_OTHER_ROLE_WORDS}"
_TITLE_WORDS: Final = (
    "先生 女士 小姐 同志 律师 实习律师 法律工作者 法定代理人 法定代表人 法官 审判员 书记员 经理 总经理 董事长 主任 医生 老师 教授 "
    "局长 校长 院长 所长 科长 处长 村长 书记 老板"
)
_NOTHING_WORDS: Final = (
    "不详 未知 不明 无 无名 无名氏 佚名 匿名 保密 隐名 本人 死者 其他 其它 待定 待查 待补 略 空 甲方 乙方 丙方 身份不明 身份不详 "
    "姓名不详 未提供 无名男子 无名女子 无名男性 无名女性 男子 女子 某人 员工 家属 村民 职工"
)
_NOT_NAMES: Final = frozenset(_NOTHING_WORDS.split())
_MASK_STEMS: Final = frozenset("甲乙丙丁戊己")


def _any(words: str) -> str:
    return "|".join(sorted(words.split(), key=lambda word: (-len(word), word)))


def _leading(words: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:{_any(words)})(?:[一二三四五六七八九十]{{1,2}}(?=:)|\d{{1,2}})?[:\s]*)+")


PARTY_ROLE: Final = _leading(_PARTY_WORDS)
"""Roles of parties in front of a name, with their numbers: 被告一："""
_ROLE: Final = _leading(_ROLE_WORDS)
_TITLE: Final = re.compile(rf"(?:{_any(_TITLE_WORDS)})+$")
_BRACKETS: Final = re.compile(r"[(\[{【〔〖《「『<〈](?P<inside>.*?)(?:[)\]}】〕〗》」』>〉]|$)")
_GAP: Final = re.compile(r"[(\[{【〔<][?�□■〓*×\s]+[)\]}】〕>]")
_PSEUDONYM: Final = re.compile(r"[(\[【〔,:]?(?:系|均为|为|是)?化名[)\]】〕]?$")
_REST: Final = re.compile(
    r"[,;、/|].*$"
    r"|(?<=\S\S)\s+(?:[男女](?=\W|$)|\w{1,4}族(?=\W|$)|\d|住|身份证|公民|电话|生于|出生).*$"
    r"|(?<=..)\s*(?:曾用名|现用名|又名|别名|化名|原名|笔名|英文名|乳名|小名|绰号|外号|艺名|法名|身份证|公民身份|护照号|联系电话|电话号"
    r"|电话:|手机号|住址|住所|性别|出生日期).*$"
)
_MANY: Final = re.compile(r"等(?:[\d一二三四五六七八九十百]+)?[人名户位]?$")
_GLOSS: Final = re.compile(
    r"(?<=[\u3400-\u9fff]{2})\s*(?![xo]+$)[a-z][a-z .'-]*[a-z]\.?$"
    r"|^(?![xo]+[^a-z])[a-z][a-z .'-]*[a-z]\s*(?=[\u3400-\u9fff]{2})"
)
_MASK: Final = re.compile(r"[某*∗×✕✖╳хχ○◯〇●◎◇◆△▲☆★#_…^~a-z\d]|\.{3}|--|——")
_NOT_WORD: Final = re.compile(r"[\W_]+")

COUNTERS: Final = "某等氏甲乙丙丁戊己"
FAMILIAR: Final = "老小"
NOTE_HEADS: Final = frozenset(word[:2] for word in (*_ROLE_WORDS.split(), *_NOT_NAMES))
NOTE_TAILS: Final = frozenset(word[-2:] for word in ("化名", *_TITLE_WORDS.split()))
_PLAIN: Final = re.compile(rf"(?!.*[{COUNTERS}]|[{FAMILIAR}].$)[\u4e00-\u9fff\u3400-\u4dbf]{{2,4}}")


def is_plain(text: str) -> bool:
    """Whether `text` is 2 to 4 Chinese characters with nothing that could be a note, a role, a title or a mask."""
    return _PLAIN.fullmatch(text) is not None and text[:2] not in NOTE_HEADS and text[-2:] not in NOTE_TAILS


def bare_name(folded: str) -> str:
    """The name alone, without blanks and dots; empty where it is masked or says nothing."""
    text = _GAP.sub("�", compose(folded))
    if _PSEUDONYM.search(text):
        return ""
    text = _BRACKETS.sub("", text).strip() or "".join(m["inside"] for m in _BRACKETS.finditer(text))
    text = _ROLE.sub("", _REST.sub("", _ROLE.sub("", text)))
    text = _MANY.sub("", _GLOSS.sub("", text)).replace(" ", "")
    text = _TITLE.sub("", text)
    if _MASK.search(text) or UNREADABLE.search(text):
        return ""
    # Dots part the words of minority names (买买提·艾力) and are left out as often as written.
    text = _NOT_WORD.sub("", text)
    return "" if len(text) < 2 or text in _NOT_NAMES or _stands_for(text) else text


def _stands_for(name: str) -> bool:
    """Whether a short name is a surname with a counter, 氏, or a familiar form (王甲, 王氏, 老王)."""
    if len(name) == 2:
        return name[1] in _MASK_STEMS or name[1] == "氏" or name[0] in "老小"
    return len(name) == 3 and name[2] in _MASK_STEMS and name[:2] in surnames()
