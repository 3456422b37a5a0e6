"""A filing's parties against the watch lists, as of the filing: who may be on which, with the linker's probability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from features.link.index import Index
from features.link.profile import Mention, Profile, blocking_keys, mentions_of
from features.link.reader import StoreReader
from features.link.score import Scorer
from features.link.weights import load_weights, probability
from features.normalise.addresses import parse_address
from features.watch.kinds import LISTS, Kind, Place, watch_term
from xiezhi.clock import Moment, to_datetime
from xiezhi.records import Filing, Party
from xiezhi.store import Store
from xiezhi.store.filings import get_filing, get_filings
from xiezhi.store.link_index import Before
from xiezhi.store.vault import Vault
from xiezhi.store.watch import WatchEntry, entries_known, lists_version

WORTH_TELLING = 0.5
"""Matches below are as likely somebody else: the level at which the linker asks a person."""


@dataclass(frozen=True)
class WatchMatch:
    """A party, agent or place of a filing that may be an entry of a list. since, until: how long the entry holds."""

    kind: Kind
    place: Place
    record_id: str
    entry_no: int
    entry_name: str
    since: Moment
    until: Moment | None
    probability: float

    @property
    def term(self) -> str:
        """The name by which rules read it."""
        return watch_term(self.kind, self.place)


class WatchBook:
    """The lists as read once; asked for many filings. Of entries found later than a moment that moment knows nothing."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._vault = vault
        self._entries = [(entry, Profile.loads(entry.profile)) for entry in entries_known(connection)]
        self._zones = [(entry, profile) for entry, profile in self._entries if entry.kind == "zones"]
        self._by_key: dict[int, list[int]] = {}
        for number, (_, profile) in enumerate(self._entries):
            for key in self._keys(profile):
                self._by_key.setdefault(key, []).append(number)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, connection: Connection, filing: Filing, as_of: Moment) -> tuple[WatchMatch, ...]:
        """Matches of a filing with entries that hold and were known as of then, likeliest first."""
        if not self._entries:
            return ()
        found = [*self._find_parties(connection, filing, as_of), *self._find_zones(filing, as_of)]
        return tuple(sorted(found, key=lambda m: (-m.probability, m.entry_no, m.record_id)))

    def _find_parties(self, connection: Connection, filing: Filing, as_of: Moment) -> Iterator[WatchMatch]:
        index: Index | None = None
        for place, mention in _looked_at(filing, self._vault):
            for entry, profile in self._candidates(mention.profile, place, as_of):
                index = index or Index(load_weights(), StoreReader(connection, Before(as_of, 0)))
                found = _match_probability(mention, profile, index)
                if found >= WORTH_TELLING:
                    yield _match(entry, place, mention.record_id, found)

    def _candidates(
        self, profile: Profile, place: Place, as_of: Moment
    ) -> Iterator[tuple[WatchEntry, Profile]]:
        numbers = {n for key in self._keys(profile) for n in self._by_key.get(key, ())}
        for number in sorted(numbers):
            entry, other = self._entries[number]
            if place in _places(entry) and _holds(entry, as_of):
                yield entry, other._replace(kind=profile.kind)

    @staticmethod
    def _keys(profile: Profile) -> set[int]:
        """Blocking keys of a party; agents are looked for as the persons they are."""
        kind = {"agent": "person", "firm": "organization"}.get(profile.kind, profile.kind)
        return set(blocking_keys(profile._replace(kind=kind)).values())

    def _find_zones(self, filing: Filing, as_of: Moment) -> Iterator[WatchMatch]:
        """Addresses of the filing that lie in a listed zone: the same street or village, or the zone named in it."""
        zones = [(e, p) for e, p in self._zones if _holds(e, as_of)]
        if not zones:
            return
        said = [(p.party_id, a) for p in filing.parties for a in (p.address, p.service_address) if a]
        said += [("asset", str(asset))] if (asset := filing.elements.get("asset")) else []
        for entry, profile in zones:
            for record_id, address in said:
                inside = entry.name in address or (
                    profile.street and parse_address(address).street == profile.street
                )
                if inside:
                    yield _match(entry, "address", record_id, 1.0)


