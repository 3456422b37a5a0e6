"""The command `xiezhi link` and what it can be asked."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from xiezhi.store.judgements import Verdict

_PENDING, _TABLE = "pending", "table"


class LinkGroup(TyperGroup):
    """`xiezhi link` links the store; `xiezhi link FILE` a table; other words are commands of their own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts in the word that is left out."""
        first = args[0] if args else ""
        if not args or first == "--json":
            args = [_PENDING, *args]
        elif first not in self.commands and not first.startswith("-"):
            args = [_TABLE, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=LinkGroup, no_args_is_help=False)

Json = Annotated[bool, typer.Option("--json", help="Print as JSON. 以 JSON 输出。")]


@app.callback()
def link() -> None:
    """Who is who 关联. Alone: links the store's new filings. With a FILE: links a table of party records."""


@app.command(_PENDING, hidden=True)
def link_pending(as_json: Json = False) -> None:
    """Link the store's filings not linked yet."""
    from features.link import command

    raise typer.Exit(command.link_store(as_json=as_json))


@app.command(_TABLE)
def link_table(
    records: Annotated[Path, typer.Argument(help="A CSV or Parquet table of party records. 当事人记录表。")],
    out: Annotated[Path, typer.Option(help="Where to write the entities. 主体表。")],
    pairs: Annotated[Path | None, typer.Option(help="Where to write the pairs compared. 比对表。")] = None,
    report: Annotated[Path | None, typer.Option(help="Where to write a page about the run. 报告。")] = None,
    weights: Annotated[Path | None, typer.Option(help="Weights to use as they are. 权重文件。")] = None,
    save_weights: Annotated[Path | None, typer.Option(help="Where to write the weights fitted.")] = None,
    compare: Annotated[
        list[str] | None, typer.Option(help="A further column to compare. 另比对的列。")
    ] = None,
    as_json: Json = False,
) -> None:
    """Link a table of party records alone: `xiezhi link FILE --out ENTITIES`."""
    from features.link.table_command import TableJob, link_file

    job = TableJob(records, out, pairs, report, weights, save_weights, tuple(compare or ()))
    raise typer.Exit(link_file(job, as_json=as_json))


