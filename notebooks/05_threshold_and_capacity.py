# %% [markdown]
# # Threshold and capacity
#
# How many filings a day can this court review, and what follows: where the cuts lie, what quiet and busy days look
# like, which precision can be promised, and what one more review a day would find. Reads the docket folder named by
# `XIEZHI_DOCKET` (ten findings or more), or simulates one.

# %%
import os
import tempfile
from pathlib import Path

import numpy as np

from features.intake.take_in import take_in
from features.signs import load_pack
from features.simulate import simulate
from training.calibration.bands import find_ripe, set_bands
from training.calibration.calibrate import calibrate
from training.calibration.guarantee import control_precision
from training.calibration.reliability import tabulate
from training.data.dataset import collect
from training.fitting.fit import fit
from training.fitting.sign_weight import add_signs
from training.train import monotone_of
from xiezhi.clock import now
from xiezhi.policy import Policy, band
from xiezhi.progress import silent
from xiezhi.settings import Settings
from xiezhi.store import open_store

work = Path(tempfile.mkdtemp())
docket = Path(os.environ.get("XIEZHI_DOCKET") or work / "docket")
if not (docket / "filings.jsonl").exists():
    simulate(docket, filings=2_500, years=2.5, seed=12)

# %%
settings = Settings(home=work / "var", database_url="")
store = open_store(settings)
take_in(store, [docket], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent)
data = collect(store, now(), load_pack(settings.jurisdiction))
store.close()
fitted, sign_weight = add_signs(data, fit(data, monotone_of(data.names), seed=1))
held = fitted.is_held_out
raw, positive, weight = fitted.out_of_fold[held], data.positive[held], data.weight[held]
calibration = calibrate(raw, positive, weight)
risk = calibration.risk(raw)
print(
    f"{len(raw)} filings of which {positive.sum()} found; a bit of a sign weighs {sign_weight}; {calibration.method}"
)

# %% [markdown]
# ## Does a risk of 3 % mean three in a hundred?
#
# Filings from the lowest risk to the highest, in bins of which as much is expected: the few that are flagged get most of the
# table. The share found should lie where its interval holds the risk.

# %%
for part in tabulate(risk, positive, weight):
    print(
        f"{part.filings:6} filings  risk {part.risk:.2%}  found {part.share:.2%} ({part.low:.2%}–{part.high:.2%})"
    )

# %% [markdown]
# ## So many reviews a day
#
# Capacity sets the cut, the floor keeps a quiet day quiet: none is shown whose risk is below three times the base rate. On a
# busy day more than the average pass; they wait in order of risk.

# %%
for capacity in (0.1, 0.3, 1.0, 3.0):
    bands = set_bands(data, fitted.out_of_fold, calibration, Policy(capacity))
    given = np.array([band(*pair, bands.thresholds) for pair in zip(risk, raw, strict=True)])
    load, review = bands.workload, given == "review"
    print(
        f"{capacity:4} a day: {load.a_day:.2f} asked, {load.busiest_day} on the busiest, none on {load.quiet_days:.0%}; "
        f"of {review.sum()} in all {positive[review].mean() if review.any() else 0:.0%} found, of those found "
        f"{(positive & review).sum() / positive.sum():.0%}"
    )

# %% [markdown]
# ## What can be promised
#
# "At least so many of the flags are found false, with 90 % confidence", or an honest no. Filings without a finding count as not
# false, so a promise can only come out too low.

# %%
ripe = find_ripe(data)[held]
review_cut = set_bands(data, fitted.out_of_fold, calibration, Policy()).thresholds.review
for precision in (0.1, 0.2, 0.5):
    told = control_precision(
        raw[ripe], positive[ripe], precision, 0.9, review_cut, groups=data.group[held][ripe]
    )
    print(f"{precision:.0%}: {told.tell('en')}")
