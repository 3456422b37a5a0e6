"""Element forms (要素式): which facts the desk asks for, by family of causes. The data contract names them
(docs/filing-format.md, `elements`); here each gets its kind of input. Another family is another entry below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

InputKind = Literal["amount", "number", "percent", "date", "text", "yesno", "choice"]


@dataclass(frozen=True, slots=True)
class Element:
    """One fact of a form. `group`: the group of words its `choices` have; its label is `element.<name>`."""

    name: str
    kind: InputKind
    group: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """A family of causes with one form; its label is `family.<code>`.

    `cause`: an example of how a court writes it; `proceeding`: what the form begins with.
    """

    code: str
    cause: str
    elements: tuple[Element, ...]
    proceeding: str = "first_instance"


_PAID = ("cash", "transfer", "mixed")

FAMILIES: Final = (
    Family(
        "loan",
        "民间借贷纠纷",
        (
            Element("principal_agreed", "amount"),
            Element("principal_provided", "amount"),
            Element("provided_by", "choice", "provided_by", _PAID),
            Element("provided_on", "date"),
            Element("due_on", "date"),
            Element("rate_per_year", "percent"),
            Element("repaid", "amount"),
            Element("interest_claimed", "yesno"),
        ),
    ),
    Family(
        "labour",
        "追索劳动报酬纠纷",
        (
            Element("employer", "text"),
            Element("wage_claimed", "amount"),
            Element("period_from", "date"),
            Element("period_to", "date"),
        ),
    ),
    Family(
        "lease",
        "房屋租赁合同纠纷",
        (
            Element("asset", "text"),
            Element("signed_on", "date"),
            Element("term_years", "number"),
            Element("rent_per_year", "amount"),
            Element("rent_prepaid", "yesno"),
            Element("paid_by", "choice", "provided_by", _PAID),
            Element("mortgaged_on", "date"),
        ),
    ),
    Family(
        "sale",
        "房屋买卖合同纠纷",
        (
            Element("asset", "text"),
            Element("asset_kind", "choice", "asset_kind", ("house", "vehicle", "equity", "other")),
            Element("price", "amount"),
            Element("reference_price", "amount"),
            Element("signed_on", "date"),
        ),
    ),
    Family(
        "ip",
        "侵害商标权纠纷",
        (
            Element("right_number", "text"),
            Element("right_kind", "text"),
        ),
    ),
    Family(
        "confirmation",
        "申请司法确认调解协议",
        (
            Element("agreement_on", "date"),
            Element("mediation_organization", "text"),
        ),
        proceeding="judicial_confirmation",
    ),
)


def find_family(code: str) -> Family:
    """The family of this code; the first, loans, where there is none: most filings are."""
    return next((family for family in FAMILIES if family.code == code), FAMILIES[0])


def read_elements(family: Family, typed: Mapping[str, str]) -> dict[str, Any]:
    """The elements of the wire format from what was typed, by name of the element; blanks are left out.

    What cannot be read stays text: the court may write more than a form foresees, and unknown is not zero.
    """
    read = ((e.name, _read(e, typed.get(e.name, "").strip())) for e in family.elements)
    return {name: value for name, value in read if value is not None}


def _read(element: Element, text: str) -> Any:
    if not text:
        return None
    if element.kind == "yesno":
        return text == "yes"
    if element.kind not in ("amount", "number", "percent"):
        return text
    try:
        number = float(text.replace(",", "").replace("，", "").removesuffix("%"))
    except ValueError:
        return text
    return round(number / 100, 6) if element.kind == "percent" else number
