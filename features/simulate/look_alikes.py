"""Hard negatives: the kinds of honest filing easily taken for a false one, as the simulator draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

LookAlike = Literal[
    "mass", "licensed", "rights", "famous_mark", "wages", "award", "kin", "kin_note", "part_paid", "quick",
    "lender", "asset", "debtor", "lease", "objection", "wound_up", "again", "confirmation", "fund", "divorce",
    "estate", "information", "namesake", "zone", "restructured",
]  # fmt: skip
"""A filing may be of several kinds: kin who lend on a bare note to somebody in enforcement."""

LOOK_ALIKES: Final[Mapping[LookAlike, tuple[str, str]]] = {
    "mass": ("银行、物业、电信等批量起诉", "batches of banks, property managers, telephone companies"),
    "licensed": ("持牌小额贷款机构", "licensed lenders"),
    "rights": ("合法批量维权", "lawful batches on one mark or work"),
    "famous_mark": ("真实驰名商标认定", "lawful suits for recognition of a well-known mark"),
    "wages": ("真实欠薪群体", "groups of really unpaid workers, mostly with one agent"),
    "award": ("真实劳动仲裁文书的执行", "true workers who have an arbitration paper enforced"),
    "kin": ("亲友间真实借贷", "honest loans between kin or friends, with more than a note"),
    "kin_note": ("亲友间仅凭借条的真实借贷", "honest loans between kin or friends on a bare note"),
    "part_paid": ("真实借贷而实际提供少于约定", "honest loans of which less was handed over than agreed"),
    "quick": ("真实债务立即承认、迅速和解", "honest debts admitted and settled at once"),
    "lender": ("多次出借的个人", "people who lent their savings to several others"),
    "asset": ("真实以物抵债", "honest debts settled by an asset"),
    "debtor": ("诉被执行人的真实案件", "honest suits against somebody under enforcement"),
    "lease": ("真实长期租赁", "honest leases of five years and more held against enforcement"),
    "objection": ("真实执行异议", "other honest objections to enforcement"),
    "wound_up": ("破产企业的真实债权人", "true creditors of a firm being wound up"),
    "again": ("依法再次起诉", "the same claim lawfully filed again"),
    "confirmation": ("真实司法确认", "honest judicial confirmations"),
    "fund": ("以公积金还款的真实司法确认", "honest confirmations repaid out of the housing fund"),
    "divorce": ("无争议离婚", "divorces both sides agree on, settled within days"),
    "estate": ("亲属间真实继承", "estates among kin"),
    "information": ("正常政府信息公开诉讼", "honest suits over public information"),
    "zone": ("拆迁区划内的真实家事、房屋买卖", "honest family and house-sale suits in a demolition zone"),
    "restructured": ("诉改制企业的真实案件", "honest suits against a firm in restructuring"),
    "namesake": ("原告与此前另一原告同名", "plaintiffs of the same name as another who sued before"),
}
"""Kind -> (zh, en). After domain research 2.2 (hard negatives a generator must contain) and what the modules draw."""

CIRCUMSTANCES: Final[frozenset[LookAlike]] = frozenset({"debtor", "namesake", "zone", "restructured"})
"""Kinds nobody draws: they are seen when a filing is registered, and anew for each filing of a claim."""

assert LOOK_ALIKES.keys() == set(get_args(LookAlike))
