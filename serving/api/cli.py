"""`xiezhi api`: the documents of the API, without a server."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="The documents of the API, without a server.")


@app.command()
def problems() -> None:
    """Write the page of all problem codes (docs/api-problems.md)."""
    from serving.api.catalogue import write_page

    typer.echo(write_page(), nl=False)


@app.command()
def openapi() -> None:
    """Write the OpenAPI document."""
    import json

    from serving.app import build_app
    from serving.screening.promoted import PromotedModel
    from xiezhi.cli import opened

    with opened() as (store, settings):
        document = build_app(store, settings, PromotedModel(store, settings), hosts=None).openapi()
    typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
