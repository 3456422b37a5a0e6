"""The legal signs: packs of data by jurisdiction, read, checked and judged by here."""

from features.signs.facts import bits_of, values_of
from features.signs.pack import Judged, Pack, Rule, Sign, Step
from features.signs.read import load_pack

__all__ = ["Judged", "Pack", "Rule", "Sign", "Step", "bits_of", "load_pack", "values_of"]
