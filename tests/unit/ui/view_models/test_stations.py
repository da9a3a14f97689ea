"""The four stations' words, for each kind of report, with the numbers of the report itself."""

from __future__ import annotations

from tests.unit.ui.states import NUMBERS, snapshot
from tests.unit.ui.view_models.test_report import shown
from ui.view_models import ledger, report, stations
from ui.view_models.stations import Kind


def test_the_followed_question_is_named_at_its_place_among_the_bits() -> None:
    found = shown()
    first = 1
    for group in found.bits:
        title = stations.title_of(found, group.id)
        said = stations.bits(found, group.id, NUMBERS).text
        last = first + len(group.bits) - 1
        assert f"**{title}** is numbers {first} to {last} of {found.length}." in said
        assert f"**{title}**" in stations.answers(found, group.id).text
        first = last + 1
    assert "numbers" not in stations.bits(found, "nothing.such", NUMBERS).text


def test_the_first_station_counts_questions_and_answers() -> None:
    found = shown()
    said = stations.answers(found, found.example).text
    assert f"All {found.questions} questions." in said and f"the {found.answered} answers" in said
    lit = sum(answer.lit is not None for group in found.groups for answer in group.answers)
    assert lit == found.answered


def test_zeros_are_called_zeros() -> None:
    zeros = shown()._replace(zeros=True, answered=0)
    said = stations.answers(zeros, zeros.example).text
    assert "Zeros stand in place" in said and "Follow" not in said


def test_a_report_of_another_catalogue_says_so() -> None:
    found = shown()._replace(groups=(), pieces={}, note="Another version's.", example="")
    assert stations.answers(found, "").text == "Another version's."
    assert "cannot be shown" in stations.pieces(found).text
    assert "**" not in stations.bits(found, "", NUMBERS).text


def test_only_what_was_recorded_is_called_so() -> None:
    found = shown()
    titles = {kind: stations.sealed(found, kind, NUMBERS).title for kind in Kind}
    assert len(set(titles.values())) == 3
    assert found.digest in stations.fingerprint(found, Kind.HELD)
    assert found.digest in stations.fingerprint(found, Kind.PAST)
    assert found.digest not in stations.fingerprint(found, Kind.PREVIEW)
    assert "thrown away" in stations.fingerprint(found, Kind.PREVIEW)
    assert len({stations.aside(kind) for kind in Kind}) == 3


def test_the_table_s_heads_name_question_and_operators() -> None:
    heads = stations.table(shown(), "app.crashes", "IT Operations", "Works council")
    assert heads == ("Program crashes", "IT Operations gets", "Works council gets", "Added")


def test_a_report_whose_bytes_went_keeps_its_fingerprint() -> None:
    seen = snapshot("normal")
    entries = ledger.ledger(seen, NUMBERS).entries
    gone = [entry for entry in entries if entry.row is None]
    assert gone
    recorded = {row.facts.get("body_sha256") for row in seen.book.rows if row.kind == "sealed"}
    for entry in gone:
        digest = ledger.digest(seen, entry)
        assert digest in recorded and f"`{digest}`" in stations.gone(entry, digest)
    assert ledger.digest(seen, gone[0]._replace(id="1")) == ""
    assert stations.gone(gone[0], "").endswith("fingerprint.")


def test_both_columns_are_about_as_tall_and_keep_their_order() -> None:
    groups = shown().groups
    left, right = report.columns(groups)
    assert (*left, *right) == tuple(range(len(groups))) and left and right
    assert report.columns(groups[:1]) == ((0,), ())
    assert report.columns(()) == ((), ())


def test_a_past_report_is_named_by_its_period_and_fate() -> None:
    entry = ledger.ledger(snapshot("normal"), NUMBERS).entries[1]
    assert stations.past_heading(entry) == ("The report of 5–11 Nov", f"{entry.what}, {entry.when}.")


def test_the_prime_is_not_broken() -> None:
    text = stations.pieces(shown()).text
    assert "2¹²⁸\N{NO-BREAK SPACE}−\N{NO-BREAK SPACE}7·2⁶⁶\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}1" in text
