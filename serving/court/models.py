"""Which model screens and which would (模型): what their files say, what training wrote of them, who asks for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xiezhi.bundle import Bundle, bundle_folder, load, load_current
from xiezhi.clock import Moment
from xiezhi.errors import BundleError, NotFound
from xiezhi.promotion import put_request, summarise
from xiezhi.settings import Settings
from xiezhi.shares import wilson
from xiezhi.store import Store
from xiezhi.store.challenges import Challenge, current_challenge, pairs_of
from xiezhi.store.model_reports import ModelReport, newest_report
from xiezhi.store.promotion_requests import PromotionRequest, open_requests
from xiezhi.store.promotions import Promotion, current, history
from xiezhi.store.users import User

_PAST = 20  # promotions told; `xiezhi promotions` tells all


@dataclass(frozen=True)
class Agreement:
    """First scores by the champion and the challenger on the same live filings. bands: (shown, challenger's) -> filings."""

    filings: int
    same: int
    low: float
    high: float
    bands: Mapping[tuple[str, str], int]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        bands = [[*pair, n] for pair, n in sorted(self.bands.items())]
        return {
            "filings": self.filings,
            "same": self.same,
            "low": self.low,
            "high": self.high,
            "bands": bands,
        }


@dataclass(frozen=True)
class ModelsView:
    """Champion and challenger, what is written of them, requests that wait (oldest first) and the last promotions.

    `at_home`: versions in the home that could be asked for.
    """

    champion: Bundle | None
    challenge: Challenge | None
    agreement: Agreement | None
    monitoring: ModelReport | None
    comparison: ModelReport | None
    requests: tuple[PromotionRequest, ...]
    past: tuple[Promotion, ...]
    at_home: tuple[str, ...]


def read_models(store: Store, settings: Settings, at: Moment) -> ModelsView:
    """What there is now; a model whose files cannot be read is told by its absence."""
    champion = _champion(store, settings)
    with store.read() as connection:
        held, challenge = current(connection), current_challenge(connection)
        requests, past = open_requests(connection), history(connection)
        monitoring = None if held is None else newest_report(connection, "monitoring", held.model_version)
        comparison = (
            None if challenge is None else newest_report(connection, "comparison", challenge.model_version)
        )
    in_use = None if held is None else held.model_version
    return ModelsView(
        champion,
        challenge,
        None if challenge is None else compare_bands(store, challenge.model_version, in_use, at),
        monitoring,
        comparison,
        tuple(requests),
        tuple(past[: -_PAST - 1 : -1]),
        tuple(version for version in _versions(settings) if version != in_use),
    )


def compare_bands(store: Store, challenger: str, champion: str | None, before: Moment) -> Agreement | None:
    """How often both gave the same band to a filing the champion scored first; None where they scored none."""
    with store.read() as connection:
        pairs = pairs_of(connection, challenger, 0, before)
    bands = Counter((pair.shown_band, pair.band) for pair in pairs if pair.shown_version == champion)
    filings = bands.total()
    if not filings:
        return None
    same = sum(n for (shown, silent), n in bands.items() if shown == silent)
    return Agreement(filings, same, *wilson(same / filings, filings), bands)


def ask_for(store: Store, settings: Settings, version: str, *, by: User, at: Moment) -> PromotionRequest:
    """Ask that `version`, which lies in the home, may screen; kept with what both persons are shown.

    Raises NotPermitted, NotFound, BundleError, Conflict.
    """
    if version not in _versions(settings):
        raise NotFound(
            f"系统中没有模型 {version}；请先运行 xiezhi challenge {version} 或 xiezhi promote {version}。",
            f"There is no model {version} here; run `xiezhi challenge {version}` or `xiezhi promote {version}` first.",
            code="no-model",
        )
    bundle = load(bundle_folder(settings, version))
    champion = _champion(store, settings)
    in_use = None if champion is None else champion.version
    with store.read() as connection:
        compared = newest_report(connection, "comparison", version)
    live = None if compared is None or compared.body["champion"] != in_use else compared.body
    agreement = compare_bands(store, version, in_use, at)
    shown = {
        "model": summarise(bundle),
        "champion": None if champion is None else summarise(champion),
        "live": live,
        "agreement": None if agreement is None else agreement.to_json(),
    }
    return put_request(store, bundle, shown, by=by, at=at)


def _champion(store: Store, settings: Settings) -> Bundle | None:
    try:
        return load_current(store, settings)
    except (NotFound, BundleError):
        return None


def _versions(settings: Settings) -> list[str]:
    folder: Path = bundle_folder(settings, "")
    if not folder.is_dir():
        return []
    return sorted((p.name for p in folder.iterdir() if p.is_dir() and p.name[0] != "."), reverse=True)
