"""What a comparison report says: changes, their risks and their counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anaplan_client.alm.models import ChangeCounts, SummaryReport
from anaplan_ext import Change, ComparisonReport, find_count_differences, find_risks
from anaplan_ext.alm.changes import RISKS
from anaplan_ext.alm.report_words import read_change_text, singularize

from .test_comparison_report import SAMPLE, report


def changes_in(title: str, header: str, *rows: str) -> tuple[Change, ...]:
    return ComparisonReport.parse(report(f"=== {title} ===", header, *rows, "")).changes


def test_the_changes_of_the_published_sample() -> None:
    changes = ComparisonReport.parse(SAMPLE).changes
    assert [(change.action, change.kind, change.module, change.name, change.position) for change in changes] == [
        ("added", "list", "", "Aircraft types", "After Airlines"),
        ("added", "module", "", "Delays", "After Flights"),
        ("changed", "role", "", "Planner", ""),
        ("added", "list item", "Airports", "EWR, JFK", ""),
        ("added", "list property", "Airports", "Country", ""),
        ("deleted", "list property", "Airports", "City", ""),
        ("added", "line item", "Delays", "Average delay", ""),
    ]
    assert changes[1].new["Applies To"] == "Airports"
    assert changes[2].detail == "Module access: Delays Read"
    assert [change.name for change in changes if change.loses_data] == ["City"]


def test_the_counts_of_the_published_sample() -> None:
    report = ComparisonReport.parse(SAMPLE)
    zero = ChangeCounts(created=0, modified=0, deleted=0)
    assert report.counts == SummaryReport(
        totals=ChangeCounts(created=3, modified=2, deleted=0),
        differences={
            "lists": ChangeCounts(created=1, modified=1, deleted=0),
            "modules": ChangeCounts(created=1, modified=0, deleted=0),
            "rolesContents": ChangeCounts(created=0, modified=1, deleted=0),
            "lineItems": ChangeCounts(created=1, modified=0, deleted=0),
        },
    )
    assert ComparisonReport.parse(report.write()[: report.write().index(b"===")]).counts == SummaryReport(
        totals=zero, differences={}
    )


@pytest.mark.parametrize(
    ("title", "kind", "action"),
    [
        ("LISTS ADDED", "list", "added"),
        ("LINE ITEMS DELETED", "line item", "deleted"),
        ("LINE ITEM SUBSETS MOVED", "line item subset", "moved"),
        ("IMPORT DATA SOURCES CHANGED", "import data source", "changed"),
        ("PROCESSES ADDED", "process", "added"),
        ("HIERARCHIES CREATED", "hierarchy", "added"),
        ("Saved Views Removed", "saved view", "deleted"),
        ("LISTS RENAMED", "list", "changed"),
        ("BRANCHES REORDERED", "branch", "moved"),
        ("MODEL CALENDAR", "model calendar", "changed"),
        ("ACCESS CHANGED", "access", "changed"),
    ],
)
def test_kind_and_action_are_those_of_the_title(title: str, kind: str, action: str) -> None:
    (change,) = changes_in(title, "Name\tNotes", "A\tB")
    assert (change.kind, change.action, change.name) == (kind, action, "A")


def test_old_and_new_values() -> None:
    row = "Flights\tDelay\tFormula: IF A > 0; B -> IF A -> B; Format: Number -> Text; Name: - -> Delay"
    (change,) = changes_in("LINE ITEMS CHANGED", "Module\tLine Item\tChanges", row)
    assert change.module == "Flights"
    assert change.old == {"Formula": "IF A > 0; B", "Format": "Number", "Name": ""}
    assert change.new == {"Formula": "IF A -> B", "Format": "Text", "Name": "Delay"}
    assert change.detail == row.split("\t")[2]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Module\tLine Item\tProperty\tOld Value\tNew Value", "M\tL\tFormula\tA\tB"),
        ("Module\tLine Item\tOld Formula\tNew Formula", "M\tL\tA\tB"),
        ("Module\tLine Item\tPrevious Formula\tCurrent Formula", "M\tL\tA\tB"),
        ("Module\tLine Item\tChanges", "M\tL\tFormula: A -> B"),
    ],
)
def test_values_of_unpublished_columns(header: str, row: str) -> None:
    (change,) = changes_in("LINE ITEMS CHANGED", header, row)
    assert (change.old, change.new) == ({"Formula": "A"}, {"Formula": "B"})
    assert find_risks(change) == ("changes formula",)


@pytest.mark.parametrize(
    ("header", "row", "old", "new"),
    [
        ("Name\tProperty\tOld Value\tNew Value", "A\tFormula\t-\tB", {}, {"Formula": "B"}),
        ("Name\tProperty\tOld Value\tNew Value", "A\tFormula\tB\t-", {"Formula": "B"}, {}),
        ("Name\tProperty\tNotes", "A\tFormula\tB", {}, {"Property": "Formula", "Notes": "B"}),
        ("Name\tOld Value\tNew Value", "A\tx\ty", {"Value": "x"}, {"Value": "y"}),
    ],
)
def test_no_value_is_left_out(header: str, row: str, old: dict[str, str], new: dict[str, str]) -> None:
    (change,) = changes_in("LINE ITEMS CHANGED", header, row)
    assert (change.old, change.new) == (old, new)


def test_a_text_next_to_other_columns_is_searched_for_risks() -> None:
    (change,) = changes_in("LINE ITEMS CHANGED", "Name\tChanges\tTags", "A\tThe formula was changed\tnew")
    assert find_risks(change) == ("changes formula",)


def test_a_new_formula_overwrites_data() -> None:
    (change,) = changes_in("LINE ITEMS CHANGED", "Name\tOld Formula\tNew Formula", "A\t-\tB")
    assert find_risks(change) == ("overwrites data", "changes formula")


def test_a_deleted_object_has_its_values_before() -> None:
    (change,) = changes_in("LISTS DELETED", "Name\tNotes\tTags", "A\told\t-")
    assert (change.old, change.new) == ({"Notes": "old"}, {})


@pytest.mark.parametrize(
    ("header", "row", "name", "new"),
    [
        ("Name", "A\tB\t\tD", "A", {"Cell 2": "B", "Cell 4": "D"}),
        ("Module\tLine Item\tNotes", "A", "A", {}),
        ("Name\tNotes", "-\t-", "-", {}),
    ],
)
def test_invalid_rows_are_changes_too(header: str, row: str, name: str, new: dict[str, str]) -> None:
    (change,) = changes_in("LINE ITEMS ADDED", header, row)
    assert (change.name, change.new) == (name, new)


def test_changes_within_lists() -> None:
    header = "List\tItems Added/Moved\tItems Deleted\tItems Changed\tProperties Changed\tNotes"
    changes = changes_in("CHANGES WITHIN LISTS", header, "A\t12\tx, y\t-\tRank\tnew", "B\t-\t-\t-\t-\t-", "C\t-\t-")
    assert [(change.kind, change.action, change.name, change.module) for change in changes] == [
        ("list item", "added", "12", "A"),
        ("list item", "deleted", "x, y", "A"),
        ("list property", "changed", "Rank", "A"),
        ("list note", "changed", "new", "A"),
        ("list", "changed", "B", ""),
        ("list", "changed", "C", ""),
    ]
    assert changes[0].detail == "Items Added/Moved: 12"
    assert [change.loses_data for change in changes] == [False, True, True, False, False, False]


def change(kind: str, action: str, detail: str = "") -> Change:
    old, new = read_change_text(detail)
    return Change(kind=kind, action=action, name="A", old=old, new=new, detail=detail)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "risks"),
    [
        *((change(kind, "deleted"), "deletes data") for kind in ("list", "module", "line item", "list item")),
        *((change(kind, "deleted"), "deletes data") for kind in ("list property", "version", "time range")),
        *((change(kind, "deleted"), "") for kind in ("role", "action", "saved view", "dashboard")),
        *((change(kind, "added"), "") for kind in ("list", "line item", "list item", "list property")),
        *((change(kind, "moved"), "") for kind in ("list", "line item", "formula")),
        (change("list property", "changed"), "changes format"),
        (change("line item", "changed", "Format: Number -> Text"), "changes format"),
        (change("line item", "changed", "Data Type: Number -> Text"), "changes format"),
        (change("line item", "changed", "Applies To: A -> B"), "changes dimensions"),
        (change("module", "changed", "Time Scale: Month -> Year"), "changes dimensions"),
        (change("module", "changed", "Versions: All -> -"), "changes dimensions"),
        (change("line item", "changed", "Formula: A -> B"), "changes formula"),
        (change("line item", "changed", "Formula: A -> -"), "changes formula"),
        (change("line item", "changed", "Formula: - -> A"), "overwrites data, changes formula"),
        (change("line item", "changed", "Format: A -> B; Formula: C -> D"), "changes format, changes formula"),
        (change("line item", "changed", "Notes: Format -> Formula"), ""),
        (change("line item", "changed", "The formula was changed"), "changes formula"),
        (change("line item", "changed", "Information was changed"), ""),
        (change("role", "changed", "Format: A -> B"), ""),
        (change("formula", "changed", "A -> B"), "changes formula"),
        (change("formula", "deleted"), "changes formula"),
        (change("formula", "added"), "overwrites data, changes formula"),
    ],
)
def test_risks(changed: Change, risks: str) -> None:
    assert ", ".join(find_risks(changed)) == risks
    assert changed.loses_data == (risks not in ("", "changes formula"))
    assert set(find_risks(changed)) <= set(RISKS)


def test_what_is_changed_and_moved_is_modified_once() -> None:
    header = "Module\tLine Item"
    lines = [
        *("=== LINE ITEMS CHANGED ===", f"{header}\tChanges", "M\tA\tx", "M\tB\tx", "N\tA\tx", ""),
        *("=== LINE ITEMS MOVED ===", f"{header}\tPosition", "M\tB\tAfter", "M\tC\tAfter", ""),
        *("=== LISTS CHANGED ===", "Name\tChanges", "L\tx", ""),
        *("=== CHANGES WITHIN LISTS ===", "List\tItems Deleted", "L\tx", "K\tx", ""),
    ]
    counts = ComparisonReport.parse(report(*lines)).counts
    assert counts.totals == ChangeCounts(created=0, modified=6, deleted=0)
    assert counts.differences is not None
    assert {kind: found.modified for kind, found in counts.differences.items()} == {"lineItems": 4, "lists": 2}


def test_differences_from_the_summary_report() -> None:
    ours = ComparisonReport.parse(SAMPLE).counts
    assert find_count_differences(ours, ours) == ()
    differences = {
        **(ours.differences or {}),
        "lists": ChangeCounts(created=2, modified=1),
        "notes": ChangeCounts(deleted=1),
    }
    theirs = SummaryReport(totals=ChangeCounts(created=3, modified=2), differences=differences)
    assert find_count_differences(ours, theirs) == (
        "lists created: 1 in the report, 2 in the summary",
        "notes deleted: 0 in the report, 1 in the summary",
    )
    assert find_count_differences(ours, SummaryReport())[-1] == "totals modified: 2 in the report, 0 in the summary"


@pytest.mark.parametrize("text", ["", "Formula", "Formula: A", "A -> B", ": A -> B"])
def test_other_texts_have_no_values(text: str) -> None:
    assert read_change_text(text) == ({}, {})


WORD = st.text(alphabet="ab -:é\n", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(st.dictionaries(st.sampled_from(["Formula", "Format", "Name"]), st.tuples(WORD, WORD), min_size=1))
def test_values_are_read_as_they_were_written(values: dict[str, tuple[str, str]]) -> None:
    text = "; ".join(f"{name}: {old} -> {new}" for name, (old, new) in values.items())
    old, new = read_change_text(text)
    empty = {"-": ""}
    assert old == {name: empty.get(before, before) for name, (before, _) in values.items()}
    assert new == {name: empty.get(after, after) for name, (_, after) in values.items()}


@given(st.text(max_size=20))
def test_any_word_has_a_singular(word: str) -> None:
    assert singularize(singularize(word) + "s") in (singularize(word), singularize(word) + "s")
