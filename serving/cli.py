"""Commands of this house: `screen` and `serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from serving.court.command import app as policy_app

app = typer.Typer()
app.add_typer(policy_app, name="policy")


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
) -> None:
    """Serve the API and the pages."""
    from serving.server import run_server

    run_server(host, port)
