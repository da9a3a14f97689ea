"""The closed list of products: what it may hold, and that nobody can add to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import policy as rules
from agent.errors import PolicyInvalid
from agent.policy import keys
from catalogue import layout
from catalogue.errors import CatalogueError
from catalogue.load import METRICS, SLOTS, load, read_metrics
from catalogue.slots import KINDS, MOST, read_slots
from tests.fakes import FakeEnv

SHIPPED = read_slots(METRICS.with_name(SLOTS))
ONE = """
[[slot]]
id = "one"
product = "The One"
kind = "mail"
publisher = "One Ltd"
programs = ["one", "one.exe"]
dpkg = ["one"]
rpm = []
flatpak = ["com.one.One"]
snap = []
macos = []
windows = ["The One"]
"""


def read(folder: Path, text: str) -> object:
    (folder / SLOTS).write_text(text, "utf-8")
    return read_slots(folder / SLOTS)


def test_the_shipped_list() -> None:
    assert list(SHIPPED) == ["firefox", "chrome", "edge", "thunderbird", "libreoffice", "office"]
    assert len(SHIPPED) <= MOST
    assert {slot.kind for slot in SHIPPED.values()} <= set(KINDS)


def test_every_product_has_one_metric_whose_title_names_it() -> None:
    for language in ("en", "de"):
        known = load(language)
        named = [metric for metric in known.metrics if metric.slot is not None]
        assert sorted(metric.slot.id for metric in named if metric.slot) == sorted(SHIPPED)
        for metric in named:
            assert metric.slot is not None
            assert metric.id.split(".")[1] == metric.slot.id
            title = known.texts[metric.id].title.partition(":")[0]
            assert title in metric.slot.product
            assert any(word in known.texts[metric.id].explanation for word in ("14", metric.slot.product[:7]))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('id = "one"', 'id = "One"', "slots.toml, One, id: must match"),
        ('kind = "mail"', 'kind = "health"', "kind: must be one of browser, mail, office"),
        ('kind = "mail"', "", "kind: is missing"),
        ("snap = []", "snap = []\nurl = 1", "url: is unknown"),
        ("snap = []", 'snpa = [""]', "snpa: is unknown.*snap"),
        ('["one", "one.exe"]', "[]", "programs: must name at least one"),
        ('["one", "one.exe"]', '["one", "one"]', "programs: names something twice"),
        ('["one", "one.exe"]', '["one,two"]', "programs: must be a list"),
        ('["one", "one.exe"]', '["*"]', "programs: must be a list"),
        ('["one", "one.exe"]', '["a=b"]', "programs: must be a list"),
        ('["one", "one.exe"]', '"one"', "programs: must be a list"),
        ('"One Ltd"', '"One\\nLtd"', "publisher: must match"),
        ("[[slot]]", "[slot]", "must be a list"),
        ("[[slot]]", "more = 1\n[[slot]]", "more: is unknown"),
        ("[[slot]]", "[[slot", "is no TOML"),
    ],
)
def test_what_is_odd_is_named(before: str, after: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=says):
        read(tmp_path, ONE.replace(before, after))


def test_twice_the_same_and_too_many(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="used twice"):
        read(tmp_path, ONE + ONE)
    with pytest.raises(CatalogueError, match="two, programs: one is another's already"):
        read(tmp_path, ONE + ONE.replace('"one"', '"two"', 1).replace('"one.exe"', '"ONE"'))
    many = "".join(
        ONE.replace('id = "one"', f'id = "x{i}"').replace('["one", "one.exe"]', f'["x{i}"]')
        for i in range(MOST + 1)
    )
    with pytest.raises(CatalogueError, match=f"at most {MOST}"):
        read(tmp_path, many)


def test_a_metric_of_a_product_needs_it_and_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "metrics.toml").write_text(METRICS.read_text("utf-8"), "utf-8")
    with pytest.raises(CatalogueError, match=r"id: firefox is no product of slots\.toml"):
        read_metrics(tmp_path / "metrics.toml")
    (tmp_path / SLOTS).write_text(METRICS.with_name(SLOTS).read_text("utf-8").replace('"edge"', '"egde"'))
    with pytest.raises(CatalogueError, match='did you mean "egde"'):
        read_metrics(tmp_path / "metrics.toml")
    text = METRICS.read_text("utf-8").replace('"app.edge.update_age"', '"app.edge_update_age"')
    (tmp_path / "metrics.toml").write_text(text)
    with pytest.raises(CatalogueError, match="egde: has no metric"):
        read_metrics(tmp_path / "metrics.toml")


class TestNobodyCanAdd:
    @pytest.fixture
    def env(self, tmp_path: Path) -> FakeEnv:
        return FakeEnv(tmp_path / "agent" / "state")

    def test_no_file_beside_state_policy_or_working_folder_is_looked_at(
        self, env: FakeEnv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = layout.digest(load(None).metrics)
        etc = env.directories.etc
        for folder in (tmp_path, etc, etc / "policy.d", env.state, tmp_path / "catalogue"):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / SLOTS).write_text(ONE)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("SHOAL_ROOT", str(tmp_path))
        monkeypatch.setenv("SHOAL_STATE", str(env.state))
        assert layout.digest(load(None).metrics) == before

    @pytest.mark.parametrize("key", ["slots", "slot", "products", "programs"])
    def test_no_policy_speaks_of_products(self, key: str, env: FakeEnv) -> None:
        assert not [each for each in keys.KEYS if key in str(each)]
        env.directories.etc.mkdir(parents=True)
        (env.directories.etc / "policy.toml").write_text(f'{key} = ["diary"]\n')
        with pytest.raises(PolicyInvalid, match=f"{key} is no policy key"):
            rules.load(env, {})

    def test_another_list_is_another_digest_so_no_task_can_mean_it(self, tmp_path: Path) -> None:
        """A task names its catalogue by digest alone; an agent answers for its own list only."""
        text = METRICS.with_name(SLOTS).read_text("utf-8")
        (tmp_path / "metrics.toml").write_text(METRICS.read_text("utf-8"), "utf-8")
        (tmp_path / SLOTS).write_text(text.replace('["firefox", "firefox-esr"]', '["firefox", "diary"]'))
        other = read_metrics(tmp_path / "metrics.toml")
        assert layout.digest(other) != layout.digest(load(None).metrics)
