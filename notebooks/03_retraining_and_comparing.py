# %% [markdown]
# # Retraining and comparing
#
# Two models of one docket, trained a year apart, on the same later filings: is the newer one better, or only newer? Reads
# the docket folder named by `XIEZHI_DOCKET` (three years or more, ten findings by the earlier date), or simulates one.
# The product does the same with `xiezhi train`, `xiezhi evaluate` and `xiezhi promote`.

# %%
import os
import tempfile
from pathlib import Path

import lightgbm
import numpy as np

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.pipeline import build_table
from features.registry import BY_NAME
from features.simulate import simulate
from training.data.dataset import Dataset, assemble
from training.evaluation.measures import average_precision, average_precision_interval
from training.fitting.fit import Fitted, fit
from training.monitoring.drift import measure_drift
from training.monitoring.reference import count_bins, edges_of, make_reference
from training.train import monotone_of
from xiezhi.clock import DAY, Moment, format_moment
from xiezhi.progress import silent
from xiezhi.settings import Settings
from xiezhi.store import open_store
from xiezhi.store.happenings import findings_of

work = Path(tempfile.mkdtemp())
docket = Path(os.environ.get("XIEZHI_DOCKET") or work / "docket")
if not (docket / "filings.jsonl").exists():
    simulate(docket, filings=3_000, years=3.0, seed=11)

# %%
settings = Settings(home=work / "var", database_url="")
store = open_store(settings)
take_in(store, [docket], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent)
link_pending(store)
table = build_table(store)
with store.read() as connection:
    findings = findings_of(connection, None, None)
store.close()
end = int(table.as_of[-1])
early, late = end - 450 * DAY, end - 180 * DAY

# %% [markdown]
# ## Two training dates
#
# Each knows what had been recorded by its own date: filings, features, and findings. The newest filings of either look
# innocent, because findings come late; unlabelled filings therefore count by their age.


# %%
def train_as_of(date: Moment) -> tuple[Dataset, Fitted]:
    """What a training on that date would have seen and made of it."""
    data = assemble(table, findings, date, len(table.filing_ids))
    return data, fit(data, monotone_of(data.names), seed=1)


(old, old_fit), (new, new_fit) = train_as_of(early), train_as_of(late)
for data, made in ((old, old_fit), (new, new_fit)):
    print(
        f"{format_moment(data.as_of)[:10]}: {len(data.filing_ids)} filings of which {data.positive.sum()} found, "
        f"{made.rounds} rounds, base rate {data.base_rate:.3%}"
    )

# %% [markdown]
# ## The same later filings
#
# Filed after both dates, labelled by all that is known now. One seed draws the same filings for both, so the difference has
# an interval of its own: if it holds zero, the newer model has not shown to be better.

# %%
later = assemble(table, findings, end + 3650 * DAY, len(table.filing_ids)).filed_between(late, end + 1)


def score(made: Fitted) -> np.ndarray:
    """Raw scores of the later filings."""
    return np.asarray(lightgbm.Booster(model_str=made.booster_text).predict(later.values, raw_score=True))


scores = {"old": score(old_fit), "new": score(new_fit)}
print(f"{len(later.filing_ids)} filings of the last half year, {later.positive.sum()} found so far")
for name, raw in scores.items():
    print(name, average_precision_interval(later.positive, raw, seed=1))
draws = np.random.default_rng(1).integers(len(later.positive), size=(300, len(later.positive)))
gain = [
    average_precision(later.positive[d], scores["new"][d]) - average_precision(later.positive[d], scores["old"][d])
    for d in draws
    if later.positive[d].any()
]  # fmt: skip
print("new less old, 95 %:", np.quantile(gain, (0.025, 0.975)).round(3))

# %% [markdown]
# ## Who changes
#
# Of the filings a court would have looked at under the old model, how many would the new one show as well? A model that is
# no better but shows others is a cost: cases already looked into are looked into for nothing.

# %%
top = max(10, len(later.filing_ids) // 50)
shown = {name: set(np.argsort(-raw, kind="stable")[:top].tolist()) for name, raw in scores.items()}
print(f"of the {top} ranked highest by either, {len(shown['old'] & shown['new'])} are the same")

# %% [markdown]
# ## What moved between
#
# The last half year against the old model's own training year, the weightiest first. A shift may be the world, the
# export or the linking; only the first is a ground to train anew.

# %%
reference = make_reference(old, old_fit)["features"]
moved = []
for name, described in sorted(reference.items(), key=lambda item: -item[1]["gain"]):
    month = count_bins(later.values[:, later.names.index(name)], edges_of(described))
    drift = measure_drift(np.array(described["counts"]), month, comparisons=len(reference))
    if drift.state == "moved":
        moved.append(f"{drift.index.value:.2f} {drift.direction:13} {BY_NAME[name].en}")
print("\n".join(moved[:10]) or "nothing")
