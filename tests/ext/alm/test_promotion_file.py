"""`promotion.toml`: what it may say, which models it selects, and when a window is open."""

from datetime import UTC, datetime

import pytest
from attrs import frozen

from anaplan_ext.alm.promotion_file import DAYS, Promotion, Stage, Window

TEXT = """
source = "Planning/Planning Dev"

[stage.test]
targets = ["Planning Test"]

[stage.production]
targets = ["Prod EMEA", "Prod *", "Planning EU/*"]
except = ["Prod US"]
approvals = 2
parallel = 5
offline = true
stepwise = true
stop_on_error = true
window = { days = ["sun", "sat"], from = "20:00", to = 06:00:00, timezone = "Europe/London" }
"""


@frozen
class Model:
    model_id: str
    name: str
    workspace: str | None = "Planning"


MODELS = [
    Model("S", "Planning Dev"),
    Model("1", "Prod US"),
    Model("2", "Prod EMEA"),
    Model("3", "prod apac"),
    Model("4", "Other", "Planning EU"),
    Model("5", "Prod [HQ]"),
    Model("6", "Twice"),
    Model("7", "Twice", "Planning EU"),
]


def stage(*targets: str, excluded: tuple[str, ...] = ()) -> Stage:
    return Stage(name="production", targets=targets, excluded=excluded)


def test_a_file_names_source_stages_and_their_settings() -> None:
    promotion = Promotion.parse(TEXT)
    assert (promotion.source, list(promotion.stages)) == ("Planning/Planning Dev", ["test", "production"])
    assert promotion.stage("test") == Stage(name="test", targets=("Planning Test",))
    production = promotion.stage("production")
    assert (production.approvals, production.parallel, production.excluded) == (2, 5, ("Prod US",))
    assert production.offline and production.stepwise and production.stop_on_error  # noqa: PT018
    assert str(production.window) == "sat, sun from 20:00 to 06:00 Europe/London"
    with pytest.raises(ValueError, match="did you mean production"):
        promotion.stage("prodution")
    with pytest.raises(ValueError, match="it has test, production"):
        promotion.stage("x")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (stage("Prod *"), ["2", "1", "5", "3"]),
        (stage("prod emea", "Prod *"), ["2", "1", "5", "3"]),
        (stage("Prod *", excluded=("Prod US", "*apac")), ["2", "5"]),
        (stage("*", excluded=("Prod*", "Other")), ["6", "7"]),
        (stage("3", "1"), ["3", "1"]),
        (stage("Planning EU/*"), ["4", "7"]),
        (stage("Planning EU/Twice"), ["7"]),
        # A whole name counts before a pattern, which this is, too.
        (stage("Prod [HQ]"), ["5"]),
        (stage("Prod ?S"), ["1"]),
    ],
)
def test_a_stage_selects_by_id_name_and_pattern(given: Stage, expected: list[str]) -> None:
    assert given.select(MODELS, "S") == expected
    assert [model.model_id for model in MODELS if model.model_id != "S" and given.has(model)] == sorted(expected)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (stage("Prod EMEE"), "did you mean 'Prod EMEA'"),
        (stage("Nothing*"), "fits none"),
        (stage("Twice"), "is the name of 2 models \\(6, 7\\)"),
        (stage("Planning Dev"), "fits none"),  # the source
        (stage("Prod US", excluded=("Prod *",)), "must have a target"),
        (stage("Prod US", excluded=("Prod UK",)), "'Prod UK' of stage production"),
    ],
)
def test_a_stage_that_selects_nothing_certain_is_rejected(given: Stage, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        given.select(MODELS, "S")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('source = "Planning/Planning Dev"', "", "source of promotion.toml must be text"),
        ('source = "Planning/Planning Dev"', 'sorce = "x"', "did you mean source"),
        ("[stage.production]", "[stage.production", "must be TOML"),
        ('targets = ["Planning Test"]', "targets = []", "must not be empty"),
        ('targets = ["Planning Test"]', "targets = [1]", "must be text"),
        ('targets = ["Planning Test"]', 'targets = "x"', "must be an array"),
        ('targets = ["Planning Test"]', "", "must be an array"),
        ("approvals = 2", "approvals = -1", "whole number"),
        ("approvals = 2", "approvals = true", "whole number"),
        ("approvals = 2", "aprovals = 2", "did you mean approvals"),
        ("parallel = 5", "parallel = 0", "1 to 50"),
        ("parallel = 5", "parallel = 51", "1 to 50"),
        ("offline = true", 'offline = "yes"', "true or false"),
        ('"sat"', '"saturday"', "must be some of mon, tue"),
        ('["sun", "sat"]', "[]", "must be some of mon, tue"),
        ('"20:00"', '"25:00"', "a time such as 20:00"),
        ('"20:00"', '"20:00+01:00"', "a time such as 20:00"),
        ('from = "20:00", ', "", "a time such as 20:00"),
        ("Europe/London", "Europe/Atlantis", "a time zone such as"),
        ("Europe/London", "../etc", "a time zone such as"),
    ],
)
def test_a_wrong_file_is_rejected(old: str, new: str, message: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(ValueError, match=message):
        Promotion.parse(TEXT.replace(old, new))
    with pytest.raises(ValueError, match="must have a stage"):
        Promotion.parse('source = "x"\n[stage]\n')


def window(days: tuple[str, ...], start: str, end: str, zone: str = "UTC") -> Window:
    from datetime import time

    return Window(days=days, start=time.fromisoformat(start), end=time.fromisoformat(end), timezone=zone)


@pytest.mark.parametrize(
    ("given", "moment", "expected"),
    [
        # 2026-11-28 is a Saturday.
        (window(DAYS, "09:00", "17:00"), "2026-11-28T09:00Z", True),
        (window(DAYS, "09:00", "17:00"), "2026-11-28T17:00Z", False),
        (window(DAYS, "09:00", "17:00"), "2026-11-28T08:59Z", False),
        (window(("sat",), "09:00", "17:00"), "2026-11-28T12:00Z", True),
        (window(("fri",), "09:00", "17:00"), "2026-11-28T12:00Z", False),
        # Through midnight: the day is that of the beginning.
        (window(("sat",), "20:00", "06:00"), "2026-11-28T20:00Z", True),
        (window(("sat",), "20:00", "06:00"), "2026-11-29T05:59Z", True),
        (window(("sat",), "20:00", "06:00"), "2026-11-29T06:00Z", False),
        (window(("sat",), "20:00", "06:00"), "2026-11-28T05:00Z", False),
        (window(("sun",), "20:00", "06:00"), "2026-11-30T01:00Z", True),
        # A whole day.
        (window(("sat",), "00:00", "00:00"), "2026-11-28T23:59Z", True),
        (window(("sat",), "00:00", "00:00"), "2026-11-29T00:00Z", False),
        # In its own zone, in winter and in summer.
        (window(("sat",), "09:00", "10:00", "America/New_York"), "2026-11-28T14:30Z", True),
        (window(("sat",), "09:00", "10:00", "America/New_York"), "2026-07-04T14:30Z", False),
        (window(("sat",), "09:00", "10:00", "America/New_York"), "2026-07-04T13:30Z", True),
        (window(("sat",), "09:00", "10:00", "Asia/Tokyo"), "2026-11-28T00:30Z", True),
    ],
)
def test_a_window_is_open_at_its_time(given: Window, moment: str, expected: bool) -> None:
    assert given.is_open(datetime.fromisoformat(moment).astimezone(UTC)) is expected
