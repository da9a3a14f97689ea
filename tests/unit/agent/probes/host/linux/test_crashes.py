from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux.crashes import JOURNAL, parse_entries, program_crashes, system_crashes
from agent.probes.host.linux.recorded import Recorded

Change = Callable[..., Recorded]
BOOT = "0123456789abcdef0123456789abcdef"
BACKEND = "sys/module/pstore/parameters/backend"
DUMPS = "var/lib/systemd/coredump"
NAMES = [(1_699_950_000.0, "gnome-shell"), (1_699_960_000.0, "Web Content")]
COMMAND = " ".join(JOURNAL)


def entry(time: float, pid: int, comm: str, exe: str = "") -> str:
    """As journalctl 252 prints one: its own four fields first, then those asked for."""
    lines = [
        f"__CURSOR=s=5c{pid:030x};i=5de;b={BOOT};m=1;t=1;x=1",
        f"__REALTIME_TIMESTAMP={time * 1e6 + 731_004:.0f}",
        "__MONOTONIC_TIMESTAMP=12345",
        f"_BOOT_ID={BOOT}",
        f"COREDUMP_PID={pid}",
        f"COREDUMP_COMM={comm}",
        *([f"COREDUMP_EXE={exe}"] if exe else []),
        f"COREDUMP_TIMESTAMP={time * 1e6:.0f}",
    ]
    return "\n".join(lines) + "\n\n"


def with_journal(changed: Change, output: str, files: dict[str, str | None] | None = None) -> Recorded:
    text = (Path(__file__).parents[5] / "data/hosts/linux/laptop/answers.toml").read_text("utf-8")
    table, _, rest = text.partition("[commands]\n")
    kept = "".join(line for line in rest.splitlines(keepends=True) if not line.startswith('"journalctl'))
    spoken = f"{table}[commands]\n\"{COMMAND}\" = '''\n{output}'''\n{kept}"
    return changed("laptop", {"answers.toml": spoken, **(files or {})})


class TestSystemd:
    def test_from_names_alone(self, laptop: Recorded) -> None:
        assert sorted(program_crashes(laptop)) == NAMES

    def test_a_crash_in_the_journal_and_in_a_file_is_one(self, changed: Change) -> None:
        both = entry(1_699_950_000, 2211, "gnome-shell", "/usr/bin/gnome-shell")
        only = entry(1_699_970_000, 99, "soffice.bin", "/usr/lib/libreoffice/program/soffice.bin")
        host = with_journal(changed, both + only)
        pids = [name.split(".")[4] for name in host.listing(DUMPS, "") if "gnome" in name]
        host = with_journal(changed, both.replace("=2211", f"={pids[0]}") + only)
        assert sorted(program_crashes(host)) == [*NAMES, (1_699_970_000.0, "soffice.bin")]

    def test_two_programs_in_the_same_second_are_two(self, changed: Change) -> None:
        host = with_journal(
            changed,
            entry(1_699_980_000, 7, "a") + entry(1_699_980_000, 8, "a") + entry(1_699_980_000, 8, "a"),
        )
        assert len(program_crashes(host)) == 4

    def test_without_files_the_journal_suffices(self, changed: Change) -> None:
        """Storage=none, Storage=journal, dumps too large, or a folder that may not be read."""
        host = with_journal(changed, entry(1_699_970_000, 99, "x"))
        folder = Path(host.path(DUMPS))
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        assert program_crashes(host) == [(1_699_970_000.0, "x")]

    def test_neither_is_no_answer(self, changed: Change) -> None:
        host = with_journal(changed, "")
        folder = Path(host.path(DUMPS))
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        assert program_crashes(host) == []
        Path(host.path("run/systemd/system/x")).unlink()
        Path(host.path("run/systemd/system")).rmdir()
        with pytest.raises(Absent, match="may read"):
            program_crashes(host)

    @pytest.mark.parametrize(
        "name", [f"core.x.0.{BOOT}.1.soon.zst", "core.x", "core", f"vmcore.x.0.{BOOT}.1.5", ".core.x.0.b.1.5"]
    )
    def test_other_names_are_not_crashes(self, name: str, changed: Change) -> None:
        assert len(program_crashes(changed("laptop", {f"{DUMPS}/{name}": "x"}))) == 2

    def test_dots_in_names(self, changed: Change) -> None:
        host = changed("laptop", {f"{DUMPS}/core.soffice\\x2ebin.1000.{BOOT}.5.1699970000000000.zst": "x"})
        assert (1_699_970_000.0, "soffice.bin") in program_crashes(host)

    def test_no_content_of_a_dump_is_opened(self, changed: Change) -> None:
        """A dump may hold anything; names and times are all that is looked at."""
        name = f"{DUMPS}/core.x.0.{BOOT}.1.1699970000000000.zst"
        host = changed("laptop", {name: "x"})
        Path(host.path(name)).unlink()
        Path(host.path(name)).symlink_to("nowhere")
        assert len(program_crashes(host)) == 3


