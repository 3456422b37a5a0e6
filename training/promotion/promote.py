"""Makes a trained model the one that screens (启用)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from training.tracking import CHAMPION, Registered, fetch_bundle, find_model, mark
from xiezhi import bundle as bundles
from xiezhi.accounts.administer import has_accounts
from xiezhi.bundle import Bundle
from xiezhi.clock import Moment
from xiezhi.errors import BundleError, NotPermitted
from xiezhi.promotion import take_effect
from xiezhi.settings import Settings
from xiezhi.store import Store
from xiezhi.store.promotions import Promotion


def promote(store: Store, settings: Settings, version: str | None, by: str, at: Moment) -> Promotion:
    """Copy bundle `version` (the one trained last for None) into the home and let it screen from `at` on.

    Raises NotPermitted in a home with accounts, where a second person has to approve; NotFound for a
    model nobody trained, BundleError for one that is damaged.
    """
    if has_accounts(store):
        raise NotPermitted(
            "本系统已有账户，启用模型须经第二人批准。",
            "This home has accounts: a promotion needs a second person's approval.",
        )
    bundle = bring_home(settings, version)
    promotion = Promotion(at, by, bundle.version, bundle.digest)
    with store.write() as connection:
        take_effect(connection, promotion)
    mark(settings, CHAMPION, bundle.version)
    return promotion


def bring_home(settings: Settings, version: str | None) -> Bundle:
    """Bundle `version` (the one trained last for None), copied out of MLflow unless the home holds it.

    Raises NotFound, BundleError.
    """
    folder = None if version is None else bundles.bundle_folder(settings, Path(version).name)
    if folder is None or not folder.exists():
        model = find_model(settings, version)
        folder = bundles.bundle_folder(settings, model.model_version)
        if not folder.exists():
            _copy(settings, model, folder)
    return bundles.load(folder)


def _copy(settings: Settings, model: Registered, folder: Path) -> None:
    """Copy, verify, then rename: whoever reads `folder` finds all of it or nothing."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".incoming-") as incoming:
        (Path(incoming) / "bundle").mkdir()
        copied = fetch_bundle(settings, model, Path(incoming) / "bundle")
        if bundles.load(copied).version != model.model_version:
            raise BundleError(
                f"登记的模型 {model.model_version} 与其文件不符；请重新训练。",
                f"The registered model {model.model_version} is not what its files say; train again.",
                code="bundle-damaged",
            )
        shutil.move(copied, folder)
