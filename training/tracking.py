"""Runs and models in MLflow: the one module that imports it.

Database and artifacts lie in `settings.mlruns`; nothing is sent anywhere. What MLflow keeps of a model is
the bundle's folder as it is: no pickle, no pyfunc, and none of MLflow's own loaders is ever called.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xiezhi.bundle import Bundle
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
) -> Registered:
    """Log a training run with the bundle in `folder`, and register it as the challenger."""
    with _client(settings) as client:
        run = client.create_run(_experiment(client, settings), run_name=bundle.version)
        for name, parameter in parameters.items():
            client.log_param(run.info.run_id, name, parameter)
        for name, metric in metrics.items():
            client.log_metric(run.info.run_id, name, metric)
        client.log_artifacts(run.info.run_id, str(folder), _ARTIFACT)
        client.set_terminated(run.info.run_id)
        if not client.search_registered_models(f"name = '{MODEL}'"):
            client.create_registered_model(MODEL)
        version = client.create_model_version(
            MODEL,
            source=f"{run.info.artifact_uri}/{_ARTIFACT}",
            run_id=run.info.run_id,
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
    """Copy the bundle of `model` into `folder`; returns where it lies there. Raises BundleError."""
    with _client(settings) as client:
        from mlflow.exceptions import MlflowException

        try:
            return Path(client.download_artifacts(model.run_id, _ARTIFACT, str(folder)))
        except (OSError, MlflowException) as error:
            raise BundleError(
                f"模型 {model.model_version} 的文件已不在 XIEZHI_MLRUNS 中（是否移动过？）；请重新训练。",
                f"The files of model {model.model_version} are no longer in XIEZHI_MLRUNS (was it moved?); train again.",
                code="bundle-missing",
            ) from error


def set_champion(settings: Settings, model: Registered) -> None:
    """Mark `model` as the one that screens."""
    with _client(settings) as client:
        client.set_registered_model_alias(MODEL, CHAMPION, model.number)


@contextmanager
def _client(settings: Settings) -> Iterator[MlflowClient]:
    # Before the import: MLflow reads these when it is loaded.
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    home = settings.mlruns.resolve()
    home.mkdir(parents=True, exist_ok=True)
    uri = f"sqlite:///{(home / 'mlflow.db').as_posix()}"
    with warnings.catch_warnings():
        # MLflow 3.17 still uses a loader that SQLAlchemy 2.1 deprecates; it tells whoever uses MLflow.
        warnings.filterwarnings("ignore", "The ``noload`` loader strategy is deprecated", DeprecationWarning)
        from mlflow import MlflowClient

        # Both URIs always: a bare folder of runs lying about would else be taken for the store.
        yield MlflowClient(tracking_uri=uri, registry_uri=uri)


def _experiment(client: MlflowClient, settings: Settings) -> str:
    known = client.get_experiment_by_name(EXPERIMENT)
    if known is not None:
        return str(known.experiment_id)
    artifacts = (settings.mlruns.resolve() / "artifacts").as_uri()
    return str(client.create_experiment(EXPERIMENT, artifact_location=artifacts))


def _registered(version: ModelVersion) -> Registered:
    return Registered(version.tags["model_version"], str(version.version), str(version.run_id))
