"""Commands of this house."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from features.link.cli import app as link_app
from features.signs.cli import app as signs_app
from features.watch.cli import app as watch_app
from xiezhi.errors import InputError
from xiezhi.progress import stage
from xiezhi.settings import Settings

if TYPE_CHECKING:
    from features.table import FeatureTable

app = typer.Typer()
app.add_typer(link_app, name="link")
app.add_typer(watch_app, name="watch")
app.add_typer(signs_app, name="signs")


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="An empty or new folder for the docket. 空目录。")],
    filings: Annotated[int, typer.Option(min=1, help="How many filings. 件数。")] = 20_000,
    years: Annotated[float, typer.Option(min=0.1, help="Over how many years. 年数。")] = 4.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same docket. 随机种子。")] = 7,
) -> None:
    """Write a simulated docket and, in its folder `truth`, what is so. Says nothing about a real court."""
    from features.simulate import simulate as write_docket

    if out.exists() and any(out.iterdir()):
        raise InputError(
            f"{out} 不是空目录；请另选一个。", f"{out} is not empty; choose another folder.", code="not-empty"
        )
    with stage("模拟卷宗 simulating") as advance:
        write_docket(out, filings=filings, years=years, seed=seed, progress=advance)
    chinese = Settings().language.startswith("zh")
    typer.echo(f"模拟案件 {filings} 件：{out}" if chinese else f"{filings} simulated filings: {out}")


@app.command("ingest")
def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Docket folders; .jsonl, .jsonl.gz, .parquet, .csv, .xlsx files; - is standard input. 卷宗目录或文件。"
        ),
    ],
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file that renames another court's columns. 映射文件。")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="CSV file to write what could not be taken to. 拒收文件。")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON. 以 JSON 输出。")] = False,
) -> None:
    """Take filings, events and findings into the store. Running it again changes nothing. 收录案件。"""
    from features.intake.command import ingest as take

    raise typer.Exit(take(paths, mapping, rejects, as_json=as_json))


@app.command("features")
def page() -> None:
    """Print the page of all features, what each counts and when it is unknown (docs/features.md). 打印特征说明。"""
    from features.registry.page import write_page

    typer.echo(write_page(), nl=False)


@app.command()
def build(
    out: Annotated[str, typer.Option(help="Parquet file to write.")],
    since: Annotated[str | None, typer.Option(help="Only filings filed from this date on.")] = None,
    before: Annotated[str | None, typer.Option(help="Only filings filed before this date.")] = None,
    spark: Annotated[
        str | None,
        typer.Option(metavar="MASTER", help="Work on this Spark cluster, and write a folder there. 集群。"),
    ] = None,
) -> None:
    """Write the feature rows of the store's filings, each as of its own moment of filing."""
    from features.link.docket import link_pending
    from features.pipeline import build_pages
    from features.registry import FEATURE_NAMES
    from xiezhi.cli import read_moment
    from xiezhi.store import open_store

    settings = Settings()
    start = None if since is None else read_moment(since, settings.zone, "--since")
    end = None if before is None else read_moment(before, settings.zone, "--before")
    store = open_store(settings)
    with stage("关联 linking") as advance:
        link_pending(store, advance)
    if spark is not None:
        from features.history.spark.command import build_on_cluster

        rows = build_on_cluster(store, spark, out, start, end)
        typer.echo(f"{rows} × {len(FEATURE_NAMES)}: {out}")
        return
    with stage("特征 features") as advance:
        rows = write_rows(build_pages(store, since=start, before=end, advance=advance), Path(out))
    typer.echo(f"{rows} × {len(FEATURE_NAMES)}: {out}")


def write_rows(tables: Iterable[FeatureTable], out: Path) -> int:
    """Write rows piece by piece into one Parquet file; gives how many."""
    import numpy as np
    import pyarrow.parquet as pq

    from features.registry import FEATURE_NAMES
    from features.rows import to_arrow

    out.parent.mkdir(parents=True, exist_ok=True)
    schema = to_arrow([], np.zeros(0, np.int64), np.zeros((0, len(FEATURE_NAMES)))).schema
    written = 0
    with pq.ParquetWriter(out, schema) as file:
        for table in tables:
            file.write_table(to_arrow(table.filing_ids, table.as_of, table.values))
            written += len(table.filing_ids)
    return written
