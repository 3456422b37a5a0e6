"""Screen a file of filings over the API and print what a clerk should look at. Python 3.11 and httpx2 is all it needs.

    python screen_filings.py http://127.0.0.1:8020 filings.jsonl [--name li.wei --password-file FILE]

It asks for a job, follows it, reads the results page by page and then each flag with its strongest reason. It may be
broken off and started again at any time: the idempotency key is made of the file, so nothing is done twice.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

PAUSE = 0.2
"""Seconds between two looks at a job."""


class Refused(Exception):
    """The service answered with a problem; its sentence is for people, its code for programs."""


def answer(response: httpx2.Response) -> Any:
    """The JSON of an answer. Raises Refused."""
    if response.is_error:
        problem = response.json()
        raise Refused(f"{problem['code']}: {problem['title']}")
    return response.json()


def log_in(service: httpx2.Client, name: str, password: str) -> None:
    """A session for the calls to come; a home without accounts needs none. Raises Refused."""
    if service.post("/login", data={"name": name, "password": password}).status_code != 303:
        raise Refused("login")


def screen(service: httpx2.Client, path: Path) -> Iterator[dict[str, Any]]:
    """What became of each record of the file, while the job runs."""
    content = path.read_bytes()
    key = hashlib.sha256(content).hexdigest()
    asked = service.post(
        "/api/v1/jobs", files={"files": (path.name, content)}, headers={"idempotency-key": key}
    )
    job = f"/api/v1/jobs/{answer(asked)['job_id']}"
    cursor: str | None = ""
    while cursor is not None:
        page = answer(service.get(f"{job}/results", params={"cursor": cursor}))
        yield from page["items"]
        cursor = page["next"]
        if cursor is not None and not page["items"]:
            time.sleep(PAUSE)
    ended = answer(service.get(job))
    if ended["state"] != "done":
        raise Refused(ended["failed"]["code"] if ended["failed"] else ended["state"])


def tell(service: httpx2.Client, result: dict[str, Any], language: str) -> str:
    """One line for one record."""
    place = f"{result['file']}:{result['row']}"
    if result["screening_id"] is None:
        return f"{place}  {result['code']}  {result[language]}"
    scores = answer(service.get(f"/api/v1/screenings/{result['screening_id']}"))
    for_it = [reason["text"][language] for reason in scores["reasons"] if reason["direction"] == "for"]
    why = for_it[0] if for_it and scores["band"] != "none" else ""
    return f"{place}  {scores['filing_id']}  {scores['band']}  {why}".rstrip()


def main(arguments: list[str] | None = None) -> int:
    """Run the program; returns its exit status."""
    parser = argparse.ArgumentParser(description="Screen a file of filings over the API.")
    parser.add_argument("address")
    parser.add_argument("file", type=Path)
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--name")
    parser.add_argument("--password-file", type=Path)
    chosen = parser.parse_args(arguments)
    headers = {"accept-language": chosen.language}
    with httpx2.Client(base_url=chosen.address, headers=headers, timeout=60) as service:
        try:
            if chosen.name:
                log_in(service, chosen.name, chosen.password_file.read_text(encoding="utf-8").rstrip("\n"))
            for result in screen(service, chosen.file):
                print(tell(service, result, chosen.language))
        except Refused as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
