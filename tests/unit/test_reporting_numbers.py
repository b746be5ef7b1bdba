"""Numbers as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnnmig_gui.core.reporting import numbers


def plain(text: str) -> str:
    return text.replace(numbers.SPACE, " ")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.388, "388 ms"),
        (2.3, "2.30 s"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (1.0, "1.00 s"),
        (0.00123, "1.23 ms"),
        (9.999, "10.0 s"),
        (1234.5, "1 234 s"),
        (0.0, "0 s"),
        (math.inf, "∞ s"),
        (math.nan, "–"),
        (None, "–"),
        (-0.5, "−500 ms"),
    ],
)
def test_seconds_are_ms_below_one_and_s_above(seconds: float | None, text: str) -> None:
    assert plain(numbers.seconds_text(seconds)) == text


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (numbers.mib_text, 548.0 * 2**20, "548 MiB"),
        (numbers.mib_text, 2**19, "0.500 MiB"),
        (numbers.mib_text, 0, "0 MiB"),
        (numbers.bytes_text, 0, "0 B"),
        (numbers.bytes_text, 999, "999 B"),
        (numbers.bytes_text, 1000, "0.977 KiB"),
        (numbers.bytes_text, 1024, "1.00 KiB"),
        (numbers.bytes_text, 1016 * 2**10, "0.992 MiB"),
        (numbers.bytes_text, 602112, "588 KiB"),
        (numbers.bytes_text, 2**20, "1.00 MiB"),
        (numbers.bytes_text, 3 * 2**30, "3.00 GiB"),
        (numbers.rate_text, 10, "10 MB/s"),
        (numbers.rate_text, 0.5, "0.5 MB/s"),
        (numbers.energy_text, 0.84, "0.840 J"),
        (numbers.energy_text, 0.0042, "4.20 mJ"),
        (numbers.flops_text, 1.43e9, "1.43 GFLOP"),
        (numbers.flops_text, 12, "12 FLOP"),
        (numbers.ghz_text, 1.1, "1.1 GHz"),
        (numbers.ghz_text, 7.725, "7.725 GHz"),
        (numbers.plain_text, 1e5, "100 000"),
        (numbers.plain_text, 0.1 + 0.2, "0.3"),
        (numbers.percent_text, 0.021, "2.1 %"),
        (numbers.percent_text, 0.0, "0.0 %"),
        (numbers.percent_text, 0.0001, "< 0.1 %"),
        (numbers.percent_text, 1.0, "100.0 %"),
        (numbers.count_text, 30000, "30 000"),
        (numbers.count_text, 12.345, "12.3"),
        (numbers.count_text, 0, "0"),
        (numbers.money_text, 1.234e-7, "1.23 × 10⁻⁷"),
        (numbers.gap_text, None, "not proven"),
        (numbers.gap_text, 0.0, "optimal (gap 0.0 %)"),
        (numbers.gap_text, 0.021, "gap at most 2.1 %"),
    ],
)
def test_units(function: object, value: float | None, text: str) -> None:
    assert plain(function(value)) == text  # type: ignore[operator]


@given(st.floats(min_value=1e-9, max_value=1e9))
def test_three_digits_keep_a_value_within_half_a_percent(value: float) -> None:
    text = numbers.number_text(value).replace(numbers.SPACE, "")
    if "×" in text:
        digits, _, power = text.partition("×10")
        back = float(digits) * 10.0 ** int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
    else:
        back = float(text)
    assert back == pytest.approx(value, rel=0.0051)
    assert sum(letter.isdigit() for letter in text.partition("×")[0].lstrip("0.")) >= 3
