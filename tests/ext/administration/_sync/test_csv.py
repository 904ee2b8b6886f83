# Converted by `python -m generator` from tests/ext/administration/_async/test_csv.py. Edit that file, not this one.
"""Export and import of users against the emulator."""

from typing import Any

import pytest

from anaplan_ext import Client, PermissionDeniedError, ServerError, UserRow, read_user_rows
from anaplan_ext.emulator import Emulator

HEADER = "username,first_name,last_name,licenses\n"


def test_what_is_exported_can_be_imported(emulator: Emulator, client: Client) -> None:
    exported = read_user_rows(client.administration.export_users())
    assert [row.username for row in exported] == ["ada@example.com", "sam@example.com"]
    report = client.administration.import_users(exported)
    assert (report.accepted, report.created, report.updated) == (2, 0, 2)
    assert report.is_complete
    assert report.reconciles
    assert read_user_rows(client.administration.export_users()) == exported


def test_part_of_the_users_is_exported(client: Client) -> None:
    assert [row.username for row in read_user_rows(client.administration.export_users(limit=1, offset=1))] == [
        "sam@example.com"
    ]


def test_rejected_rows_are_reported_with_their_users(emulator: Emulator, client: Client) -> None:
    rows = [
        UserRow(username="eve@example.com", first_name="Eve\nMarie", last_name='D"oe', licenses=("Reporting", "Basic")),
        UserRow(username="nobody", first_name="No", last_name="Body", licenses=("Basic",)),
        UserRow(username="ada@example.com", first_name="Ada", last_name="King", licenses=("Basic",)),
    ]
    report = client.administration.import_users(rows)
    assert (report.rows, report.accepted, report.created, report.updated) == (3, 2, 1, 1)
    (rejected,) = report.rejected
    assert (rejected.line, rejected.username) == (4, "nobody")
    assert "nobody" in str(report)
    assert not report.is_complete
    assert report.reconciles
    eve = emulator.tenant.users[-1]
    assert (eve.first_name, eve.last_name, eve.licenses) == ("Eve\nMarie", 'D"oe', ("Reporting", "Basic"))
    assert emulator.tenant.users[0].last_name == "King"


def test_a_file_may_be_text(client: Client) -> None:
    text = HEADER + 'eve@example.com,Eve,Doe,"Reporting,Basic"\n'
    assert str(client.administration.import_users(text)) == "1 created, 0 updated, 0 rejected"
    assert str(client.administration.import_users(text.encode())) == "0 created, 1 updated, 0 rejected"


WRONG: list[tuple[Any, type[Exception], str]] = [
    (None, TypeError, "users"),
    ([], ValueError, "1 to 500 rows"),
    (HEADER, ValueError, "1 to 500 rows"),
    ("", ValueError, "CSV"),
    ("a,b\n1,2\n", ValueError, "columns"),
    (HEADER + "a@example.com,A,B\n", ValueError, "row 2 must have 4 cells"),
    (HEADER + "a@example.com,A,,Basic\n", ValueError, r"users\[0\].last_name must not be empty"),
    (HEADER + "a@example.com,A,B,\n", ValueError, r"users\[0\].licenses must not be empty"),
    (HEADER + "a@x.y,A,B,C\nA@x.y,A,B,C\n", ValueError, r"users\[1\].username must not occur twice"),
    (HEADER + "".join(f"a{n}@x.y,A,B,C\n" for n in range(501)), ValueError, "501"),
    ([{"username": "a"}], TypeError, r"users\[0\] must be a UserRow"),
    ([UserRow(username="a", first_name="A", last_name="B", licenses=("x,y",))], ValueError, "without commas"),
    (b"\xff\xfe", ValueError, "CSV|utf-8"),
]


@pytest.mark.parametrize(("users", "error", "message"), WRONG)
def test_what_is_wrong_is_an_error_before_any_request(
    emulator: Emulator, client: Client, users: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        client.administration.import_users(users)
    with pytest.raises(ValueError, match="limit"):
        client.administration.export_users(limit=0)
    assert emulator.exchanges == []


def test_500_rows_are_imported(client: Client) -> None:
    rows = [UserRow(username=f"a{n}@x.y", first_name="A", last_name="B", licenses=("C",)) for n in range(500)]
    assert (client.administration.import_users(rows)).created == 500


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_user_without_the_role_is_rejected_in_each_way_that_was_seen(emulator: Emulator, status: Any) -> None:
    emulator.administration_denial = status
    sam = emulator.tenant.users[1]
    expected = {401: Exception, 403: PermissionDeniedError, 500: ServerError}[status]
    with Client(user_email=sam.email, password=sam.password, base_url=emulator.url, retry_count=0) as client:
        with pytest.raises(expected, match="Tenant Administrator"):
            client.administration.export_users()
