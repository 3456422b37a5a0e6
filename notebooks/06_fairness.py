# %% [markdown]
# # Fairness and access to justice
#
# On whom do flags fall, and on whom do their errors? Rates with intervals by side, representation and fee waiver, under
# the signs alone, so that no finding is needed. `xiezhi fairness` does the same for the model that screens, with attributes a
# court may audit. Reads the docket folder named by `XIEZHI_DOCKET`, or simulates one.

# %%
import os
import tempfile
from pathlib import Path

from features.intake.take_in import take_in
from features.link.docket import link_pending
from features.signs import load_pack
from features.simulate import simulate
from training.evaluation.measures import Interval
from training.evaluation.period import look_back
from training.evaluation.regime import Regime
from training.fairness.fairness import look_for_unfairness
from xiezhi.clock import now
from xiezhi.progress import silent
from xiezhi.settings import Settings
from xiezhi.store import open_store

work = Path(tempfile.mkdtemp())
docket = Path(os.environ.get("XIEZHI_DOCKET") or work / "docket")
if not (docket / "filings.jsonl").exists():
    simulate(docket, filings=1_500, years=2.0, seed=14)

# %%
settings = Settings(home=work / "var", database_url="")
store = open_store(settings)
take_in(store, [docket], mapping=None, settings=settings, rejects=None, received_at=0, advance=silent)
link_pending(store)
period = look_back(store, settings.zone, since=0, before=now(), labels_as_of=now())
found = look_for_unfairness(store, Regime(None, load_pack(settings.jurisdiction)), period, {}, seed=1)
store.close()


# %% [markdown]
# ## Rates by group
#
# A share of few filings has a wide interval, and one of fewer than ten is not told of. Filings of one plaintiff or one
# claim are alike, so they count as fewer than they are.


# %%
def told(share: Interval) -> str:
    """A share with its interval."""
    return f"{share.value:6.1%} ({share.low:.1%}–{share.high:.1%})"


print(f"{found.filings} filings of {found.clusters} clusters")
for group in found.groups:
    print(
        f"{group.attribute:14} {group.value:14} {group.filings:5} filings  flagged {told(group.flagged.share)}  "
        f"not found false, yet flagged {told(group.alarmed.share)}"
    )

# %% [markdown]
# ## Beside the largest group
#
# A ratio of one is equal. What it cannot say: whether a group that is flagged more often does file more that is false. The
# ratio of what was *found* stands beside it, and even that was looked for where flags pointed.

# %%
for pair in found.contrasts:
    print(
        f"{pair.attribute:14} {pair.value} against {pair.reference}: flagged {pair.flagged.value:.2f} times as often "
        f"({pair.flagged.low:.2f}–{pair.flagged.high:.2f}), found {pair.found.value:.2f} times"
    )

# %% [markdown]
# ## Is anything protected read?
#
# The same filings with other people in them, of other sex, age, ethnicity and origin, give the same features; and no
# column of the model is unknown to the registry.

# %%
print(found.blindness)
