"""Classes that several APIs have in common exist once."""

from pathlib import Path

import pytest

from anaplan_client import alm, authentication, integration
from generator.render.common import COMMON, HEADER, share_models

IMPORT = "from .{} import {}\n"


@pytest.mark.parametrize("name", ["Meta", "Paging", "Status"])
def test_the_envelope_of_alm_and_integration_is_one(name: str) -> None:
    assert getattr(alm.models, name) is getattr(integration.models, name)
    assert getattr(alm.models, name).__module__.startswith("anaplan_client.common.models.")


def test_a_class_of_the_same_name_with_other_fields_stays() -> None:
    assert authentication.models.Meta is not alm.models.Meta
    assert authentication.models.Meta(validation_url="x").validation_url == "x"
    page = alm.models.RevisionsResponse.from_dict(
        {"meta": {"paging": {"currentPageSize": 1, "offset": 0, "totalSize": 1}}}
    )
    assert page.meta is not None
    assert isinstance(page.meta.paging, integration.models.Paging)


def share(tmp_path: Path, **apis: dict[str, str]) -> tuple[list[Path], dict[str, str]]:
    """Share the classes of packages, given by their modules, and return every file without its header."""
    for api, modules in apis.items():
        for module, code in {"__init__": "", **modules}.items():
            path = tmp_path / f"anaplan_client/{api}/models/{module}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(HEADER.format(f"openapi/anaplan_{api}.yaml") + code, encoding="utf-8")
    folders = share_models(tmp_path, [Path(f"anaplan_client/{api}") for api in apis])
    files = (tmp_path / "anaplan_client").rglob("*.py")
    return folders, {
        path.relative_to(tmp_path / "anaplan_client").as_posix(): path.read_text(encoding="utf-8") for path in files
    }


def test_equal_code_is_moved_and_its_name_stays(tmp_path: Path) -> None:
    status = "class Status:\n    pass\n"
    folders, files = share(tmp_path, one={"status": status}, two={"status": status}, three={"other": status})
    assert folders == [COMMON]
    assert files["common/models/status.py"] == (
        HEADER.format("openapi/anaplan_one.yaml and openapi/anaplan_two.yaml") + status
    )
    for api in ("one", "two"):
        assert files[f"{api}/models/status.py"].startswith(HEADER.format(f"openapi/anaplan_{api}.yaml"))
        assert "from ...common.models.status import Status\n" in files[f"{api}/models/status.py"]
    assert files["three/models/other.py"].endswith(status)


def test_different_code_stays_where_it_is(tmp_path: Path) -> None:
    one, two = "class Status:\n    code: int\n", "class Status:\n    code: str\n"
    folders, files = share(tmp_path, one={"status": one}, two={"status": two})
    assert folders == []
    assert files["one/models/status.py"].endswith(one)
    assert files["two/models/status.py"].endswith(two)
    assert not (tmp_path / COMMON).exists()


@pytest.mark.parametrize("equal", [True, False])
def test_a_class_is_common_only_if_all_that_it_uses_is(tmp_path: Path, equal: bool) -> None:
    meta = IMPORT.format("paging", "Paging") + "class Meta:\n    pass\n"
    paging = IMPORT.format("unit", "Unit") + "class Paging:\n    pass\n"
    units = ["class Unit:\n    a = 1\n", "class Unit:\n    a = 1\n" if equal else "class Unit:\n    a = 2\n"]
    one, two = ({"meta": meta, "paging": paging, "unit": unit} for unit in units)
    folders, files = share(tmp_path, one=one, two=two)
    assert folders == ([COMMON] if equal else [])
    assert ("common/models/meta.py" in files) is equal
    assert (meta in files["one/models/meta.py"]) is not equal


def test_of_several_kinds_of_one_name_the_first_is_common(tmp_path: Path) -> None:
    kinds = ["class Meta:\n    a = 1\n", "class Meta:\n    a = 2\n"]
    apis = {f"api{index}": {"meta": kinds[index % 2]} for index in range(4)}
    _, files = share(tmp_path, **apis)
    assert files["common/models/meta.py"].endswith(kinds[0])
    assert all(files[f"api{index}/models/meta.py"].endswith(kinds[1]) for index in (1, 3))


def test_what_is_no_class_stays(tmp_path: Path) -> None:
    folders, _ = share(tmp_path, one={"shape": "Shape = int | str\n"}, two={"shape": "Shape = int | str\n"})
    assert folders == []
