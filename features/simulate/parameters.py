"""The generator's parameters: one TOML file read into frozen dataclasses."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

DEFAULT_FILE = Path(__file__).with_name("parameters.toml")

T = TypeVar("T")


@dataclass(frozen=True)
class Docket:
    """What the docket as a whole looks like. Shares in [0, 1]."""

    courts: tuple[str, ...]
    court_weights: tuple[float, ...]
    false_share: float
    enforcement_share: float
    weekend_weight: float
    month_weights: tuple[float, ...]
    element_form: float
    extra_traits: float
    online: float
    mail: float
    mobile: float


@dataclass(frozen=True)
class Population:
    """Persons and organisations. Probabilities, and numbers of organisations."""

    repeat_person: float
    common_given_name: float
    single_character: float
    out_of_district: float
    moved_id_area: float
    shared_household: float
    firms: int
    new_firm: float
    banks: int
    card_issuers: int
    property_managers: int
    insurers: int
    licensed_lenders: int
    telecoms: int
    rights_holders: int
    mediators: int


@dataclass(frozen=True)
class AgentSupply:
    """Agents (诉讼代理人): how many there are and who engages one."""

    law_firms: int
    lawyers: int
    legal_workers: int
    zipf: float
    plaintiff_person: float
    plaintiff_organization: float
    defendant: float
    legal_worker_share: float
    relative_share: float
    employee_share: float
    second_agent: float


@dataclass(frozen=True)
class Loan:
    """Amounts of ordinary private loans in CNY: lognormal, cut at ``largest``."""

    median: float
    sigma: float
    largest: float
    assigned: float
    against_asset: float
    short_term: float
    part_provided: float
    multiple_suits: float


@dataclass(frozen=True)
class Proceedings:
    """Filings that are not civil suits, and what suits lead to."""

    judicial_confirmation: float
    pre_suit_mediation: float
    payment_order: float
    administrative: float
    enforcement_objection: float
    bankruptcy: float
    presuit_to_suit: float
    appeal: float
    retrial: float
    new_ground: float
    arbitration_award: float
    bankruptcy_creditor: float
    housing_fund: float
    famous_mark: float
    refile: float
    enforced: float


@dataclass(frozen=True)
class Batches:
    """Mean filings in one lawful batch of a mass filer."""

    bank: float
    card: float
    property: float
    telecom: float
    rights: float
    wages: float


@dataclass(frozen=True)
class Ending:
    """How suits end: probabilities that sum to one, and [low, high] days from filing."""

    mediated: float
    default: float
    contested: float
    withdrawn: float
    days: tuple[int, ...]


@dataclass(frozen=True)
class Signs(Ending):
    """How often a kind of filing shows a sign, and how its suit ends."""

    in_enforcement: float
    related: float
    visible: float
    round: float
    iou_only: float
    cash: float
    recurring_agent: float


@dataclass(frozen=True)
class Scheme:
    """One scheme sheet: share of false filings, suits a ring, days it takes, enforcement."""

    share: float
    ring: tuple[int, ...]
    span: int
    enforced: float


@dataclass(frozen=True)
class Rings:
    """What holds for all rings."""

    largest_part: float
    distribution: float
    both_sides: float
    same_day_settlement: float


@dataclass(frozen=True)
class Announced:
    """Demolition zones and firms in restructuring: how many, and how often suits are about them."""

    zones: int
    restructured: float
    false_in_zone: float
    honest_in_zone: float
    false_restructured: float
    quota_buyer: float


@dataclass(frozen=True)
class Noise:
    """How records are spoiled. Probabilities; days for the mean delay of entry."""

    typo: float
    homophone: float
    traditional: float
    spaced: float
    full_width: float
    plaintiff_id_missing: float
    defendant_id_missing: float
    third_id_missing: float
    organization_id_missing: float
    old_id: float
    id_typo: float
    plaintiff_phone_missing: float
    defendant_phone_missing: float
    address_short: float
    new_phone: float
    firm_name_short: float
    birth_date_missing: float
    late_record: float
    late_record_days: float


@dataclass(frozen=True)
class Findings:
    """When and how authorities find out. Probabilities and years."""

    first_instance: float
    lag_years: float
    lag_longest: float
    never: float
    ring_together: float
    fined: float
    detained: float
    conviction: float
    genuine_suspicious: float
    genuine_other: float
    wrong: float
    wrong_reversed: float


@dataclass(frozen=True)
class Parameters:
    """All parameters. ``causes`` and ``schemes`` map a name to its share or sheet."""

    docket: Docket
    population: Population
    agents: AgentSupply
    loan: Loan
    causes: Mapping[str, float]
    proceedings: Proceedings
    batches: Batches
    signs: Mapping[str, Signs]
    endings: Mapping[str, Ending]
    schemes: Mapping[str, Scheme]
    rings: Rings
    announced: Announced
    noise: Noise
    findings: Findings

    def with_false_share(self, share: float) -> Parameters:
        """The same parameters with another share of false filings, in [0, 1]."""
        return replace(self, docket=replace(self.docket, false_share=share))


def _section(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    """One table of the file as a dataclass; a missing or unknown key is an error."""
    hints = get_type_hints(kind)
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if wrong := names ^ set(table):
        raise ValueError(f"parameters [{where}]: missing or unknown keys {sorted(wrong)}")
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    for key, value in values.items():
        if hints[key] is float and isinstance(value, int):
            values[key] = float(value)
    return kind(**values)


def load(path: Path = DEFAULT_FILE) -> Parameters:
    """Read a parameter file of the same shape as ``parameters.toml``."""
    with path.open("rb") as handle:
        raw = tomllib.load(handle)
    return Parameters(
        docket=_section(Docket, raw["docket"], "docket"),
        population=_section(Population, raw["population"], "population"),
        agents=_section(AgentSupply, raw["agents"], "agents"),
        loan=_section(Loan, raw["loan"], "loan"),
        causes=dict(raw["causes"]),
        proceedings=_section(Proceedings, raw["proceedings"], "proceedings"),
        batches=_section(Batches, raw["batches"], "batches"),
        signs={k: _section(Signs, v, f"signs.{k}") for k, v in raw["signs"].items()},
        endings={k: _section(Ending, v, f"endings.{k}") for k, v in raw["endings"].items()},
        schemes={k: _section(Scheme, v, f"schemes.{k}") for k, v in raw["schemes"].items()},
        rings=_section(Rings, raw["rings"], "rings"),
        announced=_section(Announced, raw["announced"], "announced"),
        noise=_section(Noise, raw["noise"], "noise"),
        findings=_section(Findings, raw["findings"], "findings"),
    )
