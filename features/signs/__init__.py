"""The legal signs: packs of data by jurisdiction, read and checked here."""

from features.signs.pack import Pack, Rule, Sign, Step, load_pack

__all__ = ["Pack", "Rule", "Sign", "Step", "load_pack"]
