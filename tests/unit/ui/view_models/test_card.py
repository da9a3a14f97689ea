from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.ui.states import NUMBERS, snapshot
from ui.view_models import card, health

ROWS = [row for c in health.page(snapshot("worst"), NUMBERS).categories for row in c.rows]


class Texts(HTMLParser):
    """The visible text, and whatever would be loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.loaded: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img", "link", "iframe") or {"src", "href", "style"} & {
            name for name, _ in attrs
        }:
            self.loaded.append(tag)


def read(page: str) -> Texts:
    parser = Texts()
    parser.feed(page)
    return parser


@given(st.sets(st.sampled_from([row.id for row in ROWS])))
def test_exactly_the_ticked_rows(ticked: set[str]) -> None:
    made = card.card(snapshot("worst"), ticked, NUMBERS)
    titles = [row.title for row in ROWS if row.id in ticked]
    assert [row.title for row in made.rows] == titles
    shown = read(card.html(made))
    assert not shown.loaded
    for row in ROWS:
        assert (row.title in shown.texts) is (row.id in ticked)
        assert (f"{row.title}: " in card.plain(made)) is (row.id in ticked)


def test_what_needs_attention_is_ticked_at_first_and_says_what_helps() -> None:
    choices = card.choices(snapshot("worst"), NUMBERS)
    assert [id for id, _, _ in choices] == [row.id for row in ROWS]
    ticked = [id for id, _, at_first in choices if at_first]
    assert ticked == [row.id for row in ROWS if row.verdict in ("bad", "warn")]
    made = card.card(snapshot("worst"), ticked, NUMBERS)
    assert all(row.fix for row in made.rows)
    assert not any(row.fix for row in card.card(snapshot("worst"), {"endpoint.uptime"}, NUMBERS).rows)


def test_it_names_nobody_and_says_when() -> None:
    import getpass
    import socket

    made = card.card(snapshot("normal"), {"endpoint.disk_free"}, NUMBERS)
    assert made.made.startswith("Made on 19 November at 11:20")
    for text in (card.html(made), card.plain(made)):
        assert socket.gethostname() not in text and f" {getpass.getuser()} " not in text
        assert "12 %" in text and "Warn" in text


def test_what_looks_like_markup_is_text() -> None:
    odd = card.Card(
        "<b>", "&", ("a", "b", "c", "d"), (card.Row("<i>x</i>", "1 < 2", "OK", "", "<script>", "ok"),), ""
    )
    assert "<script>" not in card.html(odd) and "&lt;i&gt;" in card.html(odd)


def test_commands_stand_out_on_paper_and_are_bare_in_text() -> None:
    made = card.card(snapshot("worst"), {"endpoint.firewall"}, NUMBERS)
    assert "`" in made.rows[0].fix
    assert "<code>sudo ufw enable</code>" in card.html(made)
    assert "sudo ufw enable" in card.plain(made) and "`" not in card.plain(made)
    assert "<code><" not in card.html(made._replace(rows=(made.rows[0]._replace(fix="`<b>`"),)))


def test_by_category_and_named_without_the_device() -> None:
    groups = card.groups(snapshot("normal"), NUMBERS)
    assert [group.title for group in groups] == ["Endpoint health", "Network connectivity", "App health"]
    assert all(row.value != "–" for group in groups for row in group.rows)
    assert card.groups(snapshot("off"), NUMBERS) == ()
    assert card.file_name("pdf") == "health-card.pdf"
