from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from catalogue import lock
from catalogue.errors import CatalogueError
from catalogue.load import METRICS, PLATFORMS, load, load_from
from catalogue.model import CATEGORIES, Catalogue

# A small, whole catalogue in the form of the shipped files, that each case below spoils in one place.
DISK = """
[[metric]]
id = "endpoint.disk"
probe = "storage"
unit = "%"
every = "5m"
statistic = "min"
window = "7d"
edges = [5, 10.5, 20]
warn = 20
bad = 5
better = "higher"
least = 2
weight = 2
platforms = ["linux", "windows"]
evidence = "J."
"""
SAFE = """
[[metric]]
id = "endpoint.safe"
probe = "security"
every = "1d"
statistic = "last"
window = "7d"
classes = ["on", "partial", "off"]
warn = "partial"
bad = "off"
weight = 1
platforms = ["linux"]
evidence = "J."
"""
COUNT = """
[[metric]]
id = "endpoint.bad_count"
unit = "1"
statistic = "derived"
edges = [1, 2]
warn = 1
bad = 2
better = "lower"
evidence = "J."
"""
TEXTS = """
[category]
endpoint = "Device"
network = "Network"
app = "Apps"

["endpoint.disk"]
title = "Disk"
explanation = "How much."
cannot_show = "Which."
fix = "Tidy."

["endpoint.safe"]
title = "Safe"
explanation = "Whether."
cannot_show = "How."
fix = "Lock."
classes = { on = "on", partial = "half", off = "off" }

["endpoint.bad_count"]
title = "Bad"
explanation = "How many."
cannot_show = "Which."
fix = "Look."
"""
LOCK = "# ids\nendpoint.disk\nendpoint.safe\nendpoint.bad_count\n"


def load_texts(
    folder: Path, *, metrics: str = DISK + SAFE + COUNT, texts: str = TEXTS, locked: str = LOCK
) -> Catalogue:
    (folder / "metrics.toml").write_text(metrics, "utf-8")
    (folder / "en.toml").write_text(texts, "utf-8")
    (folder / "catalogue.lock").write_text(locked, "utf-8")
    return load_from(folder / "metrics.toml", folder / "catalogue.lock", folder / "en.toml")


def test_a_whole_catalogue_loads(tmp_path: Path) -> None:
    found = load_texts(tmp_path)
    disk, safe, count = found.metrics
    assert disk.edges == (5.0, 10.5, 20.0)
    assert (disk.warn, disk.bad, disk.every, disk.window, disk.least) == (20.0, 5.0, 300, 7, 2)
    assert (safe.classes, safe.warn, safe.bad, safe.better) == (("on", "partial", "off"), 1.0, 2.0, "lower")
    assert (count.probe, count.every, count.window, count.weight) == ("", 0, 0, 0)
    assert found.texts["endpoint.safe"].classes["partial"] == "half"
    assert found.categories["app"] == "Apps"


def test_without_a_language_there_are_no_words() -> None:
    assert load(None).texts == {}
    assert load(None).metrics == load("en").metrics


LANGUAGES = sorted(path.stem for path in METRICS.with_name("texts").glob("*.toml"))


def facts(words: str) -> set[str]:
    """What a translation must not change: commands, and numbers however they are grouped."""
    figures = re.findall(r"\d+", re.sub(r"(?<=\d)[ ,.](?=\d{3})", "", words))
    return {*figures, *re.findall(r"`[^`]+`", words)}


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_translation_says_the_same(language: str) -> None:
    """Every word is there and was translated; numbers and commands are the English ones."""
    english, other = load("en"), load(language)
    assert set(other.categories) == set(english.categories)
    for id, words in english.texts.items():
        translated = other.texts[id]
        for field, said, there in zip(words._fields, words[:4], translated[:4], strict=False):
            assert facts(there) == facts(said), f"{language}, {id}, {field}"
            # some titles are names, the same everywhere
            assert field == "title" or there != said, f"{language}, {id}, {field} is still English"
        assert translated.classes.keys() == words.classes.keys()


def test_facts_sees_a_number_and_a_command_that_changed() -> None:
    assert facts("10,000 packets in 7 days") == facts("10 000 Pakete in 7 Tagen") != facts("1000 in 7 days")
    assert facts("`ufw enable`") != facts("`ufw status`")


