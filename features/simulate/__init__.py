"""A simulated docket with known truth, for tests, demonstrations and benchmarks."""

from __future__ import annotations

from features.simulate.docket import simulate
from features.simulate.parameters import Parameters, load

__all__ = ["Parameters", "load", "simulate"]
