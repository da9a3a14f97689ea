"""The official vectors, our own ones, and whether the runner would notice that something is wrong."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dap.prio3 import Prio3SumVec
from tests import make_vectors, vectors
from tests.vectors import Outcome, check_file

ROOT = Path(__file__).parents[3]
OFFICIAL = ROOT.parent / "shared" / "vectors"
OWN = ROOT / "tests" / "data" / "vdaf"


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="no ../shared/vectors beside the repository: own ones only")
def test_the_official_vectors_pass() -> None:
    results = [check_file(file) for file in vectors.files([OFFICIAL])]
    assert [str(result) for result in results if result.outcome is not Outcome.PASSED] == []
    assert len(results) > 5


@pytest.mark.parametrize("file", sorted(OWN.glob("*.json")), ids=lambda file: file.stem)
def test_own_known_answers_pass(file: Path) -> None:
    assert check_file(file) == (file, Outcome.PASSED, "")


def test_own_known_answers_are_complete() -> None:
    assert {file.stem for file in OWN.glob("*.json")} == set(make_vectors.vectors())


# ------------------------------------------------------- what the runner must notice


def write(folder: Path, name: str, content: Any) -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def load(name: str) -> Any:
    return json.loads((OWN / f"{name}.json").read_text())


def hex_fields(vector: Any) -> Iterator[tuple[list[Any], str]]:
    """Where hexadecimal text stands that the runner compares or uses, and that text."""
    for key in ("ctx", "verify_key", "derived_seed", "expanded_vec_field64", "expanded_vec_field128"):
        if key in vector:
            yield [key], vector[key]
    yield from texts(vector.get("agg_shares", []), ["agg_shares"])
    for number, report in enumerate(vector.get("reports", [])):
        for key in ("public_share", "input_shares", "verifier_shares", "verifier_messages", "out_shares"):
            yield from texts(report[key], ["reports", number, key])


def texts(value: Any, path: list[Any]) -> Iterator[tuple[list[Any], str]]:
    if isinstance(value, str):
        if value:
            yield path, value
    else:
        for index, item in enumerate(value):
            yield from texts(item, [*path, index])


def put(vector: Any, path: list[Any], value: Any) -> None:
    for key in path[:-1]:
        vector = vector[key]
    vector[path[-1]] = value


@pytest.mark.parametrize(
    "name", ["Prio3Count_own", "Prio3Sum_own_one_bit", "Prio3SumVec_own_long_chunk", "XofTurboShake128_own"]
)
def test_any_changed_digit_fails(name: str, tmp_path: Path) -> None:
    fields = list(hex_fields(load(name)))
    assert len(fields) > 2
    for path, text in fields:
        for position in (0, len(text) // 2, len(text) - 1):
            vector = load(name)
            digit = f"{int(text[position], 16) ^ 1:x}"
            put(vector, path, text[:position] + digit + text[position + 1 :])
            result = check_file(write(tmp_path, f"{name}.json", vector))
            assert result.outcome is Outcome.FAILED, (path, position)
            assert result.reason.startswith(("operation", "derived_seed", "expanded"))


@pytest.mark.parametrize(
    "name",
    [
        "Prio3Count_own",
        "Prio3Histogram_own",
        "Prio3SumVec_bad_two",
        "Prio3SumVec_bad_encoding",
        "Prio3Sum_bad_bit",
    ],
)
def test_a_wrong_expectation_fails(name: str, tmp_path: Path) -> None:
    """What must succeed does not fail, and the other way round."""
    for number in range(len(load(name)["operations"])):
        vector = load(name)
        operation = vector["operations"][number]
        operation["success"] = not operation["success"]
        result = check_file(write(tmp_path, f"{name}.json", vector))
        assert result.outcome is Outcome.FAILED
        wanted = "refused" if operation["success"] else "succeeded where it must fail"
        assert f"operation {number} ({operation['operation']}): {wanted}" in result.reason


@pytest.mark.parametrize("wrong", [0, [], None, "3", 4])
def test_a_wrong_result_fails(wrong: Any, tmp_path: Path) -> None:
    vector = load("Prio3Sum_own_one_bit") | {"agg_result": wrong}
    result = check_file(write(tmp_path, "Prio3Sum_x.json", vector))
    assert (result.outcome, "result differs" in result.reason) == (Outcome.FAILED, True)


def test_only_the_modules_own_error_counts_as_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Prio3SumVec, "verifier_shares_to_message", crash)
    result = check_file(write(tmp_path, "Prio3SumVec_x.json", load("Prio3SumVec_bad_two")))
    assert (result.outcome, result.reason) == (Outcome.FAILED, "crashed: RuntimeError: a bug")


def remove(path: list[Any]) -> Callable[[Any], None]:
    def change(vector: Any) -> None:
        for key in path[:-1]:
            vector = vector[key]
        del vector[path[-1]]

    return change


def set_to(path: list[Any], value: Any) -> Callable[[Any], None]:
    return lambda vector: put(vector, path, value)


@pytest.mark.parametrize(
    "change",
    [
        *(
            remove([key])
            for key in ("ctx", "verify_key", "agg_param", "operations", "reports", "shares", "agg_shares")
        ),
        *(
            remove(["reports", 0, key])
            for key in ("nonce", "rand", "measurement", "public_share", "out_shares")
        ),
        *(
            remove(["operations", 1, key])
            for key in ("operation", "success", "report_index", "aggregator_id")
        ),
        remove(["operations", 5, "round"]),
        remove(["operations", 1]),
        remove(["reports", 0, "input_shares", 3]),
        remove(["reports", 0, "verifier_shares", 0, 3]),
        remove(["agg_shares", 3]),
        set_to(["operations"], []),
        set_to(["operations"], {}),
        set_to(["operations", 0, "operation"], "prepare"),
        set_to(["operations", 0, "success"], 1),
        set_to(["operations", 0, "report_index"], 3),
        set_to(["operations", 0, "report_index"], -1),
        set_to(["operations", 1, "aggregator_id"], 4),
        set_to(["operations", 1, "aggregator_id"], True),
        set_to(["operations", 5, "round"], 1),
        set_to(["shares"], 1),
        set_to(["shares"], "4"),
        set_to(["agg_param"], "00"),
        set_to(["ctx"], "0"),
        set_to(["ctx"], "zz"),
        set_to(["ctx"], None),
        set_to(["reports"], "00"),
        set_to(["reports", 0], []),
        set_to(["reports", 0, "out_shares", 0], 5),
    ],
)
def test_malformed_files_fail(change: Callable[[Any], None], tmp_path: Path) -> None:
    vector = load("Prio3Count_own")
    change(vector)
    result = check_file(write(tmp_path, "Prio3Count_own.json", vector))
    assert result.outcome is Outcome.FAILED
    assert "malformed: " in result.reason


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "7", '{"a": 1', "\x00", "[" * 100_000])
@pytest.mark.parametrize("name", ["Prio3Count_0.json", "Poplar1_0.json"])
def test_files_that_are_no_vectors_fail(name: str, content: str, tmp_path: Path) -> None:
    assert check_file(write(tmp_path, name, content)).outcome is Outcome.FAILED


def test_a_file_that_is_not_text_fails(tmp_path: Path) -> None:
    (tmp_path / "Prio3Sum_0.json").write_bytes(b"\xff\xfe\xfd")
    (tmp_path / "Prio3Sum_1.json").symlink_to(tmp_path / "nowhere")
    assert [check_file(file).outcome for file in vectors.files([tmp_path])] == [Outcome.FAILED] * 2


def test_fields_that_are_not_ours_do_not_disturb(tmp_path: Path) -> None:
    vector = load("Prio3Count_own") | {"comment": "made by hand", "draft": 20}
    vector["reports"][0]["remark"] = []
    vector["operations"][0]["round"] = 0
    assert check_file(write(tmp_path, "Prio3Count.json", vector)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "name",
    [
        "Prio3SumVecWithMultiproof_0.json",
        "Prio3SumOfSomething_0.json",
        "Prio3SumVec2_0.json",
        "Prio3HistogramX.json",
        "Prio3MultihotCountVec_0.json",
        "Prio3HigherDegree_0.json",
        "Prio3_0.json",
        "prio3count_0.json",
        "XofTurboShake128Something.json",
        "XofTurboShake256.json",
        "XofFixedKeyAes128.json",
        "Poplar1_0.json",
        "IdpfBBCGGI21_0.json",
        "_Prio3Count_0.json",
        "My_Prio3Count_0.json",
    ],
)
def test_other_names_are_skipped(name: str, tmp_path: Path) -> None:
    result = check_file(write(tmp_path, name, {}))
    assert result.outcome is Outcome.SKIPPED
    assert "not implemented" in result.reason


@pytest.mark.parametrize(
    "name", ["Prio3Count.json", "Prio3Count_a_b.json", "Prio3Count-2.json", "Prio3Count.2.json"]
)
def test_the_algorithms_own_name_is_enough(name: str, tmp_path: Path) -> None:
    assert check_file(write(tmp_path, name, load("Prio3Count_own"))).outcome is Outcome.PASSED


def test_a_field_that_is_not_implemented_is_skipped(tmp_path: Path) -> None:
    vector = load("XofTurboShake128_own") | {"expanded_vec_field255": ""}
    assert check_file(write(tmp_path, "XofTurboShake128.json", vector)).outcome is Outcome.SKIPPED


# ------------------------------------------------------------------- the command line


def run(capsys: pytest.CaptureFixture[str], *paths: Path) -> tuple[int, list[str], str]:
    code = vectors.main([str(path) for path in paths])
    captured = capsys.readouterr()
    return code, captured.out.splitlines(), captured.err


def test_a_line_per_file_and_the_sums(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deep = tmp_path / "a" / "b.json" / "c"  # a folder's name proves nothing
    deep.mkdir(parents=True)
    good = shutil.copy(OWN / "Prio3Count_own.json", deep / "Prio3Count_own.json")
    skipped = write(tmp_path, "Poplar1_0.json", {})
    write(tmp_path, "README.md", "not a vector")
    assert run(capsys, tmp_path) == (
        0,
        [
            f"skipped {skipped}: Poplar1 is not implemented",
            f"passed  {good}",
            "1 passed, 0 failed, 1 skipped",
        ],
        "",
    )
    bad = write(tmp_path, "Prio3Sum_0.json", "{")
    code, lines, _ = run(capsys, tmp_path)
    assert code == 1
    assert [line for line in lines if line.startswith(f"failed  {bad}: unreadable")]
    assert lines[-1] == "1 passed, 1 failed, 1 skipped"


def test_a_file_may_be_named_itself_and_counts_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(shutil.copy(OWN / "Prio3Count_own.json", tmp_path / "Prio3Count_own.json"))
    code, lines, _ = run(capsys, file, tmp_path, file)
    assert (code, lines) == (0, [f"passed  {file}", "1 passed, 0 failed, 0 skipped"])


def test_a_folder_that_is_not_there_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(OWN / "Prio3Count_own.json", tmp_path)
    code, lines, error = run(capsys, tmp_path, tmp_path / "nowhere")
    assert (code, lines[-1]) == (1, "1 passed, 0 failed, 0 skipped")
    assert "nowhere: no such file or folder" in error


def test_nothing_to_run_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, error = run(capsys, tmp_path)
    assert (code, lines) == (1, ["0 passed, 0 failed, 0 skipped"])
    assert "no vector files found" in error
    assert vectors.main([]) == 2


def test_it_runs_as_a_program() -> None:
    command = [sys.executable, "-m", "tests.vectors", str(OWN)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    count = len(list(OWN.glob("*.json")))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"{count} passed, 0 failed, 0 skipped"
