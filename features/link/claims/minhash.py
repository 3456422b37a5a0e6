"""Near-duplicate wording: character shingles, MinHash, and the bands by which like texts find each other (LSH).

MinHash: Broder, On the resemblance and containment of documents (1997). Bands: Indyk and Motwani (1998); two texts of
Jaccard similarity s share one of b bands of r rows with a chance of 1 - (1 - s^r)^b.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

SHINGLE: Final = 4
"""Characters a shingle: a misspelt name of three spoils six shingles of a text of a hundred, not the whole band."""

Hashes = NDArray[np.uint64]

_FACTOR: Final = 0xD6E8FEB86659FD93
_PRIMES: Final = tuple(map(np.uint64, (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xFF51AFD7ED558CCD)))
_HALF: Final = np.uint64(32)
_WORD: Final = 2**64
_AT_ONCE: Final = 500_000
"""Characters hashed together: 4 MB an array, which stays in the cache's reach."""


def signatures(texts: Sequence[str], rows: int) -> Hashes:
    """MinHash of each text: shape (texts, rows), the smallest hash of its shingles under each permutation.

    The share of equal rows of two texts estimates the Jaccard similarity of their sets of shingles, with a standard
    error of at most 1 / (2 sqrt(rows)). A text has the same signature alone and among others.
    """
    found = np.empty((len(texts), rows), np.uint64)
    start = 0
    while start < len(texts):
        stop, letters = start, 0
        while stop < len(texts) and (stop == start or letters + len(texts[stop]) <= _AT_ONCE):
            letters += len(texts[stop])
            stop += 1
        hashes, edges = _shingles(texts[start:stop])
        for row, (factor, offset) in enumerate(zip(*_permutations(rows), strict=True)):
            found[start:stop, row] = np.minimum.reduceat(hashes * factor + offset, edges)[::2]
        start = stop
    return found


def bands(found: Hashes, rows: int) -> Hashes:
    """Of signatures, shape (texts, bands * rows), one number a band: shape (texts, bands). No two bands share any."""
    table = found.reshape(len(found), found.shape[1] // rows, rows)
    factors, offsets = _permutations(rows)
    numbers: Hashes = (table * factors).sum(axis=2) + offsets[0] * np.arange(
        1, table.shape[1] + 1, dtype=np.uint64
    )
    numbers ^= numbers >> _HALF
    return numbers


def keyed(band: int, by: int) -> int:
    """A band with another number (both signed 64-bit), as one signed 64-bit key."""
    value = (band ^ by) * _FACTOR % _WORD
    value ^= value >> 32
    return value - _WORD if value >= _WORD // 2 else value


def _shingles(texts: Sequence[str]) -> tuple[Hashes, NDArray[np.int64]]:
    """Hashes of all shingles, and from where to where those of each text stand: start, end, start, end, …"""
    padded = [text if len(text) >= SHINGLE else text.ljust(SHINGLE, "\0") for text in texts]
    joined = "".join(padded).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, dtype=np.uint32).astype(np.uint64)
    pairs = codes[:-1] * _PRIMES[0] + codes[1:]
    hashes = pairs[:-2] * _PRIMES[1] + pairs[2:]
    hashes ^= hashes >> _HALF
    hashes *= _PRIMES[2]
    hashes ^= hashes >> _HALF
    ends = np.cumsum([len(text) for text in padded])
    edges = np.empty(2 * len(padded), np.int64)
    edges[0], edges[2::2] = 0, ends[:-1]
    edges[1::2] = ends - (SHINGLE - 1)  # shingles that reach into the next text are nobody's
    return np.append(hashes, np.uint64(0)), edges


def likeness(a: str, b: str, least: float) -> float:
    """Share of characters two texts have in one order (Indel ratio), in [0, 1]; 0 where below `least`."""
    if a == b:
        return 1.0
    return fuzz.ratio(a, b, score_cutoff=100 * least) / 100


@cache
def _permutations(rows: int) -> tuple[Hashes, Hashes]:
    """Odd factors and offsets, the same on every machine (PCG64, seed 0)."""
    drawn = np.random.Generator(np.random.PCG64(0)).integers(0, _WORD, size=(2, rows), dtype=np.uint64)
    return drawn[0] | np.uint64(1), drawn[1]