@app.command()
def export(
    entities: Annotated[Path | None, typer.Option(help="Where to write who is who. 主体表。")] = None,
    claims: Annotated[Path | None, typer.Option(help="Where to write which claim is whose. 请求表。")] = None,
    relations: Annotated[
        Path | None, typer.Option(help="Where to write how claims are related. 请求间关系表。")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the store's links and claims. 导出关联。"""
    from features.link import command

    raise typer.Exit(command.export_links(entities, claims, relations, as_json=as_json))


@app.command()
def relations(
    filing: Annotated[
        str, typer.Argument(help="A filing id, or a .json file of one filing. 案件标识或文件。")
    ],
    as_of: Annotated[
        str | None, typer.Option(help="As known before this date or time; default: its filing. 截至时间。")
    ] = None,
    as_json: Json = False,
) -> None:
    """Who is tied to a filing's people, and the paths between its sides. 关联关系。"""
    from features.relations import command
    from xiezhi.cli import read_moment
    from xiezhi.settings import Settings

    moment = None if as_of is None else read_moment(as_of, Settings().zone, "--as-of")
    raise typer.Exit(command.tell_relations(filing, moment, as_json=as_json))


By = Annotated[str, typer.Option(help="Who says so. 何人。")]
Reason = Annotated[str, typer.Option(help="Why. 理由。")]
ProposalId = Annotated[str, typer.Argument(help="Id of a proposal. 建议编号。")]


class Say(StrEnum):
    """What can be said of two mentions."""

    same = "same"
    different = "different"
    withdraw = "withdraw"


@app.command("judge")
def judge_pair(
    verdict: Annotated[
        Say, typer.Argument(help="What to say of the two; withdraw: nothing any more. 判定。")
    ],
    a: Annotated[str, typer.Argument(help="A mention: FILING/RECORD, a firm FILING/RECORD:firm. 提及。")],
    b: Annotated[str, typer.Argument(help="The other mention. 另一处提及。")],
    by: By,
    reason: Reason,
    as_json: Json = False,
) -> None:
    """Say that two mentions are the same or different, or take that back. 人工判定。"""
    from features.link import judge_command

    said: Verdict = "withdrawn" if verdict is Say.withdraw else "same" if verdict is Say.same else "different"
    raise typer.Exit(judge_command.judge_pair(said, a, b, by=by, reason=reason, as_json=as_json))


@app.command()
def questions(as_json: Json = False) -> None:
    """What the linker asks a person: offers it neither took nor dismissed. 待答问题。"""
    from features.link import judge_command

    raise typer.Exit(judge_command.list_questions(as_json=as_json))


@app.command()
def propose(as_json: Json = False) -> None:
    """Compare the whole store with itself (nightly) and propose merges and splits; changes no link. 提出合并与拆分建议。"""
    from features.link import judge_command

    raise typer.Exit(judge_command.propose_changes(as_json=as_json))


@app.command()
def proposals(as_json: Json = False) -> None:
    """The open proposals, with evidence and effect. 待处理建议。"""
    from features.link import judge_command

    raise typer.Exit(judge_command.list_proposals(as_json=as_json))


@app.command()
def accept(proposal_id: ProposalId, by: By, reason: Reason, as_json: Json = False) -> None:
    """Accept a proposal. 采纳建议。"""
    from features.link import judge_command

    raise typer.Exit(
        judge_command.answer_proposal("accepted", proposal_id, by=by, reason=reason, as_json=as_json)
    )


@app.command()
def reject(proposal_id: ProposalId, by: By, reason: Reason, as_json: Json = False) -> None:
    """Reject a proposal, or take back that it was accepted. 否决建议。"""
    from features.link import judge_command

    raise typer.Exit(
        judge_command.answer_proposal("rejected", proposal_id, by=by, reason=reason, as_json=as_json)
    )


@app.command()
def again(as_json: Json = False) -> None:
    """Link the whole store anew, honouring all that was judged. Stopped midway, nothing is changed. 重新关联全库。"""
    from features.link import judge_command

    raise typer.Exit(judge_command.link_anew(as_json=as_json))


@app.command()
def explain(
    a: Annotated[str, typer.Argument(help="FILING/RECORD, or the id of an entity. 案件/记录，或主体编号。")],
    b: Annotated[
        str, typer.Argument(help="Another; law firms as FILING/RECORD:firm. 另一处；律所加 :firm。")
    ],
    as_json: Json = False,
) -> None:
    """Say why two are one, or why they are not. 说明为何是或不是同一主体。"""
    from features.link.explain import command

    raise typer.Exit(command.explain_links(a, b, as_json=as_json))


@app.command()
def history(
    entity: Annotated[str, typer.Argument(help="Id of an entity. 主体编号。")], as_json: Json = False
) -> None:
    """Say how an entity came to be. 主体沿革。"""
    from features.link.explain import command

    raise typer.Exit(command.show_entity(entity, as_json=as_json))


@app.command()
def report(
    out: Annotated[Path, typer.Option(help="HTML file to write; needs nothing else to be read. 报告文件。")],
) -> None:
    """Write a report of the store's links. 关联报告。"""
    from features.link.explain import command

    raise typer.Exit(command.report_links(out))


@app.command("claims")
def tell_claim(
    filing: Annotated[str, typer.Argument(help="A filing id. 案件标识。")], as_json: Json = False
) -> None:
    """The claim of a filing: its other filings, and the claims related to it, with the evidence. 同一请求与关联请求。"""
    from features.link.claims import command

    raise typer.Exit(command.tell_claim(filing, as_json=as_json))


@app.command("spark")
def link_on_spark(
    records: Annotated[
        str, typer.Argument(help="A CSV or Parquet table of party records, as Spark names it. 当事人记录表。")
    ],
    out: Annotated[str, typer.Option(help="Where to write the entities, Parquet. 主体表。")],
    pairs: Annotated[str | None, typer.Option(help="Where to write the pairs compared. 比对表。")] = None,
    weights: Annotated[Path | None, typer.Option(help="Weights to use as they are. 权重文件。")] = None,
    compare: Annotated[
        list[str] | None, typer.Option(help="A further column to compare. 另比对的列。")
    ] = None,
    master: Annotated[
        str | None, typer.Option(help="The cluster; default: what Spark is set to, else this machine. 集群。")
    ] = None,
    as_json: Json = False,
) -> None:
    """Link a table of party records on a Spark cluster, with the results one machine has. 集群关联。"""
    from features.link.spark.command import SparkJob, link_on_cluster

    job = SparkJob(records, out, pairs, weights, tuple(compare or ()), master)
    raise typer.Exit(link_on_cluster(job, as_json=as_json))


@app.command()
def fit(
    out: Annotated[Path, typer.Option(help="Where to write the weights; XIEZHI_LINK_WEIGHTS uses them.")],
) -> None:
    """Fit the weights to the store's own mentions. 按本库拟合权重。"""
    from features.link.command import fit_store

    raise typer.Exit(fit_store(out))
