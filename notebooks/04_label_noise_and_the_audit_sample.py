# %% [markdown]
# # Label noise and the audit sample
#
# Findings miss most of what is false, come late, and are sometimes wrong. What does that cost a model, and how would a court
# ever know how much it misses? Here a simulated docket is used, whose truth is known; of a docket named by `XIEZHI_DOCKET`
# without a `truth` folder the findings stand in for the truth.

# %%
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import beta

from features.intake.take_in import take_in
from features.signs import load_pack
from features.simulate import simulate
from training.data.dataset import collect
from training.evaluation.measures import average_precision
from training.fitting.fit import fit
from training.train import monotone_of
from xiezhi.clock import now
from xiezhi.progress import silent
from xiezhi.settings import Settings
from xiezhi.store import open_store

work = Path(tempfile.mkdtemp())
docket = Path(os.environ.get("XIEZHI_DOCKET") or work / "docket")
if not (docket / "filings.jsonl").exists():
    simulate(docket, filings=2_000, seed=13)

# %%
settings = Settings(home=work / "var", database_url="")
store = open_store(settings)
take_in(store, [docket], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent)
data = collect(store, now(), load_pack(settings.jurisdiction))
store.close()
truth_file = docket / "truth" / "filings.csv"
false = data.positive
if truth_file.exists():
    truth = pd.read_csv(truth_file, dtype={"filing_id": str}).set_index("filing_id")["false"]
    false = np.asarray(truth.loc[list(data.filing_ids)] == 1)
print(f"{len(false)} filings of which {false.sum()} false, {data.positive.sum()} found so far")

# %% [markdown]
# ## What noise costs
#
# The same model on three sets of labels, each measured out of fold by the truth. A missed label is one wrong negative among
# very many; a wrong positive is one of few, and so a handful of them may cost as much as half of the right ones
# missing. One draw of each: with another seed the figures move by some hundredths.

# %%
random = np.random.default_rng(2)
kept = false & (random.random(len(false)) < 0.5)
wrong = kept | (~false & (random.random(len(false)) < 0.25 * kept.mean()))
labels = {"the truth": false, "half of it found": kept, "half, and some wrongly": wrong}
scores = {}
for name, positive in labels.items():
    told = replace(data, positive=positive, labelled=positive, weight=np.ones(len(false)))
    scores[name] = fit(told, monotone_of(data.names), seed=1).out_of_fold
    print(
        f"{name:24} {positive.sum():4} labels, average precision {average_precision(false, scores[name]):.3f}"
    )

# %% [markdown]
# ## What is missed: the audit sample
#
# A court reviews what is flagged, so it learns how often it was right, and never what it missed: by the reviews alone
# recall looks perfect. A random share of the *unflagged* filings, reviewed with the same sheet and without a word about the score,
# tells. Few are false among so many, so the interval is wide; but there is one.

# %%
score = scores["half, and some wrongly"]
flagged = score >= np.quantile(score, 0.98)
drawn = random.choice(np.flatnonzero(~flagged), size=min(400, int((~flagged).sum())), replace=False)
hits, seen = int(false[flagged].sum()), int(false[drawn].sum())
low = beta.ppf(0.025, seen, len(drawn) - seen + 1) if seen else 0.0
high = beta.ppf(0.975, seen + 1, len(drawn) - seen)
missed = np.array([high, seen / len(drawn), low]) * (~flagged).sum()
recall = hits / np.maximum(hits + missed, 1)
print(f"{flagged.sum()} flagged, {hits} of them false; {seen} false among {len(drawn)} drawn from the others")
print(
    f"recall by the sample {recall[1]:.2f} (95 % {recall[0]:.2f}–{recall[2]:.2f}); by the truth {hits / false.sum():.2f}"
)