_books: WeakKeyDictionary[Engine, tuple[tuple[int, int], WatchBook]] = WeakKeyDictionary()
"""The book last read of each open store: a filing at the desk costs a count of the entries, not their reading."""


def open_book(store: Store, connection: Connection) -> WatchBook:
    """The lists as they are now, read anew only where entries were added since."""
    version = lists_version(connection)  # first: what is added meanwhile is read next time
    kept = _books.get(store.engine)
    if kept is None or kept[0] != version:
        kept = _books[store.engine] = version, WatchBook(connection, store.vault)
    return kept[1]


def find_matches(
    store: Store, connection: Connection, looks: Sequence[tuple[str, Moment]]
) -> dict[tuple[str, Moment], tuple[WatchMatch, ...]]:
    """Matches of stored filings, each as of its look and as it read then, under filing id and moment; nothing is read
    for empty lists."""
    book = open_book(store, connection)
    if not len(book):
        return {}
    newest = get_filings(connection, store.vault, list(dict.fromkeys(i for i, _ in looks)))
    found: dict[tuple[str, Moment], tuple[WatchMatch, ...]] = {}
    for filing_id, moment in looks:
        stored = newest.get(filing_id)
        if stored is not None and stored.recorded_at > moment:  # corrected since
            stored = get_filing(connection, store.vault, filing_id, moment)
        if stored is not None:
            found[filing_id, moment] = book.find(connection, stored.filing, moment)
    return found


def say_match(match: WatchMatch, language: str, zone: str = "UTC") -> str:
    """The match in words, with the days of `zone` (the court's) that the entry holds."""
    of = LISTS[match.kind]
    since = to_datetime(match.since, zone).date().isoformat()
    until = None if match.until is None else to_datetime(match.until, zone).date().isoformat()
    if language == "zh":
        return (
            f"与{of.zh}第 {match.entry_no} 条（{match.entry_name}）匹配，"
            f"{since} 至 {until or '未定'}，概率 {match.probability:.0%}"
        )
    return (
        f"matches entry {match.entry_no} ({match.entry_name}) of the {of.en}, "
        f"{since} to {until or 'open'}, probability {match.probability:.0%}"
    )


def strongest(matches: Iterable[WatchMatch]) -> dict[str, float]:
    """Term -> the highest probability among the matches."""
    found: dict[str, float] = {}
    for match in matches:
        found[match.term] = max(found.get(match.term, 0.0), match.probability)
    return found


def _match(entry: WatchEntry, place: Place, record_id: str, found: float) -> WatchMatch:
    kind = next(k for k in LISTS if k == entry.kind)
    return WatchMatch(kind, place, record_id, entry.entry_no, entry.name, entry.since, entry.until, found)


def _places(entry: WatchEntry) -> Sequence[Place]:
    return next((of.places for kind, of in LISTS.items() if kind == entry.kind), ())


def _holds(entry: WatchEntry, as_of: Moment) -> bool:
    in_force = entry.since <= as_of and (entry.until is None or as_of < entry.until)
    return in_force and entry.recorded_at < as_of


def _looked_at(filing: Filing, vault: Vault) -> Iterator[tuple[Place, Mention]]:
    """Who of a filing is looked for: parties by their side, agents, and the mediation organisation it names."""
    for mention in mentions_of(filing, vault):
        if mention.profile.kind in ("agent", "firm"):
            yield "agent", mention
        elif mention.side in ("plaintiff", "defendant"):
            yield ("plaintiff" if mention.side == "plaintiff" else "defendant"), mention
    organisation = str(filing.elements.get("mediation_organization") or "").strip()
    if organisation:
        named = Party("mediator", "plaintiff", "organization", organisation)
        (mention,) = mentions_of(Filing("", filing.court, filing.filed_at, "", (named,)), vault)
        yield "mediator", mention


def _match_probability(mention: Mention, entry: Profile, index: Index) -> float:
    """The linker's own probability that a mention is an entry, with names as common as they are in the docket."""
    index.load(mention.keys.values())
    index.read(mention.keys.values())
    index.count(mention.keys.values())
    bits = Scorer(mention, index).score([entry], "")
    return 0.0 if bits is None else probability(bits)
