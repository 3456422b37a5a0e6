"""Features of the ties between the two sides as earlier filings show them: paths of one or two steps, cycles, reach."""

from __future__ import annotations

from features.history.aggregate import Common, Reach, Together
from features.history.keys import DEFENDANT, PLAINTIFF
from features.registry.declare import Asked, Told
from features.registry.feature import Feature

_281 = "法〔2021〕281号"
_US, _THEM = (PLAINTIFF,), (DEFENDANT,)

tied = Told(_281, "a side does not give it")
together = Asked("opponents_together", (PLAINTIFF, DEFENDANT), _281, "a side is missing")

# fmt: off
PATHS: tuple[Feature, ...] = (
    *together("count", "sides_stood_together", "S01", "双方此前在同一方共同参与诉讼次数",
              "earlier filings in which the two sides stood together", direction=1),
    tied("count", "opponent_used_plaintiffs_phone", "S01", "被告此前应诉时留有原告电话次数",
         "earlier suits against the defendant under the plaintiff's phone number",
         Together("defendant", _THEM, "plaintiff_phone", _THEM), missing="the plaintiff gives no phone", direction=1),
    tied("count", "opponent_used_plaintiffs_address", "S01", "被告此前应诉时留有原告地址次数",
         "earlier suits against the defendant at the plaintiff's address",
         Together("defendant", _THEM, "plaintiff_address", _THEM), missing="the plaintiff gives no address", direction=1),
    tied("count", "sued_back", "S04", "被告此前起诉原告件数", "earlier suits of this defendant against this plaintiff",
         Together("defendant", _US, "plaintiff", _THEM), source="法〔2021〕281号 三", missing="a side is missing"),
    tied("count", "suing_circle", "S01", "被告诉某人、某人又诉原告的人数", "people whom the defendant sued and who sued the plaintiff",
         Common("defendant", _US, _THEM, "plaintiff", _THEM, _US, "party"), missing="a side is missing"),
    tied("count", "common_phones", "S01", "双方此前用过的同一电话数", "phone numbers each side used before",
         Common("plaintiff", _US, _US, "defendant", _THEM, _THEM, "phone"), missing="a side is missing"),
    tied("count", "common_addresses", "S01", "双方此前用过的同一地址数", "addresses each side used before",
         Common("plaintiff", _US, _US, "defendant", _THEM, _THEM, "address"), missing="a side is missing"),
    tied("count", "reach", "S00", "两步之内相连的当事人数", "parties joined to this filing by at most two earlier ones", Reach(), missing="never"),
)
# fmt: on
