"""Keys of the history index: a positive 63-bit number that names a namespace and hashes a value.

The namespace stands in bits 58 to 62, so that a key tells what it is the key of; the value's BLAKE2b hash fills
the 58 bits below. Among ten million values of one namespace a clash anywhere has a chance of 2 in 10,000.
"""

from __future__ import annotations

from hashlib import blake2b

NAMESPACES: tuple[str, ...] = (
    "party",
    "agent",
    "firm",
    "phone",
    "address",
    "pair",
    "claim",
    "template",
    "evidence",
    "together",
    "client",
    "opponent",
    "head",
    "agent_phone",
    "mediator",
    "right",
    "asset",
    "pro_se",
)
"""What the index knows, as `docs/architecture.md` lists it. Stored keys depend on the order: append only."""

NAMESPACE_SHIFT = 58
_MASK = (1 << NAMESPACE_SHIFT) - 1

PLAINTIFF, DEFENDANT, THIRD_PARTY = 0, 1, 2
ASKED = 3
"""Role of a key a filing asks about but does not add to: two opponents asked whether they stood together before."""

ROLE_CODES: dict[str, int] = {"plaintiff": PLAINTIFF, "defendant": DEFENDANT, "third_party": THIRD_PARTY}


def key(namespace: str, value: str) -> int:
    """The key of `value` in `namespace`. Raises ValueError for an unknown namespace."""
    digest = blake2b(value.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (namespace_code(namespace) << NAMESPACE_SHIFT) | (int.from_bytes(digest, "big") & _MASK)


def namespace_span(namespace: str) -> tuple[int, int]:
    """The first and the last key a namespace can have. Raises ValueError for an unknown one."""
    first = namespace_code(namespace) << NAMESPACE_SHIFT
    return first, first | _MASK


def namespace_code(namespace: str) -> int:
    """The number of a namespace, from 1. Raises ValueError for an unknown one."""
    return NAMESPACES.index(namespace) + 1
