"""The registry: every feature there is, in the order of the model's columns."""

from features.registry.defendants import DEFENDANTS
from features.registry.feature import AgainstRecent, Feature
from features.registry.others import AGENTS, BONDS, CLAIMS, CONTACTS
from features.registry.papers import PAPERS
from features.registry.plaintiffs import PLAINTIFFS
from features.registry.sides import SIDES

FEATURES: tuple[Feature, ...] = (
    *PAPERS,
    *SIDES,
    *PLAINTIFFS,
    *DEFENDANTS,
    *AGENTS,
    *BONDS,
    *CONTACTS,
    *CLAIMS,
)
FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
BY_NAME: dict[str, Feature] = {feature.name: feature for feature in FEATURES}

__all__ = ["BY_NAME", "FEATURES", "FEATURE_NAMES", "AgainstRecent", "Feature"]
