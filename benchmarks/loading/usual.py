"""The usual parts of a scoring service: a data frame, MLflow's pyfunc, LightGBM's contributions, an ORM on SQLite."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import lightgbm
import mlflow
import numpy as np
import pandas as pd
from fastapi import FastAPI
from mlflow.models import infer_signature
from sqlalchemy import Float, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from features.intake.schema import FilingIn

FEATURES, TREES, LEAVES, ROWS = 100, 500, 63, 20_000
"""A model of the size research measured the usual parts with."""

NAMES = [f"f{n}" for n in range(FEATURES)]


class Base(DeclarativeBase):
    """Of the one table."""


class Score(Base):
    """A score kept."""

    __tablename__ = "scores"
    filing_id: Mapped[str] = mapped_column(String, primary_key=True)
    party: Mapped[str] = mapped_column(String, index=True)
    risk: Mapped[float] = mapped_column(Float)


def fit(folder: Path) -> tuple[Any, lightgbm.Booster]:
    """The model as pyfunc, and its booster."""
    rng = np.random.default_rng(7)
    rows = pd.DataFrame(rng.normal(size=(ROWS, FEATURES)), columns=NAMES)
    found = rng.random(ROWS) < 1 / (1 + np.exp(3 - rows["f0"] - rows["f1"] * rows["f2"]))
    model = lightgbm.LGBMClassifier(n_estimators=TREES, num_leaves=LEAVES, verbose=-1, n_jobs=1).fit(
        rows, found
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        signature = infer_signature(rows[:5], model.predict_proba(rows[:5]))
        mlflow.lightgbm.save_model(model, folder / "model", signature=signature, pip_requirements=[])
        return mlflow.pyfunc.load_model(str(folder / "model")), model.booster_


os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
_folder = Path(tempfile.mkdtemp(prefix="usual-"))
_model, _booster = fit(_folder)
_engine = create_engine(f"sqlite:///{_folder / 'scores.db'}")
Base.metadata.create_all(_engine)
app = FastAPI()


@app.post("/api/v1/screenings", status_code=201)
def post_screening(filing: FilingIn) -> dict[str, Any]:
    """Score, explain and keep; earlier scores of each party are looked up."""
    amount = float(filing.claim_amount or 0.0)
    row = pd.DataFrame([{name: amount % (n + 2) for n, name in enumerate(NAMES)}])
    risk = float(np.ravel(_model.predict(row))[0])
    parts = _booster.predict(row, pred_contrib=True)[0]
    with Session(_engine) as session:
        before = [session.scalars(select(Score).where(Score.party == p.name)).all() for p in filing.parties]
        session.merge(Score(filing_id=filing.filing_id, party=filing.parties[0].name, risk=risk))
        session.commit()
    strongest = np.argsort(-np.abs(parts[:-1]))[:5]
    return {"risk": risk, "earlier": sum(map(len, before)), "why": [NAMES[n] for n in strongest]}
