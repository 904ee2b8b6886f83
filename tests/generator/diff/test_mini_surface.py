"""Every construct of the small API can be compared: alike with itself, and changed where it changes."""

from pathlib import Path

import pytest

from generator.diff.surface import extract_surface
from generator.lint import rules
from generator.spec import document

FILE = "anaplan_mini.yaml"
TEXT = (Path(__file__).parents[1] / "render/mini" / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("note: {type: string, maxLength: 9,", "note: {type: string, maxLength: 8,", "mini.import_shapes(note)"),
        ("              required: [file, note]", "              required: [file]", "mini.import_shapes(note)"),
        (
            '        - $ref: "#/components/schemas/SearchByExtra"\n',
            '        - $ref: "#/components/schemas/Circle"\n',
            "mini.models.Search",
        ),
        ("{name: X-Count, in: header,", "{name: X-Count, in: query,", "mini.list_shapes(X-Count)"),
    ],
)
def test_a_change_of_a_construct_is_seen(old: str, new: str, key: str) -> None:
    assert TEXT.count(old) == 1
    before, after = (extract_surface(document.parse(text, FILE)) for text in (TEXT, TEXT.replace(old, new)))
    assert before == extract_surface(document.parse(TEXT, FILE))
    found = [identity for identity in before if before[identity].facts != after.get(identity, before[identity]).facts]
    assert {identity[2] for identity in found} == {key}


def test_the_small_api_fits_the_rules() -> None:
    assert rules.check(document.parse(TEXT, FILE)) == []
