# %% [markdown]
# # Why these features
#
# What the features know of a docket, how each alone stands to the findings, what a model makes of them together, and
# what one filing is told. Reads the docket folder named by `XIEZHI_DOCKET`, or simulates a small one. The labels are few:
# read figures here as a first impression, and `xiezhi evaluate` for an answer.

# %%
import os
import tempfile
from pathlib import Path

import pandas as pd

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.pipeline import build_table
from features.reasoning import explain
from features.registry import BY_NAME, GROUPS
from features.registry.whom import whom_of
from features.signs import load_pack
from features.simulate import simulate
from training.data.dataset import assemble
from training.evaluation.measures import average_precision_interval
from training.fitting.fit import fit
from training.train import monotone_of
from xiezhi.bundle import Bundle, Calibration
from xiezhi.policy import Thresholds
from xiezhi.progress import silent
from xiezhi.scoring import Scorer
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.happenings import findings_of

work = Path(tempfile.mkdtemp())
docket = Path(os.environ.get("XIEZHI_DOCKET") or work / "docket")
if not (docket / "filings.jsonl").exists():
    simulate(docket, filings=2_000, seed=7)

# %%
settings = Settings(home=work / "var", database_url="")
store = open_store(settings)
take_in(store, [docket], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent)
link_pending(store)
table = build_table(store)
with store.read() as connection:
    findings = findings_of(connection, None, None)
data = assemble(table, findings, int(table.as_of[-1]) + 1, len(table.filing_ids))
print(
    f"{len(data.filing_ids)} filings of {len(data.names)} features, {data.positive.sum()} found false or abusive"
)

# %% [markdown]
# ## What is known
#
# Unknown is not zero. A group that is hardly ever known tells of the export, not of the world.

# %%
values = pd.DataFrame(data.values, columns=list(data.names))
known = values.notna().mean()
groups = {g.en: [f.name for f in g.features] for g in GROUPS}
print(
    pd.Series({name: known[names].mean() for name, names in groups.items()}).map("{:.0%}".format).to_string()
)

# %% [markdown]
# ## Each alone
#
# How often a found filing has the higher value (0.5: no difference), where it is known. With this few labels many lie off
# 0.5 by chance; the direction should at least agree with the words.

# %%
ranks = values.rank(pct=True)
alone = pd.DataFrame({"found": ranks[data.positive].mean(), "known": values[data.positive].notna().sum()})
alone = alone[alone["known"] >= 8].assign(apart=lambda t: (t["found"] - 0.5).abs()).sort_values("apart")
for name, row in alone.tail(12)[::-1].iterrows():
    print(f"{row['found']:.2f}  {BY_NAME[str(name)].en}")

# %% [markdown]
# ## Together
#
# Out of fold, in five unbroken blocks of time. What the trees lean on, by whom it is about.

# %%
fitted = fit(data, monotone_of(data.names), seed=1)
print(
    average_precision_interval(data.positive, fitted.out_of_fold, weight=data.weight),
    f"base {data.base_rate:.3%}",
)
gains = pd.Series(dict(fitted.gains))
print((gains.groupby([whom_of(str(n)) for n in gains.index]).sum() / gains.sum()).round(3).to_string())

# %% [markdown]
# ## What one filing is told
#
# The filing with the highest score, reasons for and against. Beside a sentence stands what it adds, in log-odds. A
# reason is not a cause, and a flag is not a finding.

# %%
model = Bundle(
    fitted.booster_text, data.names, Calibration("none", (-9.0, 9.0), (0.0, 1.0)), Thresholds(0.0, 0.0, 0.0, 0.0),
    "cn", data.as_of,
)  # fmt: skip
scorer = Scorer(model)
row = int(scorer.raw(table.values).argmax())
contributions = scorer.score(table.values[row : row + 1]).contributions[0]
for reason in explain(table, row, contributions, load_pack("cn"), score=scorer.raw):
    print(f"{reason.contribution:+.2f}  {reason.text['en']}")
store.close()
