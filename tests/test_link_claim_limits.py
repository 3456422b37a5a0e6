"""The data beside claims: limits of courts in their time and place, institutions by name."""

from __future__ import annotations

import pytest

from features.link.claims.institutions import institution
from features.link.claims.thresholds import crossed, load_thresholds, thresholds_for
from xiezhi.clock import parse_moment


def test_every_threshold_says_where_it_is_from() -> None:
    for one in load_thresholds():
        assert all((one.source, one.zh, one.en)), one.code
        assert one.cents > 0, one.code
        assert one.since < one.until, one.code
    assert len({one.code for one in load_thresholds()}) == len(load_thresholds())


def test_thresholds_hold_in_their_time_and_courts() -> None:
    def codes(court: str, day: str) -> set[str]:
        return {t.code for t in thresholds_for("CNY", court, parse_moment(day, "Asia/Shanghai"))}

    assert codes("甘0702", "2020-01-01") == {"cn-level-2015-d", "cn-million"}
    assert codes("浙0106", "2022-05-01") >= {
        "cn-small-claims-zhejiang",
        "cn-small-claims",
        "cn-level-intermediate",
    }
    assert not codes("甘0702", "2022-05-01") & {"cn-small-claims-zhejiang", "cn-level-2015-d"}
    assert codes("豫0105", "2020-09-30") == {"cn-level-2015-b-2020", "cn-million"}
    assert codes("豫0105", "2020-10-01") == {"cn-level-2020", "cn-level-2020-across", "cn-million"}
    assert codes("鲁0102", "2020-10-01") == {"cn-level-2015-b", "cn-million"}
    assert codes("甘0702", "2018-09-30") == {"cn-level-2015-d"}
    assert thresholds_for("EUR", "", 0) == []


def test_every_province_has_one_limit_between_2015_and_2021() -> None:
    """Of courts of first instance, for parties of one province: 31 provinces and the Corps."""
    provinces = "京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新兵"
    for day in ("2015-05-01", "2020-09-30", "2020-10-01", "2021-09-30"):
        moment = parse_moment(day, "Asia/Shanghai")
        for province in provinces:
            held = [t.code for t in thresholds_for("CNY", f"{province}01", moment)]
            assert sum("level" in code and "across" not in code for code in held) == 1, (province, day)


def test_the_threshold_crossed_is_the_nearest_above_the_parts() -> None:
    held = thresholds_for("CNY", "甘0702", parse_moment("2020-01-01", "Asia/Shanghai"))
    million = crossed([60_000_000, 60_000_000], held)
    assert million is not None
    assert million.code == "cn-million"
    assert crossed([60_000_000, 30_000_000], held) is None
    assert crossed([200_000_000, 30_000_000], held) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("通和财产保险股份有限公司山丹支公司", "insurer"),
        ("甘州区德信小额贷款有限责任公司", "licensed_lender"),
        ("业嘉音像著作权服务中心", "collecting_society"),
        ("Capital One Bank (USA), N.A.", "bank"),
        ("张掖宇祥商贸有限公司", ""),
        ("Smith Hardware Inc", ""),
        ("张掖市社会保险事业服务中心", "public_body"),
        ("平安养老保险股份有限公司", "insurer"),
    ],
)
def test_institutions_by_name(name: str, kind: str) -> None:
    assert institution(name) == kind
