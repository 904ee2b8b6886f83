"""What paths mean, and how the filesystem signs in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_ext.client.options import make_environment
from anaplan_ext.filesystem.paths import Location, parse_path, quote_name

from ...core.support import bounded

W = "8a8b8c8d9e0000000000000000000b01"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("", Location("models")),
        ("/", Location("models")),
        ("M", Location("model", "M")),
        ("M/", Location("model", "M")),
        ("M/sales.csv", Location("file", "M", None, "sales.csv")),
        ("M/a%2Fb.csv", Location("file", "M", None, "a/b.csv")),
        ("M/100%", Location("file", "M", None, "100%")),
        ("M/files", Location("files", "M")),
        ("M/files/exports", Location("file", "M", None, "exports")),
        ("M/exports", Location("exports", "M")),
        ("M/exports/Sales", Location("export", "M", None, "Sales")),
        ("M/views", Location("views", "M")),
        ("M/views/Mod", Location("module", "M", None, "Mod", "Mod")),
        ("M/views/Mod/View", Location("view", "M", None, "View", "Mod")),
        ("W/M/sales.csv", Location("file", "M", "W", "sales.csv")),
        ("W/M/exports/Sales", Location("export", "M", "W", "Sales")),
        ("W/M/views/Mod/View", Location("view", "M", "W", "View", "Mod")),
        (f"{W}/M", Location("model", "M", W)),
        (f"{W}/M/sales.csv", Location("file", "M", W, "sales.csv")),
        (W, Location("model", W)),
    ],
)
def test_a_path_has_one_meaning(path: str, location: Location) -> None:
    assert parse_path(path) == location
    assert location.is_folder is (location.kind not in ("file", "export", "view"))


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("", Location("model")),
        ("sales.csv", Location("file", "", None, "sales.csv")),
        ("exports/Sales", Location("export", "", None, "Sales")),
        ("views/Mod/View", Location("view", "", None, "View", "Mod")),
    ],
)
def test_with_a_model_a_path_starts_in_it(path: str, location: Location) -> None:
    assert parse_path(path, has_model=True) == location


@pytest.mark.parametrize("path", ["M/exports/a/b", "M/views/a/b/c", "W/M/folder/name", "M/files/a/b"])
def test_a_path_with_folders_is_an_error(path: str) -> None:
    with pytest.raises(FileNotFoundError, match="write a slash as %2F"):
        parse_path(path)


@bounded()
@given(st.text(min_size=1).filter(lambda name: name.strip("/")))
def test_every_name_can_be_a_part_of_a_path(name: str) -> None:
    quoted = quote_name(name)
    assert not set(quoted) & set("/*?[]")
    assert parse_path(f"M/files/{quoted}") == Location("file", "M", None, name)


ENVIRON = {
    "PATH": "/bin",
    "ANAPLAN_TOKEN": "other",
    "ANAPLAN_USER": "ada@example.com",
    "ANAPLAN_MODEL": "D0E5A4B3C2D14F60A7B8C9D0E1F2A301",
    "ANAPLAN_REGION": "eu3",
    "ANAPLAN_TIMEOUT": "60",
}


@pytest.mark.parametrize(
    ("options", "variables"),
    [
        ({}, {"TOKEN": "other", "USER": "ada@example.com", "REGION": "eu3", "TIMEOUT": "60"}),
        ({"timeout": 5.0}, {"TOKEN": "other", "USER": "ada@example.com", "REGION": "eu3", "TIMEOUT": "5.0"}),
        ({"token": "own"}, {"TOKEN": "own", "REGION": "eu3", "TIMEOUT": "60"}),
        ({"user": "u", "password": "p"}, {"USER": "u", "PASSWORD": "p", "REGION": "eu3", "TIMEOUT": "60"}),
        ({"profile": "prod"}, {"PROFILE": "prod"}),
        (
            {"base_url": "http://a.b"},
            {"TOKEN": "other", "USER": "ada@example.com", "BASE_URL": "http://a.b", "TIMEOUT": "60"},
        ),
    ],
)
def test_options_replace_what_they_are_about(options: dict[str, str | float | None], variables: dict[str, str]) -> None:
    made = make_environment({"region": None, **options}, ENVIRON)
    assert {key: value for key, value in made.items() if value} == {
        "PATH": "/bin",
        **{f"ANAPLAN_{key}": value for key, value in variables.items()},
    }
