"""The floor: the nested body read and validated by FastAPI, and nothing done with it."""

from __future__ import annotations

from fastapi import FastAPI

from features.intake.schema import FilingIn

app = FastAPI()


@app.post("/api/v1/screenings", status_code=201)
def post_screening(filing: FilingIn) -> dict[str, str]:
    """Answers with the id."""
    return {"filing_id": filing.filing_id}
