"""Where each region serves its APIs."""

from typing import Any

import pytest

from anaplan_client.core.hosts import REGIONS, base_urls

SHARED = ("api", "auth", "us1a.app")
# Region, and the part before .anaplan.com of its api, auth and app hosts.
HOSTS = [
    (None, *SHARED),
    ("us1", *SHARED),
    ("us2", *SHARED),
    ("us5", *SHARED),
    ("us7", *SHARED),
    ("eu1", *SHARED),
    ("eu2", *SHARED),
    ("eu4", *SHARED),
    ("ap1", *SHARED),
    ("us9", "us9.api", "us9.auth", "us9.app"),
    ("eu3", "eu3.api", "eu3.auth", "eu3.app"),
    ("eu5", "eu5.api", "eu5.auth", "eu5.app"),
    ("gb1", "gb1.api", "gb1.auth", "gb1.app"),
    ("sg1", "sg1.api", "sg1.auth", "sg1.app"),
    ("ae1", "ae1.api", "ae1.auth", "ae1.app"),
    ("in1", "in1.api", "in1.auth", "in1.app"),
    ("id1", "id1.api", "id1.auth", "id1.app"),
    ("me1", "me1.api", "me1.auth", "me1.app"),
    ("ca1", "ca1a.api", "ca1a.auth", "ca1a.app"),
    ("au1", "au1a.api2", "au1a.app2", "au1a.app2"),
]

# By the host of the main API: those of CloudWorks that are not a path below it.
CLOUDWORKS = {
    "api": "https://api.cloudworks.anaplan.com",
    "au1a.api2": "https://api.cloudworks.au1a.app2.anaplan.com",
}


@pytest.mark.parametrize(("region", "api", "auth", "app"), HOSTS)
def test_a_region_has_its_hosts(region: str | None, api: str, auth: str, app: str) -> None:
    assert base_urls(region) == {
        "api": f"https://{api}.anaplan.com",
        "auth": f"https://{auth}.anaplan.com",
        "app": f"https://{app}.anaplan.com",
        "audit": "https://audit.anaplan.com",
        "cloudworks": CLOUDWORKS.get(api, f"https://{api}.anaplan.com/cloudworks"),
    }


def test_the_table_above_has_every_region() -> None:
    assert {row[0] for row in HOSTS} == {None, *REGIONS}
    assert len(REGIONS) == len(set(REGIONS))


@pytest.mark.parametrize("region", ["EU3", " eu3", "eU3\n", "EU 3", "e u\t3 ", "eu\u00a03"])
def test_case_and_spaces_of_a_region_do_not_matter(region: str) -> None:
    assert base_urls(region) == base_urls("eu3")


@pytest.mark.parametrize("region", ["", "eu", "us1a", "au1a", "ca1a", "eu3.", "evil.example/", "eu33", "us-1"])
def test_an_unknown_region_is_rejected_with_those_that_are_known(region: str) -> None:
    with pytest.raises(ValueError, match=r"region must be one of .*us1.*ca1.*au1"):
        base_urls(region)


@pytest.mark.parametrize(
    ("region", "meant"),
    [
        ("us1a", "us1"),
        ("ca1a", "ca1"),
        ("eu33", "eu3"),
        ("GB-1", "gb1"),
        ("aws-eu3", "eu3"),
        ("https://EU3.app.anaplan.com/", "eu3"),
        ("ca1a.api", "ca1"),
    ],
)
def test_an_unknown_region_is_rejected_with_the_one_that_it_resembles(region: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"did you mean '{meant}'"):
        base_urls(region)


@pytest.mark.parametrize("wrong", [3, b"eu3", ["eu3"]])
def test_a_region_or_base_url_of_another_type_is_rejected(wrong: Any) -> None:
    with pytest.raises(TypeError, match="region must be a string"):
        base_urls(wrong)
    with pytest.raises(TypeError, match="base_url must be a string"):
        base_urls(base_url=wrong)


@pytest.mark.parametrize(
    "path",
    [
        "/2/0",
        "/2/0/",
        "/1/3",
        "/2/1/audit",
        "/gateway/2/0",
        "/token",
        "/token/authenticate",
        "/oauth/token",
        "/Token",
        "//2//0",
        "/2%2F0",
        "/%32/0",
        "/2/0;x",
        "/scim/1/0/v2",
        "/admin/1/0",
        "/audit/api/1",
        "/gate/TOKEN/",
    ],
)
def test_a_base_url_with_the_path_of_an_api_is_rejected(path: str) -> None:
    with pytest.raises(ValueError, match="base_url must not have the path of an API"):
        base_urls(base_url=f"https://api.anaplan.com{path}")


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://gateway.test/anaplan/", "https://gateway.test/anaplan"),
        ("https://gateway.test//", "https://gateway.test"),
        ("HTTPS://gateway.test", "https://gateway.test"),
        ("Http://gateway.test", "http://gateway.test"),
        ("https://gateway.test/v2.0", "https://gateway.test/v2.0"),
        ("https://gateway.test/tokens/2", "https://gateway.test/tokens/2"),
        ("https://my_gate.test./a.b", "https://my_gate.test./a.b"),
    ],
)
def test_one_base_url_serves_every_api(given: str, origin: str) -> None:
    assert base_urls(base_url=given) == dict.fromkeys(["api", "auth", "app", "audit", "cloudworks"], origin)


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "localhost:8080",
        "localhost",
        "//localhost",
        "/anaplan",
        "http://",
        "http:localhost",
        "ftp://localhost",
        "file:///etc/passwd",
        "http://localhost?x=y",
        "http://localhost#x",
        "http://localhost/..",
        "http://localhost/a/%2e%2e/b",
        "http://localhost/.",
        "http://%00",
        "http://a..b",
        "http://.a",
        "http://*",
        "http://a<b",
        "http://a|b",
        "http://a,b",
        "http://a%2eb",
        "http://a\u3002b",
        "http://" + "a" * 64,
        "http://g\u00e4te.test",
    ],
)
def test_a_base_url_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        base_urls(base_url=given)


@pytest.mark.parametrize(
    "given",
    ["http://:8080", "http://localhost:abc", "http://localhost:99999", "http://[::1", "http://a b", "http://a\n"],
)
def test_a_base_url_without_a_usable_host_and_port_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        base_urls(base_url=given)


@pytest.mark.parametrize("given", ["http://localhost?", "http://localhost#"])
def test_a_base_url_with_an_empty_query_or_fragment_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        base_urls(base_url=given)


@pytest.mark.parametrize("given", ["http://someone:else@localhost", "http://someone@localhost", "http://@localhost"])
def test_a_base_url_with_a_user_is_refused(given: str) -> None:
    # It would sign the requests in place of the token, and be shown in the log of httpx.
    with pytest.raises(ValueError, match="base_url"):
        base_urls(base_url=given)


def test_a_refused_base_url_is_not_repeated() -> None:
    for given in ("ftp://user:canary@localhost", "http://user:canary@localhost", "http://localhost:canary"):
        with pytest.raises(ValueError, match="base_url") as raised:
            base_urls(base_url=given)
        assert "canary" not in str(raised.value)


def test_a_region_and_a_base_url_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="must not both be given"):
        base_urls("eu3", "http://localhost")
