"""The body of `xiezhi build --spark`: the store's feature rows, worked out on a Spark cluster."""

from __future__ import annotations

from features.link.spark.session import open_session, refuse_what_is_there, unreadable
from xiezhi.clock import Moment
from xiezhi.progress import stage
from xiezhi.store import Store


def build_on_cluster(store: Store, master: str, out: str, since: Moment | None, before: Moment | None) -> int:
    """Write the rows of the store's linked filings to `out`, anything Spark can name; gives how many.

    Raises InputError where something is there already or cannot be written, XiezhiError where there is no Spark.
    """
    spark = open_session("xiezhi build", master)
    from pyspark.errors import AnalysisException

    from features.history.spark.rows import build_on_spark

    refuse_what_is_there(spark, out)
    try:
        with stage("特征 features") as advance:
            return build_on_spark(store, spark, out, since=since, before=before, advance=advance)
    except AnalysisException as error:
        raise unreadable(error) from error
