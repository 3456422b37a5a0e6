"""What a number with a check digit may have been before one slip of the pen.

Weights prime to a prime modulus, and different at neighbouring places, find every single wrong character and every
swap of neighbours; solved backwards, each place leaves at most one character to be meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import mul
from typing import NamedTuple


class CheckRule(NamedTuple):
    """A number is valid where the weighted sum of its characters' places in `alphabet` leaves `rest`.

    `weights` has one a character, the check character included; `modulus` is prime, of the size of `alphabet`;
    `inverses` are those of the weights.
    """

    alphabet: str
    modulus: int
    weights: tuple[int, ...]
    inverses: tuple[int, ...]
    rest: int

    @classmethod
    def of(cls, alphabet: str, weights: tuple[int, ...], rest: int) -> CheckRule:
        """The rule of an alphabet of prime size."""
        modulus = len(alphabet)
        return cls(alphabet, modulus, weights, tuple(pow(w, -1, modulus) for w in weights), rest)


def one_slip(number: str, rule: CheckRule) -> Iterator[str]:
    """Numbers that hold and are one wrong, swapped, lost or added character from `number`; one may come twice.

    A character outside the alphabet is the wrong one; with two of them nothing can be said. Nothing is one slip
    away from a number that holds.
    """
    values = [rule.alphabet.find(c) for c in number]
    unknown = [at for at, value in enumerate(values) if value < 0]
    longer = len(number) - len(rule.weights)
    if len(unknown) > 1 or (unknown and longer < 0):
        return
    if longer == 0:
        yield from _wrong(number, values, unknown, rule)
    elif longer == -1:
        yield from _lost(number, values, rule)
    elif longer == 1:
        yield from _added(number, values, unknown, rule)


def _wrong(number: str, values: list[int], unknown: list[int], rule: CheckRule) -> Iterator[str]:
    """One wrong character or two neighbours swapped."""
    weights, modulus = rule.weights, rule.modulus
    off = (rule.rest - sum(map(mul, values, weights))) % modulus
    if off == 0 and not unknown:
        return
    for at in unknown or range(len(number)):
        value = (values[at] + off * rule.inverses[at]) % modulus
        yield number[:at] + rule.alphabet[value] + number[at + 1 :]
    for at in () if unknown else range(len(number) - 1):
        if ((values[at] - values[at + 1]) * (weights[at + 1] - weights[at]) - off) % modulus == 0:
            yield number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _lost(number: str, values: list[int], rule: CheckRule) -> Iterator[str]:
    """One character lost: what stands behind the gap counts with the next weight."""
    total = sum(map(mul, values, rule.weights[1:]))
    for at in range(len(number) + 1):
        value = (rule.rest - total) * rule.inverses[at] % rule.modulus
        yield number[:at] + rule.alphabet[value] + number[at:]
        if at < len(number):
            total += values[at] * (rule.weights[at] - rule.weights[at + 1])


def _added(number: str, values: list[int], unknown: list[int], rule: CheckRule) -> Iterator[str]:
    """One character too many."""
    total = sum(map(mul, values[1:], rule.weights))
    for at in range(len(number)):
        if total % rule.modulus == rule.rest and (not unknown or unknown[0] == at):
            yield number[:at] + number[at + 1 :]
        if at < len(rule.weights):
            total += (values[at] - values[at + 1]) * rule.weights[at]