# What is spoilt: (in the metrics: what is replaced by what; the metric and the key that the error must name,
# and words of it).
SPOILT: dict[str, tuple[str, str, str, str, str]] = {
    "unknown key": ("warn = 20", "warn = 20\nworn = 3", "endpoint.disk", "worn", 'did you mean "warn"'),
    "no id": ('id = "endpoint.disk"\n', "", "metric 1", "id", "missing"),
    "id without category": ('"endpoint.disk"', '"disk"', "disk", "id", "must match"),
    "id in capitals": ('"endpoint.disk"', '"endpoint.Disk"', "endpoint.Disk", "id", "must match"),
    "id too deep": ('"endpoint.disk"', '"endpoint.a.b.c"', "endpoint.a.b.c", "id", "must match"),
    "id used twice": ('"endpoint.safe"', '"endpoint.disk"', "endpoint.disk", "id", "twice"),
    "no probe": ('probe = "storage"\n', "", "endpoint.disk", "probe", "missing"),
    "probe with a dot": ('"storage"', '"sto.rage"', "endpoint.disk", "probe", "must match"),
    "unknown unit": ('unit = "%"', 'unit = "GB"', "endpoint.disk", "unit", "must be one of"),
    "a number without unit": ('unit = "%"\n', "", "endpoint.disk", "unit", "missing"),
    "unknown statistic": ('"min"', '"mni"', "endpoint.disk", "statistic", 'did you mean "min"'),
    "interval as a number": ('"5m"', "300", "endpoint.disk", "every", "duration"),
    "interval of nothing": ('"5m"', '"0m"', "endpoint.disk", "every", "duration"),
    "odd window": ('"7d"\nedges', '"8d"\nedges', "endpoint.disk", "window", "28d"),
    "window in hours": ('"7d"\nedges', '"1h"\nedges', "endpoint.disk", "window", "28d"),
    "edges fall": ("[5, 10.5, 20]", "[5, 20, 10.5]", "endpoint.disk", "edges", "must rise"),
    "edges repeat": ("[5, 10.5, 20]", "[5, 5, 20]", "endpoint.disk", "edges", "must rise"),
    "edges empty": ("[5, 10.5, 20]", "[]", "endpoint.disk", "edges", "non-empty"),
    "edges not a list": ("[5, 10.5, 20]", "5", "endpoint.disk", "edges", "non-empty"),
    "an edge is a text": ("10.5", '"ten"', "endpoint.disk", "edges", "number"),
    "an edge is a truth": ("10.5", "true", "endpoint.disk", "edges", "number"),
    "an edge is infinite": ("10.5", "inf", "endpoint.disk", "edges", "number"),
    "an edge is no number": ("10.5", "nan", "endpoint.disk", "edges", "number"),
    "an edge too fine": ("10.5", "10.12345678", "endpoint.disk", "edges", "plain decimal"),
    "an edge too large": ("20]", "20e12]", "endpoint.disk", "edges", "plain decimal"),
    "warn is no edge": ("warn = 20", "warn = 15", "endpoint.disk", "warn", "must be one of the edges"),
    "bad is no edge": ("bad = 5", "bad = 4", "endpoint.disk", "bad", "must be one of the edges"),
    "bad on the better side": ('"higher"', '"lower"', "endpoint.disk", "bad", "worse side"),
    "better unknown": ('"higher"', '"more"', "endpoint.disk", "better", "must be one of"),
    "no thresholds": ("warn = 20\nbad = 5\n", "", "endpoint.disk", "warn", "cannot fail"),
    "least is nothing": ("least = 2", "least = 0", "endpoint.disk", "least", "whole number"),
    "least is a truth": ("least = 2", "least = true", "endpoint.disk", "least", "whole number"),
    "weight too large": ("weight = 2", "weight = 4", "endpoint.disk", "weight", "whole number"),
    "no weight": ("weight = 2\n", "", "endpoint.disk", "weight", "missing"),
    "no platforms": ('["linux", "windows"]', "[]", "endpoint.disk", "platforms", "non-empty"),
    "unknown platform": ('"windows"', '"window"', "endpoint.disk", "platforms", 'mean "windows"'),
    "platform twice": ('"windows"', '"linux"', "endpoint.disk", "platforms", "twice"),
    "no evidence": ('"J."\n\n[[metric]]\nid = "endpoint.safe"', '" "\n\n[[metric]]\nid = "endpoint.safe"',
                    "endpoint.disk", "evidence", "where the thresholds come from"),
    "share not in percent": ('unit = "%"\nevery = "5m"\nstatistic = "min"',
                             'unit = "ms"\nevery = "5m"\nstatistic = "share"',
                             "endpoint.disk", "unit", "must be %"),
    "one class": ('["on", "partial", "off"]', '["on"]', "endpoint.safe", "classes", "two or more"),
    "a class twice": ('["on", "partial", "off"]', '["on", "on"]', "endpoint.safe", "classes", "twice"),
    "a class with a comma": ('["on", "partial", "off"]', '["on", "a,b"]', "endpoint.safe", "classes", "ma"),
    "warn is no class": ('warn = "partial"', 'warn = "partly"', "endpoint.safe", "warn", 'mean "partial"'),
    "bad is a number": ('bad = "off"', "bad = 2", "endpoint.safe", "bad", "must be one of the classes"),
    "bad is better than warn": ('warn = "partial"\nbad = "off"', 'warn = "off"\nbad = "partial"',
                                "endpoint.safe", "bad", "worse class"),
    "the best class is bad": ('warn = "partial"', 'warn = "on"', "endpoint.safe", "warn", "best class"),
    "no unit": ('classes = ["on"', 'unit = "%"\nclasses = ["on"', "endpoint.safe", "unit", "does"),
    "classes are the last": ('statistic = "last"', 'statistic = "min"', "endpoint.safe", "statistic", "last"),
    "derived is not read": ('"derived"\n', '"derived"\nprobe = "x"\n', "endpoint.bad_count", "probe", "do"),
    "derived and no count": ('"endpoint.bad_count"', '"endpoint.sum"', "endpoint.sum", "statistic", "only"),
    "an edge beyond any number": ("edges = [1, 2]", f"edges = [1, 1{'0' * 400}]",
                                  "endpoint.bad_count", "edges", "plain decimal"),
    "a weight that cannot be written out": ("weight = 2", f"weight = 0x{'f' * 4_000}",
                                            "endpoint.disk", "weight", "whole number"),
    "an endless duration": ('every = "5m"\nstatistic = "min"', f'every = "{"9" * 5_000}m"\nstatistic = "min"',
                            "endpoint.disk", "every", "duration"),
    "a half count": ("edges = [1, 2]", "edges = [1, 1.5, 2]", "endpoint.bad_count", "edges", "whole"),
    "a count from nothing": ("edges = [1, 2]", "edges = [0, 1, 2]", "endpoint.bad_count", "edges", "whole"),
    "unknown table": ("[[metric]]\nid = \"endpoint.disk\"", "[odd]\n[[metric]]\nid = \"endpoint.disk\"",
                      "", "odd", "unknown"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT)
def test_what_is_odd_is_refused_by_name(case: str, tmp_path: Path) -> None:
    old, new, metric, key, words = SPOILT[case]
    whole = DISK + SAFE + COUNT
    assert old in whole
    with pytest.raises(CatalogueError, match=re.escape(words)) as error:
        load_texts(tmp_path, metrics=whole.replace(old, new, 1))
    assert (error.value.file, error.value.metric, error.value.key) == ("metrics.toml", metric, key)


SPOILT_TEXTS: dict[str, tuple[str, str, str, str, str]] = {
    "a metric without texts": ('["endpoint.bad_count"]', '["endpoint.good_count"]', "endpoint.good_count", "",
                               'did you mean "endpoint.bad_count"'),
    "a word is missing": ('fix = "Lock."\n', "", "endpoint.safe", "fix", "missing"),
    "a word too much": ('fix = "Lock."', 'fix = "Lock."\nfixx = "."', "endpoint.safe", "fixx", 'mean "fix"'),
    "an empty word": ('"Lock."', '""', "endpoint.safe", "fix", "line of text"),
    "a word of two lines": ('"Lock."', '"Lock.\\nNow."', "endpoint.safe", "fix", "line of text"),
    "a number for a word": ('"Lock."', "1", "endpoint.safe", "fix", "line of text"),
    "no class labels": ('classes = { on = "on", partial = "half", off = "off" }\n', "", "endpoint.safe",
                        "classes", "missing"),
    "a class label is missing": ('partial = "half", ', "", "endpoint.safe", "partial", "missing"),
    "labels where there are no classes": ('fix = "Tidy."', 'fix = "Tidy."\nclasses = { a = "b" }',
                                          "endpoint.disk", "classes", "unknown"),
    "a fix is missing for a system": ('fix = "Tidy."', 'fix.linux = "Sweep."', "endpoint.disk", "windows",
                                      "missing"),
    "a fix for a system that it is not on": ('fix = "Lock."', 'fix = { linux = "Lock.", macos = "Bolt." }',
                                             "endpoint.safe", "macos", "unknown"),
    "an empty fix for a system": ('fix = "Lock."', 'fix.linux = ""', "endpoint.safe", "fix.linux",
                                  "line of text"),
    "a category is missing": ('app = "Apps"\n', "", "category", "app", "missing"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT_TEXTS)
def test_texts_are_exactly_those_needed(case: str, tmp_path: Path) -> None:
    old, new, metric, key, words = SPOILT_TEXTS[case]
    assert old in TEXTS
    with pytest.raises(CatalogueError, match=re.escape(words)) as error:
        load_texts(tmp_path, texts=TEXTS.replace(old, new, 1))
    assert (error.value.file, error.value.metric, error.value.key) == ("en.toml", metric, key)


@pytest.mark.parametrize(("here", "words"), [("linux", "Sweep."), ("windows", "Wipe."), ("macos", "Sweep.")])
def test_what_helps_fits_the_system(
    here: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalogue.load._HERE", here)
    texts = TEXTS.replace('fix = "Tidy."', 'fix.linux = "Sweep."\nfix.windows = "Wipe."')
    found = load_texts(tmp_path, texts=texts).texts
    assert found["endpoint.disk"].fix == words
    assert found["endpoint.disk"].fixes == {"linux": "Sweep.", "windows": "Wipe."}
    assert (found["endpoint.safe"].fix, found["endpoint.safe"].fixes) == ("Lock.", {})


FOREIGN = {
    "linux": r"Task.Manager|Activity Monitor|Aktivitätsanzeige|Windows|macOS|BitLocker|FileVault",
    "windows": r"systemctl|sudo|coredumpctl|Activity Monitor|Aktivitätsanzeige|macOS|Linux|FileVault|Finder",
    "macos": r"systemctl|sudo|coredumpctl|Task.Manager|Windows|Linux|BitLocker|services\.msc",
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("here", PLATFORMS)
def test_no_shipped_advice_names_another_system(
    here: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalogue.load._HERE", here)
    found = load(language)
    for metric in found.metrics:
        if here in metric.platforms:
            assert not re.search(FOREIGN[here], found.texts[metric.id].fix), metric.id


def test_a_metric_left_without_texts_is_named(tmp_path: Path) -> None:
    texts = TEXTS[: TEXTS.index('["endpoint.bad_count"]')]
    with pytest.raises(CatalogueError, match="no texts") as error:
        load_texts(tmp_path, texts=texts)
    assert error.value.metric == "endpoint.bad_count"


@pytest.mark.parametrize(
    ("locked", "metric", "words"),
    [
        ("endpoint.safe\nendpoint.disk\nendpoint.bad_count\n", "endpoint.disk", "reordered"),
        ("endpoint.disk\nendpoint.old\nendpoint.safe\nendpoint.bad_count\n", "endpoint.safe", "reordered"),
        ("endpoint.disk\nendpoint.old\nendpoint.bad_count\n", "endpoint.safe", "not in"),
        ("endpoint.disk\nendpoint.safe\n", "endpoint.bad_count", "catalogue.lock` "[:14]),
        (LOCK + "endpoint.more\n", "endpoint.more", "removed"),
    ],
)
def test_ids_are_the_locked_ones(locked: str, metric: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=re.escape(words)) as error:
        load_texts(tmp_path, locked=locked)
    assert (error.value.metric, error.value.key) == (metric, "id")


@pytest.mark.parametrize("spoilt", ["", "metric = 3", "metric = []", "metric = [1]"])
def test_no_metrics_at_all(spoilt: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as error:
        load_texts(tmp_path, metrics=spoilt)
    assert error.value.key == "metric"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"metrics\.toml: is no TOML"):
        load_texts(tmp_path, metrics="[[metric]")
    for endless in ("x = " + "[" * 10_000, "x = " + "9" * 5_000, "x = {" + "a={" * 10_000):
        with pytest.raises(CatalogueError, match=r"metrics\.toml: is no TOML"):
            load_texts(tmp_path, metrics=endless)
    with pytest.raises(CatalogueError, match=r"none\.toml: cannot be read"):
        load_from(tmp_path / "none.toml", lock.LOCK, None)
    (tmp_path / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(CatalogueError, match=r"bytes\.toml: cannot be read"):
        load_from(tmp_path / "bytes.toml", lock.LOCK, None)
    with pytest.raises(CatalogueError, match=r"xx\.toml: cannot be read"):
        load("xx")


# -- the shipped catalogue

SHIPPED = load()


def test_the_shipped_catalogue_has_what_a_first_task_needs() -> None:
    metrics = SHIPPED.metrics
    assert 26 <= len(metrics) <= 48
    assert {metric.category for metric in metrics} == set(CATEGORIES)
    assert [metric.id for metric in metrics if metric.is_derived] == [f"{c}.bad_count" for c in CATEGORIES]
    # Short tasks get the headline too, after enough metrics that it says something.
    assert {f"{c}.bad_count" for c in CATEGORIES} <= {metric.id for metric in SHIPPED.prefix(12)}
    for category in CATEGORIES:
        assert sum(metric.category == category for metric in SHIPPED.prefix(9)) >= 2


def test_no_metric_claims_a_platform_without_a_source() -> None:
    """On systems whose readings are written, or are being written: sources.toml says what was run."""
    assert {platform for metric in SHIPPED.metrics for platform in metric.platforms} <= set(PLATFORMS)


def test_the_words_are_words() -> None:
    titles = [texts.title for texts in SHIPPED.texts.values()]
    assert len(set(titles)) == len(titles)
    for id, texts in SHIPPED.texts.items():
        assert len(texts.title) <= 40, id
        for words in (texts.explanation, texts.cannot_show, texts.fix, *texts.fixes.values()):
            assert words.endswith("."), (id, words)
            # design.md: words that are not ours, or promise too much
            assert not re.search(r"\b(ping|event|anonymous|completely)\b", words, re.IGNORECASE), (id, words)


def test_evidence_marks_judgement() -> None:
    for metric in SHIPPED.metrics:
        assert metric.evidence not in ("J.", "J"), f"{metric.id}: judged by what?"
        known = r"\bJ\b|CIS Controls|Intune|Microsoft 365|ControlUp|Flexxible|netdata|node_exporter|RFC"
        assert re.search(known, metric.evidence), metric.id


# The research's table, once more by hand: (edges or classes, warn, bad). Counts of a day are times three.
RESEARCH: dict[str, tuple[tuple[Any, ...], float | None, float | None]] = {
    "endpoint.boot_time": ((15, 30, 45, 60, 90, 120, 180), 60, 120),
    "endpoint.uptime": ((1, 3, 7, 15, 30, 60), 15, 30),
    "endpoint.disk_free": ((3, 5, 10, 15, 20, 30, 50), 20, 5),
    "endpoint.disk_latency": ((1, 2, 5, 10, 20, 50, 100), 10, 20),
    "endpoint.memory_pressure": ((0.1, 1, 2, 5, 10, 25), 1, 5),
    "endpoint.battery_capacity": ((40, 50, 60, 70, 80, 90), 80, 60),
    "endpoint.os_support": ((0, 90, 180, 365), 180, 0),
    "endpoint.disk_type": (("ssd", "hdd"), 1, None),
    "endpoint.clock_offset": ((0.5, 1, 5, 60, 300), 1, 300),
    "network.tcp_rtt": ((10, 25, 50, 100, 200, 300, 350), 100, 200),
    "network.tcp_retransmit": ((0.1, 0.5, 1, 2, 3, 5), 1, 3),
    "network.wifi_signal": ((-85, -80, -75, -70, -67, -60, -50), -67, -75),
    "app.memory_top": ((5, 10, 20, 30, 50), 20, 50),
    "app.security_updates": ((1, 5, 10, 25, 50), 1, 10),
}


@pytest.mark.parametrize("id", RESEARCH)
def test_numbers_are_the_research_s(id: str) -> None:
    metric = SHIPPED.metric(id)
    assert (metric.edges or metric.classes, metric.warn, metric.bad) == RESEARCH[id]


def test_loading_is_light() -> None:
    """The resident process loads it: neither dataclasses nor OpenSSL nor anything of ours above it."""
    heavy = (
        "dataclasses",
        "inspect",
        "hashlib",
        "_hashlib",
        "difflib",
        "importlib.resources",
        "json",
        "agent",
        "dap",
    )
    program = f"""
import sys
from catalogue.load import load
load(None)
print([name for name in {heavy} if name in sys.modules])
"""
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=METRICS.parent.parent
    )
    assert shown.stdout.strip() == "[]"