class TestEntries:
    def test_what_journalctl_prints(self) -> None:
        found = parse_entries(entry(5, 1, "Web Content", "/usr/lib/firefox/firefox") + entry(6, 2, "sleep"))
        assert found == [(5.0, "1", "firefox"), (6.0, "2", "sleep")]

    def test_a_program_that_was_replaced_meanwhile(self) -> None:
        assert parse_entries(entry(5, 1, "x", "/usr/bin/x (deleted)")) == [(5.0, "1", "x")]

    @pytest.mark.parametrize(
        "output",
        [
            "",
            "\n\n\n",
            "-- No entries --\n",
            entry(5, 1, "x").replace("COREDUMP_PID=1\n", ""),
            entry(5, 1, "x").replace("COREDUMP_TIMESTAMP=5000000", "COREDUMP_TIMESTAMP=soon"),
            entry(5, 1, "x").replace("COREDUMP_TIMESTAMP=5000000", "COREDUMP_TIMESTAMP=-5"),
            "COREDUMP_TIMESTAMP=²\nCOREDUMP_PID=1\n\n",
        ],
    )
    def test_no_crash(self, output: str) -> None:
        assert parse_entries(output) == []

    def test_a_name_with_a_line_feed_makes_no_second_crash(self) -> None:
        """Such a field is printed as its name, eight bytes of its length, its bytes."""
        text = entry(5, 1, "x").replace(
            "COREDUMP_COMM=x", "COREDUMP_COMM\n\x0a\0\0\0\0\0\0\0x\nCOREDUMP_PID=9\n"
        )
        assert len(parse_entries(text)) <= 1

    def test_an_entry_cut_short(self) -> None:
        assert parse_entries(entry(5, 1, "x") + entry(6, 2, "y")[:-40]) == [(5.0, "1", "x")]


class TestOthers:
    def test_apport_s_reports(self, desktop: Recorded) -> None:
        assert program_crashes(desktop) == [(1_699_990_000, "nautilus")]

    @pytest.mark.parametrize("pattern", ["core", "/tmp/core.%p", "|/usr/bin/other %p", ""])
    def test_nobody_records(self, pattern: str, changed: Change) -> None:
        with pytest.raises(Absent, match="not recorded"):
            program_crashes(changed("laptop", {"proc/sys/kernel/core_pattern": pattern + "\n"}))


class TestSystemCrashes:
    def test_where_systemd_keeps_them(self, laptop: Recorded) -> None:
        assert system_crashes(laptop) == [1_699_800_000, 1_699_800_001]

    def test_kdump_s_folders_are_numbers(self, desktop: Recorded) -> None:
        assert system_crashes(desktop) == [1_699_790_000]

    def test_without_systemd_the_kernel_s_own(self, changed: Change) -> None:
        host = changed(
            "virtual",
            {
                BACKEND: "ramoops\n",
                "sys/fs/pstore/dmesg-ramoops-0": "Oops\n",
                "sys/fs/pstore/console-ramoops-0": "x",
                "answers.toml": '[changed]\n"sys/fs/pstore/dmesg-ramoops-0" = 77\n',
            },
        )
        assert system_crashes(host) == [77]

    def test_nobody_records(self, virtual: Recorded) -> None:
        with pytest.raises(Absent, match="no record"):
            system_crashes(virtual)

    def test_not_for_our_eyes(self, changed: Change) -> None:
        with pytest.raises(Absent, match="administrator"):
            system_crashes(changed("virtual", {BACKEND: "erst\n"}))
