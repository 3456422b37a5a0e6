"""Runs and models in MLflow: the one module that imports it.

Database and artifacts lie in `settings.mlruns`; nothing is sent anywhere. What MLflow keeps of a model is
the bundle's folder as it is: no pickle, no pyfunc, and none of MLflow's own loaders is ever called.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from xiezhi.bundle import SUMS, Bundle, listed_files
from xiezhi.clock import format_moment
from xiezhi.errors import BundleError, NotFound
from xiezhi.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

EXPERIMENT = "xiezhi"
MODEL = "filing-risk"
CHAMPION, CHALLENGER = "champion", "challenger"
_ARTIFACT = "bundle"


@dataclass(frozen=True)
class Registered:
    """A bundle in the registry: MLflow's own counting `number` and the run that made it."""

    model_version: str
    number: str
    run_id: str


def record_run(
    settings: Settings,
    bundle: Bundle,
    folder: Path,
    parameters: Mapping[str, object],
    metrics: Mapping[str, float],
    *,
    plots: Sequence[Path] = (),
) -> Registered:
    """Log a training run with the bundle in `folder`, and register it as the challenger.

    `plots`: pictures and reports of the run, kept beside the bundle. The digest of the training data, which the
    bundle's lineage holds as `data_sha256`, is logged as the run's data set.
    """
    with _client(settings) as client:
        run = client.create_run(_experiment(client, settings), run_name=bundle.version)
        run_id = run.info.run_id
        _log_figures(client, run_id, {**parameters, **_lineage(bundle)}, metrics)
        _log_data(client, run_id, bundle)
        # A folder from elsewhere may hold more than a bundle: nothing else goes in.
        for name in (SUMS, *listed_files((folder / SUMS).read_text(encoding="utf-8"))):
            client.log_artifact(run_id, str(folder / name), _ARTIFACT)
        for plot in plots:
            client.log_artifact(run_id, str(plot), "plots")
        client.set_terminated(run_id)
        if not client.search_registered_models(f"name = '{MODEL}'"):
            client.create_registered_model(MODEL)
        version = client.create_model_version(
            MODEL,
            source=f"{run.info.artifact_uri}/{_ARTIFACT}",
            run_id=run_id,
            tags={"model_version": bundle.version, "digest": bundle.digest},
        )
        client.set_registered_model_alias(MODEL, CHALLENGER, version.version)
        return _registered(version)


def find_model(settings: Settings, model_version: str | None) -> Registered:
    """The registered bundle called `model_version`, the one trained last for None. Raises NotFound."""
    with _client(settings) as client:
        wanted = f"name = '{MODEL}'"
        if model_version is not None:
            wanted += f" and tag.model_version = '{model_version.replace(chr(39), '')}'"
        # A model trained twice on the same data has one name and two numbers: take the newer copy.
        found = max(client.search_model_versions(wanted), key=lambda v: int(v.version), default=None)
    if found is None:
        name = model_version or MODEL
        raise NotFound(
            f"没有登记过模型 {name}；请先运行 xiezhi train。",
            f"No model {name} has been registered; run `xiezhi train` first.",
            code="no-model",
        )
    return _registered(found)


def fetch_bundle(settings: Settings, model: Registered, folder: Path) -> Path:
    """Copy the bundle of `model` into the empty `folder`; returns where it lies there. Raises BundleError.

    The files its list of digests names are copied; whatever else somebody put beside them is not even opened.
    """
    with _client(settings) as client:
        from mlflow.exceptions import MlflowException

        try:
            sums = Path(client.download_artifacts(model.run_id, f"{_ARTIFACT}/{SUMS}", str(folder)))
            for name in listed_files(sums.read_text(encoding="utf-8")):
                client.download_artifacts(model.run_id, f"{_ARTIFACT}/{name}", str(folder))
            return sums.parent
        except (OSError, MlflowException) as error:
            raise BundleError(
                f"模型 {model.model_version} 的文件已不在 XIEZHI_MLRUNS 中（是否移动过？）；请重新训练。",
                f"The files of model {model.model_version} are no longer in XIEZHI_MLRUNS (was it moved?); train again.",
                code="bundle-missing",
            ) from error


def mark(settings: Settings, alias: str, model_version: str) -> bool:
    """Give the model the alias `champion` or `challenger`; False where MLflow does not know it or is not here.

    The alias tells whoever looks into MLflow; what screens is decided by the store.
    """
    if not _database(settings).exists() or find_spec("mlflow") is None:
        return False
    try:
        model = find_model(settings, model_version)
    except NotFound:
        return False
    with _client(settings) as client:
        client.set_registered_model_alias(MODEL, alias, model.number)
    return True


@contextmanager
def _client(settings: Settings) -> Iterator[MlflowClient]:
    # Before the import: MLflow reads these when it is loaded.
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    os.environ.setdefault(
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false"
    )  # a bar a file, of five small files
    database = _database(settings)
    database.parent.mkdir(parents=True, exist_ok=True)
    uri = f"sqlite:///{database.as_posix()}"
    with warnings.catch_warnings():
        # MLflow 3.17 still uses a loader that SQLAlchemy 2.1 deprecates; it tells whoever uses MLflow.
        warnings.filterwarnings("ignore", "The ``noload`` loader strategy is deprecated", DeprecationWarning)
        from mlflow import MlflowClient

        # Both URIs always: a bare folder of runs lying about would else be taken for the store.
        yield MlflowClient(tracking_uri=uri, registry_uri=uri)


def _log_figures(
    client: MlflowClient, run_id: str, parameters: Mapping[str, object], metrics: Mapping[str, float]
) -> None:
    for name, parameter in parameters.items():
        client.log_param(run_id, name, parameter)
    for name, metric in metrics.items():
        client.log_metric(run_id, name, metric)


def _lineage(bundle: Bundle) -> dict[str, object]:
    """What tells one run's data and rules from another's."""
    told = {"data_sha256": bundle.lineage.get("data_sha256"), "bundle_sha256": bundle.digest}
    versions = {
        "rules_version": bundle.rules_version,
        "trained_as_of": format_moment(bundle.trained_as_of, bundle.zone),
    }
    return {name: value for name, value in (told | versions).items() if value is not None}


def _log_data(client: MlflowClient, run_id: str, bundle: Bundle) -> None:
    """The training data as MLflow tells of it: a name and a digest, and not a row."""
    from mlflow.entities import Dataset, DatasetInput

    digest = bundle.lineage.get("data_sha256")
    if digest is not None:
        # MLflow takes 36 characters; the whole digest is among the parameters.
        data = Dataset("filings", str(digest)[:36], "local", '{"uri": "store"}')
        client.log_inputs(run_id, [DatasetInput(data, [])])


def _database(settings: Settings) -> Path:
    return settings.mlruns.resolve() / "mlflow.db"


def _experiment(client: MlflowClient, settings: Settings) -> str:
    known = client.get_experiment_by_name(EXPERIMENT)
    if known is not None:
        return str(known.experiment_id)
    artifacts = (settings.mlruns.resolve() / "artifacts").as_uri()
    return str(client.create_experiment(EXPERIMENT, artifact_location=artifacts))


def _registered(version: ModelVersion) -> Registered:
    return Registered(version.tags["model_version"], str(version.version), str(version.run_id))
