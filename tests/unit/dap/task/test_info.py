from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.codec import EncodeError
from dap.errors import DecodeError
from dap.task import Mechanism, TaskInfo, rho_of
from tests.unit.dap.making import damaged, make_info, refused_or_faithful

U32 = st.integers(0, 2**32 - 1)
INFOS = st.builds(
    TaskInfo,
    metrics=st.integers(0, 65535),
    digest=st.binary(min_size=32, max_size=32),
    mechanism=st.sampled_from(Mechanism),
    rho=st.builds(Fraction, U32, st.integers(1, 2**32 - 1)),
    period=U32,
    grace=U32,
    demo=st.booleans(),
)


@given(INFOS)
def test_promises_come_back(info: TaskInfo) -> None:
    data = info.encode()
    assert len(data) == 53
    assert TaskInfo.decode(data) == info


def test_the_layout_is_fixed() -> None:
    assert make_info(demo=True).encode().hex() == (
        "01" + "01" + "01" + "0030" + "5a" * 32 + "00000001" + "00000002" + "00093a80" + "00093a80"
    )


@given(damaged(make_info().encode()))
def test_damage_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, TaskInfo.decode, TaskInfo.encode)


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (0, b"\x02", "version"),
        (1, b"\x02", "flag"),
        (1, b"\x81", "flag"),
        (2, b"\x03", "mechanism"),
        (37, b"\0\0\0\2\0\0\0\4", "lowest terms"),
        (37, b"\0\0\0\0\0\0\0\2", "lowest terms"),
        (37, b"\0\0\0\0\0\0\0\0", "lowest terms"),
        (37, b"\0\0\0\1\0\0\0\0", "denominator"),
    ],
)
def test_what_has_another_meaning_is_refused(at: int, value: bytes, reason: str) -> None:
    data = bytearray(make_info().encode())
    data[at : at + len(value)] = value
    with pytest.raises(DecodeError, match=reason):
        TaskInfo.decode(bytes(data))


def test_values_that_do_not_fit_are_not_written() -> None:
    for changes in (
        {"metrics": 65536},
        {"digest": b"short"},
        {"rho": Fraction(-1, 2)},
        {"rho": Fraction(1, 2**32)},
        {"period": 2**32},
        {"grace": -1},
    ):
        with pytest.raises(EncodeError):
            make_info(**changes).encode()


def test_rho_is_read_exactly() -> None:
    assert rho_of("0.1") == Fraction(1, 10)
    assert rho_of("1/14") == Fraction(1, 14)
    assert rho_of(" 5e-1 ") == rho_of(".5") == Fraction(1, 2)
    endless = ("1e999999999", "1e-9_9_9_9_9_9_9_9_9", "1e٩٩٩٩٩٩٩٩٩")
    for text in ("", " ", ".", "a", "1/0", "-1", "nan", "inf", "0.00000000001", "99999999999", *endless):
        with pytest.raises(EncodeError):
            rho_of(text)


def test_mechanisms_have_words() -> None:
    assert [m.word for m in Mechanism] == ["none", "discrete_gaussian", "janus_discrete_laplace"]
    assert Mechanism.DISCRETE_GAUSSIAN.in_words == "discrete Gaussian"
    assert all("_" not in m.in_words for m in Mechanism)
