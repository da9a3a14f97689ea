from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent, Pending
from agent.probes.host.asked import Asked
from agent.probes.host.recorded import Said
from agent.probes.host.windows import security
from agent.probes.host.windows.recorded import Recorded
from agent.probes.host.windows.security import Answers
from agent.probes.host.windows.system import System


class Shell(System):
    """A PowerShell that says what a test tells it to."""

    def __init__(self, *said: str | Absent) -> None:
        self.said, self.now, self.scripts = list(said), 0.0, list[str]()

    def ticking(self) -> float:
        return self.now

    def ask(self, script: str, seconds: float) -> Asked:
        self.scripts.append(script)
        found = self.said.pop(0)
        if isinstance(found, Absent):
            raise found
        return Said(found)


def volumes(*states: int | None) -> Answers:
    found = ",".join(
        f'"{letter}:":{state}' for letter, state in zip("CD", states, strict=False) if state is not None
    )
    return Answers(Shell(f'{{"volumes":{{{found}}}}}'))


class TestEncryption:
    @pytest.mark.parametrize(
        ("states", "verdict"),
        [
            ((1,), "on"),
            ((6,), "on"),
            ((2,), "off"),
            ((8,), "off"),
            ((3,), "partial"),
            ((4,), "partial"),
            ((5,), "partial"),
            ((1, 1), "on"),
            ((1, 2), "partial"),
            ((2, 1), "partial"),
            ((2, 2), "off"),
            ((1, None), "on"),
            ((1, 0), "on"),
        ],
    )
    def test_by_the_explorer_s_padlock(self, states: tuple[int, ...], verdict: str) -> None:
        assert security.encryption(volumes(*states), ["C:", "D:"][: len(states)]) == verdict

    @pytest.mark.parametrize(
        ("states", "words"), [((0,), "cannot"), ((None,), "does not tell"), ((99,), "cannot")]
    )
    def test_what_is_no_answer(self, states: tuple[int | None, ...], words: str) -> None:
        with pytest.raises(Absent, match=words):
            security.encryption(volumes(*states), ["C:"])


class TestCondition:
    @pytest.mark.parametrize(
        ("states", "condition"),
        [((0,), "healthy"), ((0, 1), "warning"), ((2, 0), "failing"), ((1, 2), "failing")],
    )
    def test_the_worst_disk_counts(self, states: tuple[int, ...], condition: str) -> None:
        told = ",".join(f'"{number}":{state}' for number, state in enumerate(states))
        answers = Answers(Shell(f'{{"disks":{{{told},"9":2}}}}'))
        assert security.disk_condition(answers, ["C:"], list(range(len(states)))) == condition

    @pytest.mark.parametrize("said", ['{"disks":{"0":5}}', '{"disks":{"1":0}}', '{"disks":[0]}', "{}"])
    def test_a_disk_that_is_not_told_of_is_none(self, said: str) -> None:
        with pytest.raises(Absent, match="condition"):
            security.disk_condition(Answers(Shell(said)), ["C:"], [0])


