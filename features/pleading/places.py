"""Where the court is and where the parties are: only as the rules of venue (管辖) and of purchase quotas ask."""

from __future__ import annotations

from math import nan

from features.normalise.addresses import parse_address
from features.normalise.courts import court_region
from features.pleading.sides import parties_of
from features.pleading.words import tells
from xiezhi.records import Filing, Party

_TOLD = tells("debt_for_asset")
QUOTA_ASSETS = frozenset({"house", "vehicle"})
"""Assets whose purchase cities restrict (法〔2021〕281号 四)."""


def no_link_to_court(filing: Filing) -> float:
    """1 where a court chosen by agreement is in nobody's district; NaN without clause or addresses to tell."""
    if not filing.forum_clause:
        return nan
    near = [_is_near(party, filing.court) for party in filing.parties if party.role != "third_party"]
    if True in near:
        return 0.0
    return 1.0 if near and None not in near else nan


def debt_for_asset(filing: Filing) -> float:
    """1 where an asset is claimed for a debt: by the words, or a titled agreement; NaN where nothing is told."""
    titled = any("抵债" in (e.title or "") for e in filing.evidence)
    return 1.0 if titled else _TOLD(filing)


def quota_asset_from_afar(filing: Filing) -> float:
    """1 where a house or vehicle goes for a debt to somebody from another prefecture (限购城市、机动车指标).

    NaN where the form tells no kind of asset, so that a distant home by itself never counts.
    """
    kind = filing.elements.get("asset_kind")
    if kind is None:
        return nan
    if kind not in QUOTA_ASSETS or debt_for_asset(filing) != 1.0:
        return 0.0
    near = [_is_near(party, filing.court) for party in parties_of(filing, "plaintiff")]
    return nan if None in near or not near else float(True not in near)


def _is_near(party: Party, court: str) -> bool | None:
    """Whether a party's address lies in the court's prefecture; None where either cannot be told."""
    region = court_region(court)[:4]
    codes = [parse_address(a).code for a in (party.address, party.service_address) if a]
    told = [code[:4] for code in codes if len(code) >= 4]
    if not region or not told:
        return None
    return region in told
