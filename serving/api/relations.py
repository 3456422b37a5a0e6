"""Relations of a filing on the wire: `features.relations.wire` writes them, this says what they are."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from serving.api.schemas import TextOut


class NodeOut(BaseModel):
    """A person, organisation, agent or firm; `name` as filed last, `side` where it is in the filing itself."""

    entity_id: str
    kind: Literal["person", "organization", "agent", "firm"]
    name: str
    side: str
    step: int = Field(ge=0, le=2, description="steps from the filing's own people")
    near: float = Field(ge=0, le=1, description="strongest chain of edges to one of them")


class EdgeOut(BaseModel):
    """A relation of two entities; `filings` are the newest of the `count` filings it rests on beside this one."""

    kind: str
    detail: str | None
    left: str
    right: str
    via: str | None
    weight: float = Field(ge=0, le=1)
    first: str
    last: str
    count: int
    here: bool = Field(description="this filing shows it too")
    roles: list[str]
    holders: int | None = Field(description="who share the phone, address or name")
    filings: list[str]
    text: TextOut


class PathOut(BaseModel):
    """A path from a plaintiff to a defendant; `kinds` are those of each step, strongest first."""

    strength: float = Field(ge=0, le=1)
    nodes: list[str]
    kinds: list[list[str]]
    filings: list[str]
    text: TextOut


class CutOut(BaseModel):
    """Where the neighbourhood was cut, and at how many."""

    why: Literal["hub", "filings", "people", "shown"]
    entity_id: str | None
    what: Literal["phone", "address", "head"] | None
    number: int
    text: TextOut


class RelationsOut(BaseModel):
    """The neighbourhood of a filing, by what was filed before `as_of`."""

    filing_id: str
    as_of: str
    nodes: list[NodeOut]
    edges: list[EdgeOut]
    paths: list[PathOut]
    cuts: list[CutOut]
