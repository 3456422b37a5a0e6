"""Commands of this house: `screen`, `rescreen`, `serve`, `worker`, `access`, `api`, `policy`, `sheet` and `webhook`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from serving.api import cli as api
from serving.court.command import app as policy_app
from serving.sheets.command import app as sheet_app
from serving.webhooks.command import webhook_app

app = typer.Typer()
app.add_typer(api.app, name="api")
app.add_typer(policy_app, name="policy")
app.add_typer(sheet_app, name="sheet")
app.add_typer(webhook_app, name="webhook")


@app.command()
def screen(
    source: Annotated[Path, typer.Argument(help="A file, a docket folder, or - for JSON Lines on stdin.")],
    out: Annotated[Path | None, typer.Option(help="Where the scores go; by default standard output.")] = None,
    stream: Annotated[
        bool, typer.Option(help="Live through a docket folder in order of time, and keep it.")
    ] = False,
    rescores: Annotated[
        Path | None, typer.Option(help="With --stream: the later scores that events caused.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="A mapping file for columns of other names.")] = None,
) -> None:
    """Score filings in the Scores format. Without --stream nothing is kept."""
    from serving.screening.command import screen_sources, screen_stream

    if rescores is not None and not stream:
        raise typer.BadParameter("--rescores 需与 --stream 同用 / --rescores goes with --stream")
    if stream and str(source) == "-":
        raise typer.BadParameter("--stream 需要文件夹 / --stream needs a folder")
    status = screen_stream(source, out, rescores, mapping) if stream else screen_sources(source, out, mapping)
    raise typer.Exit(status)


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Address to bind; others than loopback need accounts.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8020,
    worker: Annotated[
        bool,
        typer.Option(
            "--worker/--no-worker", help="Do the jobs in a thread beside, or leave them to `xiezhi worker`."
        ),
    ] = True,
) -> None:
    """Serve the API and the pages."""
    from serving.server import run_server

    run_server(host, port, worker=worker)


@app.command()
def rescreen() -> None:
    """Score again what waits: events taken in while nobody served, and corrections that were stopped. 复评。"""
    from serving.screening.rescreen import run_rescreen

    run_rescreen()


@app.command()
def worker() -> None:
    """Do the jobs that were asked for, until told to stop; several may run."""
    from serving.jobs.worker import run_worker

    run_worker()


@app.command()
def access() -> None:
    """Who may do what, route by route, as a page. 权限总表。"""
    from serving.access_page import tell_access

    typer.echo(tell_access(), nl=False)
