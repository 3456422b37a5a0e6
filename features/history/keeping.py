"""What is worked out once and kept in the object it is of, so that it goes when the object goes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, TypeVar, TypeVarTuple

Of = TypeVar("Of")
Made = TypeVar("Made")
Asked = TypeVarTuple("Asked")


class lazy(Generic[Made]):  # noqa: N801 - read as `property` is
    """A property worked out when it is first asked for.

    `functools.cached_property` of Python 3.11 holds one lock for all objects of a class: threads at work on different
    parts of a history would wait for each other. Here two that ask the same object at once both work it out.
    """

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make, self._name, self.__doc__ = make, make.__name__, make.__doc__

    def __get__(self, of: Any, _: type) -> Made:
        made = of.__dict__[self._name] = self._make(of)
        return made


def keep_latest(most: int) -> Callable[[Callable[[Of, *Asked], Made]], Callable[[Of, *Asked], Made]]:
    """A method that keeps what it made of the latest so many arguments.

    `lru_cache` of a bound method is an object that holds itself: its megabytes would wait for the collector of
    cycles, which counts small objects alone, and the next part would be worked out in fresh memory.
    """

    def keeping(make: Callable[[Of, *Asked], Made]) -> Callable[[Of, *Asked], Made]:
        name = f"kept by {make.__name__}"

        @wraps(make)
        def get(of: Of, /, *asked: *Asked) -> Made:
            kept: dict[tuple[*Asked], Made] = of.__dict__.setdefault(name, {})
            if asked not in kept:
                if len(kept) >= most:
                    del kept[next(iter(kept))]
                kept[asked] = make(of, *asked)
            return kept[asked]

        return get

    return keeping
