"""Options of a reader and a writer: none is a secret."""

import pytest

from anaplan_ext.spark.options import ReadOptions, WriteOptions, read_options, write_options

EXPORT = {"model": "Planning", "export": "Sales"}
LOAD = {"model": "Planning", "file": "sales.csv", "process": "Nightly"}


def test_the_options_of_a_reader() -> None:
    assert read_options(EXPORT) == ReadOptions({}, "Planning", None, "Sales")
    assert read_options(EXPORT).chunks == 8
    more = {"workspace": "W", "run": "FALSE", "types": '{"code": "text"}', "chunks": "2", "max_row_bytes": "99"}
    sign_in = {"profile": "prod", "rate_limit_shared": "redis://cache:6379/0"}
    assert read_options({**EXPORT, **more, **sign_in}) == ReadOptions(
        sign_in, "Planning", "W", "Sales", False, {"code": "text"}, 2, 99
    )
    assert read_options({key.upper(): value for key, value in EXPORT.items()}) == read_options(EXPORT)


def test_the_options_of_a_writer() -> None:
    assert write_options(LOAD) == WriteOptions({}, "Planning", None, "sales.csv", "Nightly", None)
    by_import = {"model": "Planning", "file": "sales.csv", "import": "Sales", "run": "false"}
    assert write_options(by_import) == WriteOptions({}, "Planning", None, "sales.csv", None, "Sales", False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"export": "Sales"}, "the option model must be set"),
        ({"model": "Planning"}, "the option export must be set"),
        ({**EXPORT, "export": " "}, "the option export must be set"),
        ({**EXPORT, "exports": "Sales"}, r"options must be among export, .* \(got 'exports'\)"),
        ({**EXPORT, "run": "yes"}, r"the option run must be true or false \(got 'yes'\)"),
        ({**EXPORT, "chunks": "0"}, "the option chunks must be a whole number greater than 0"),
        ({**EXPORT, "chunks": "-1"}, "the option chunks must be a whole number greater than 0"),
        ({**EXPORT, "max_row_bytes": "1e6"}, "the option max_row_bytes must be a whole number greater than 0"),
        ({**EXPORT, "types": "amount: text"}, "the option types must be a JSON object"),
        ({**EXPORT, "types": '["text"]'}, "the option types must be a JSON object"),
        ({**EXPORT, "types": '{"amount": 1}'}, "the option types must be a JSON object"),
        ({**EXPORT, "types": '{"amount": "float"}'}, r"types must be among text, .* \(got 'float' for 'amount'\)"),
    ],
)
def test_a_wrong_option_of_a_reader_is_an_error(options: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_options(options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"file": "sales.csv", "process": "Nightly"}, "the option model must be set"),
        ({"model": "Planning", "process": "Nightly"}, "the option file must be set"),
        ({"model": "Planning", "file": "sales.csv"}, "exactly one of the options process and import must be set"),
        ({**LOAD, "import": "Sales"}, "exactly one of the options process and import must be set"),
        ({**LOAD, "chunks": "2"}, "options must be among file"),
    ],
)
def test_a_wrong_option_of_a_writer_is_an_error(options: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write_options(options)


@pytest.mark.parametrize(
    "name",
    [
        *["token", "TOKEN", "password", "user", "certificate", "private_key", "private_key_password"],
        *["oauth_client_secret", "oauth_refresh_token", "keyring"],
    ],
)
def test_a_secret_is_no_option(name: str) -> None:
    for check, options in ((read_options, EXPORT), (write_options, LOAD)):
        with pytest.raises(ValueError, match=f"{name} must not be an option") as caught:
            check({**options, name: "hunter2"})
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "url"), [("rate_limit_shared", "redis://:hunter2@cache:6379/0"), ("base_url", "https://me:hunter2@host")]
)
def test_a_url_has_no_password(name: str, url: str) -> None:
    for check, options in ((read_options, EXPORT), (write_options, LOAD)):
        with pytest.raises(ValueError, match=f"the option {name} must have no password") as caught:
            check({**options, name: url})
        assert "hunter2" not in str(caught.value)
