"""What the README promises whoever has never seen it: a spreadsheet screened, and the reason for a flag found."""

from __future__ import annotations

import re
from pathlib import Path

from desk_samples import open_desk

from xiezhi.store import Store

EXAMPLE = Path(__file__).parents[1] / "examples" / "spreadsheet" / "filings.xlsx"


def test_the_example_of_the_readme_is_screened_and_says_why(sqlite_store: Store) -> None:
    """No model is promoted and nothing was filed before: rules alone, on what the spreadsheet itself holds."""
    client = open_desk(sqlite_store)
    sent = client.post("/desk/uploads?lang=en", files=[("files", (EXAMPLE.name, EXAMPLE.read_bytes()))])
    assert sent.status_code == 200
    assert "8 screened, 6 flagged, 1 records not taken." in sent.text
    rows = re.findall(r'<a href="(/desk/answers/[^"]+)">\(2026\)甘0702民初(\d+)号</a>', sent.text)
    answers = {number: client.get(f"{path}?lang=en").text for path, number in rows}
    flagged = {number for number, text in answers.items() if "Have a look" in text}
    assert flagged == {"8001", "8002", "8003", "8004", "8005", "8007"}
    reasons = answers["8007"]
    assert "Repeated suits within a period" in reasons
    assert all(f"民初{number}号</a>" in reasons for number in (8003, 8004, 8005)), "what it rests on opens"
    assert "Art. 18" in reasons or "Article 18" in reasons or "第18条" in reasons
