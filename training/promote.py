"""Makes a trained model the one that screens (启用)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from training.tracking import Registered, fetch_bundle, find_model, set_champion
from xiezhi import bundle as bundles
from xiezhi.clock import Moment
from xiezhi.errors import BundleError
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion
from xiezhi.store.promotions import promote as append


def promote(store: Store, settings: Settings, version: str | None, by: str, at: Moment) -> Promotion:
    """Copy bundle `version` (the one trained last for None) into the home and let it screen from `at` on.

    Raises NotFound for a model nobody trained, BundleError for one that is damaged.
    """
    model = find_model(settings, version)
    folder = bundles.bundle_folder(settings, model.model_version)
    if not folder.exists():
        _copy(settings, model, folder)
    promotion = Promotion(at, by, model.model_version, bundles.load(folder).digest)
    with store.write() as connection:
        append(connection, promotion)
    set_champion(settings, model)
    return promotion


def _copy(settings: Settings, model: Registered, folder: Path) -> None:
    """Copy, verify, then rename: whoever reads `folder` finds all of it or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".incoming-") as incoming:
        copied = fetch_bundle(settings, model, Path(incoming))
        if bundles.load(copied).version != model.model_version:
            raise BundleError(
                f"登记的模型 {model.model_version} 与其文件不符；请重新训练。",
                f"The registered model {model.model_version} is not what its files say; train again.",
                code="bundle-damaged",
            )
        shutil.move(copied, folder)