class TestAnswers:
    def test_one_start_of_powershell_serves_three_questions(self) -> None:
        shell = Shell('{"volumes":{"C:":1},"guards":true,"renewed":5,"searched":7}')
        answers = Answers(shell)
        assert security.encryption(answers, ["C:"]) == "on"
        assert security.protection_renewed(answers, ["C:"]) == 5.0
        assert security.updates_searched(answers, ["C:"]) == 7.0
        assert len(shell.scripts) == 1

    def test_nothing_waits_for_it(self) -> None:
        class Slow:
            said: str | None = None
            stopped = 0

            def output(self) -> str | None:
                return self.said

            def stop(self) -> None:
                self.stopped += 1

        slow, shell = Slow(), Shell()
        shell.ask = lambda script, seconds: slow  # type: ignore[method-assign]
        answers = Answers(shell)
        for _ in range(3):
            with pytest.raises(Pending, match="being asked"):
                security.updates_searched(answers, [])
        slow.said = '{"searched":7}'
        assert security.updates_searched(answers, []) == 7.0
        answers.stop()
        assert slow.stopped == 0
        shell.now, slow.said = 7 * 3600.0, None
        with pytest.raises(Pending):
            security.updates_searched(answers, [])
        answers.stop()
        assert slow.stopped == 1

    def test_it_is_asked_again_after_six_hours(self) -> None:
        shell = Shell('{"searched":7}', '{"searched":8}')
        answers = Answers(shell)
        assert security.updates_searched(answers, []) == 7.0
        shell.now = 6 * 3600.0
        assert security.updates_searched(answers, []) == 8.0

    def test_one_that_does_not_answer_is_left_alone_as_long(self) -> None:
        shell = Shell(Absent("PowerShell did not answer"))
        answers = Answers(shell)
        for _ in range(3):
            with pytest.raises(Absent, match="did not answer"):
                security.updates_searched(answers, [])

    @pytest.mark.parametrize("said", ["", "[1]", "Zugriff verweigert", "{", '"x"', "null"])
    def test_another_answer_is_none(self, said: str) -> None:
        with pytest.raises(Absent, match="something else"):
            security.updates_searched(Answers(Shell(said)), [])

    @pytest.mark.parametrize(
        "said",
        ["{}", '{"guards":false,"renewed":5}', '{"guards":true}', '{"guards":true,"renewed":true}',
         '{"guards":true,"renewed":"5"}', '{"guards":true,"renewed":-1}', '{"guards":"yes","renewed":5}'],
    )  # fmt: skip
    def test_definitions_without_a_time_are_none(self, said: str) -> None:
        with pytest.raises(Absent):
            security.protection_renewed(Answers(Shell(said)), [])

    def test_a_byte_order_mark_is_no_harm(self) -> None:
        assert security.parse("\ufeff{}") == {}

    def test_the_script_asks_for_these_drives_and_no_text_of_anybody_s(self) -> None:
        assert "@('C:', 'D:')" in security.script(["C:", "D:"])
        for wrong in ("C", "C:'); exit", "\\\\server", "c:"):
            with pytest.raises(Absent, match="no letter"):
                security.script([wrong])

    def test_the_script_is_one_that_a_command_line_holds(self) -> None:
        script = security.script(["C:", "D:"])
        assert len(script) < 8000
        assert '"' not in script, "quotes would need another kind of quoting"


class TestFirewall:
    def test_by_profiles(self, laptop: Recorded, desktop: Recorded, virtual: Recorded) -> None:
        assert [security.firewall(host) for host in (laptop, desktop, virtual)] == ["on", "partial", "off"]

    def test_policy_goes_before(self, changed: Callable[..., Recorded]) -> None:
        """Domain is on by policy alone: some are."""
        assert (
            security.firewall(changed("virtual", "registry.reg", ('"Start"=dword:00000004', ""))) == "partial"
        )

    def test_a_service_that_is_switched_off_protects_nobody(self, changed: Callable[..., Recorded]) -> None:
        off = changed("desktop", "registry.reg", ('"Start"=dword:00000002', '"Start"=dword:00000004'))
        assert security.firewall(off) == "off"

    def test_another_product_s_counts(self, changed: Callable[..., Recorded]) -> None:
        assert security.firewall(changed("virtual", "answers.toml", ("1 = 2", "1 = 0"))) == "on"

    def test_nothing_known_is_absent(self, broken: Recorded) -> None:
        with pytest.raises(Absent, match="whether its firewall"):
            security.firewall(broken)


def test_secure_boot(laptop: Recorded, desktop: Recorded, virtual: Recorded, broken: Recorded) -> None:
    assert [security.secure_boot(host) for host in (laptop, desktop)] == ["on", "off"]
    for host in (virtual, broken):
        with pytest.raises(Absent, match="UEFI"):
            security.secure_boot(host)
