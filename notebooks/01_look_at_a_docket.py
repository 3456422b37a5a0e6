# %% [markdown]
# # A first look at a docket
#
# Before a model is trained, know what it will see: how many filings, of what kind, how many findings, and how late
# these come. Reads the docket folder named by `XIEZHI_DOCKET`, or simulates a small one.

# %%
import os
import tempfile
from pathlib import Path

import pandas as pd

from features.simulate import simulate

docket = Path(os.environ.get("XIEZHI_DOCKET") or tempfile.mkdtemp())
if not (docket / "filings.jsonl").exists():
    simulate(docket, filings=2_000, seed=7)

# %%
filings = pd.read_json(docket / "filings.jsonl", lines=True, dtype={"filing_id": str})
findings = pd.read_json(docket / "findings.jsonl", lines=True, dtype={"filing_id": str})
filings["filed_at"] = pd.to_datetime(filings["filed_at"], utc=True, format="ISO8601")
print(f"{len(filings)} filings of {filings['court'].nunique()} courts, {len(findings)} findings")

# %% [markdown]
# ## What is filed
#
# The causes, and how the amounts spread. A cause with very few filings tells a model little.

# %%
causes = filings.groupby("cause")["claim_amount"].describe(percentiles=[0.5, 0.9])[["count", "50%", "90%"]]
print(causes.sort_values("count", ascending=False).head(15).round(0).to_string())

# %% [markdown]
# ## When
#
# A gap or a jump is more often a change in the export than in the world.

# %%
print(filings.set_index("filed_at").resample("QS")["filing_id"].count().to_string())

# %% [markdown]
# ## Who comes again
#
# Many filings by one name are ordinary: banks, property managers, telecoms. Names are as filed here; who is who is
# for `xiezhi link` to say.

# %%
parties = filings.explode("parties")["parties"].apply(pd.Series)
plaintiffs = parties[parties["role"] == "plaintiff"]
print(plaintiffs.groupby("kind")["name"].value_counts().groupby(level=0).head(5).to_string())

# %% [markdown]
# ## What was found, and how late
#
# A filing without a finding is unlabelled, not genuine. Findings come years late, so the newest filings always
# look innocent; that is why training asks what was known *by a date*.

# %%
late = findings.merge(filings[["filing_id", "filed_at"]], on="filing_id")
late["days"] = (pd.to_datetime(late["at"], utc=True, format="ISO8601") - late["filed_at"]).dt.days
print(late.groupby(["finding", "source"])["days"].describe()[["count", "50%", "max"]].to_string())
