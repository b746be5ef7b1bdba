"""How numbers are written for people: three significant digits, a narrow space, the unit.

Milliseconds below a second and seconds above; sizes in MiB (2^20 bytes), rates in MB/s (10^6 bytes).
"""

from __future__ import annotations

import math

SPACE = "\u202f"
"""Narrow no-break space: between a number and its unit, and between groups of thousands."""
UNKNOWN = "\u2013"
"""What stands where there is no number."""
INFINITE = "\u221e"
MINUS = "\u2212"

_SUPERSCRIPTS = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")


def number_text(value: float | None) -> str:
    """Return a number with three significant digits: ``0.840``, ``12.3``, ``548``, ``12 346``.

    Digits before the point are never rounded away. Below a thousandth a power of ten is written out.
    """
    if value is None or math.isnan(value):
        return UNKNOWN
    sign = MINUS if value < 0 else ""
    size = abs(value)
    if math.isinf(size):
        return sign + INFINITE
    if size == 0:
        return "0"
    exponent = math.floor(math.log10(float(f"{size:.2e}")))
    if exponent < -3:
        digits, _, power = f"{size:.2e}".partition("e")
        return f"{sign}{digits}{SPACE}\u00d7{SPACE}10{str(int(power)).translate(_SUPERSCRIPTS)}"
    return sign + f"{size:,.{max(0, 2 - exponent)}f}".replace(",", SPACE)


def plain_text(value: float | None) -> str:
    """Return a number that somebody set, as it was set: ``10``, ``0.5``, ``7.725``; six digits at most."""
    if value is None or not math.isfinite(value) or (value != 0 and not 1e-4 <= abs(value) < 1e15):
        return number_text(value)
    digits = max(0, 5 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{abs(value):,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (MINUS if value < 0 else "") + text.replace(",", SPACE)


def _with_unit(value: float | None, unit: str) -> str:
    text = number_text(value)
    return text if text == UNKNOWN else f"{text}{SPACE}{unit}"


def _scaled(value: float | None, units: tuple[tuple[float, str], ...], least: float = 1.0) -> str:
    """Return `value` in the first unit (largest first) of which it holds `least`, else in the last."""
    if value is None or math.isnan(value) or math.isinf(value):
        return _with_unit(value, units[-1][1])
    for scale, unit in units:
        if float(f"{abs(value) / scale:.2e}") >= float(f"{least:.2e}"):
            return _with_unit(value / scale, unit)
    scale, unit = units[-1]
    return _with_unit(value / scale, unit)


def seconds_text(seconds: float | None) -> str:
    """Return a duration: ``388 ms`` below a second, ``2.30 s`` above."""
    if seconds == 0:
        return f"0{SPACE}s"
    if seconds is not None and math.isinf(seconds):
        return _with_unit(seconds, "s")
    return _scaled(seconds, ((1.0, "s"), (1e-3, "ms")))


def mib_text(size_bytes: float | None) -> str:
    """Return a size in MiB: ``548 MiB``."""
    return _with_unit(None if size_bytes is None else size_bytes / 2**20, "MiB")


def bytes_text(size_bytes: float | None) -> str:
    """Return a size in the unit that suits it: ``12 B``, ``588 KiB``, ``548 MiB``, ``1.20 GiB``."""
    if size_bytes is not None and abs(size_bytes) < 1000:
        return f"{plain_text(size_bytes)}{SPACE}B"
    return _scaled(size_bytes, ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB")), least=1000 / 1024)


def some_bytes_text(size_bytes: float) -> str:
    """Return a size, or nothing where there is none."""
    return bytes_text(size_bytes) if size_bytes else ""


def rate_text(mb_per_s: float | None) -> str:
    """Return a bandwidth: ``10 MB/s``."""
    text = plain_text(mb_per_s)
    return text if text == UNKNOWN else f"{text}{SPACE}MB/s"


def energy_text(joule: float | None) -> str:
    """Return an energy: ``0.840 J``; millijoules below a hundredth."""
    if joule is not None and 0 < abs(joule) < 0.01:
        return _with_unit(joule * 1e3, "mJ")
    return _with_unit(joule, "J")


def money_text(money: float | None) -> str:
    """Return an amount in the scenario's one currency, which has no name."""
    return number_text(money)


def flops_text(flops: float | None) -> str:
    """Return work: ``1.43 GFLOP``."""
    if flops is not None and abs(flops) < 1000:
        return f"{plain_text(flops)}{SPACE}FLOP"
    return _scaled(flops, ((1e12, "TFLOP"), (1e9, "GFLOP"), (1e6, "MFLOP"), (1e3, "kFLOP")))


def ghz_text(ghz: float | None) -> str:
    """Return a processing speed: ``1.1 GHz``."""
    text = plain_text(ghz)
    return text if text == UNKNOWN else f"{text}{SPACE}GHz"


def percent_text(share: float | None) -> str:
    """Return a share as per cent with one decimal: ``2.1 %``; what is more than nothing never reads as nothing."""
    if share is None or math.isnan(share):
        return UNKNOWN
    if math.isinf(share):
        return f"{MINUS if share < 0 else ''}{INFINITE}{SPACE}%"
    if 0 < abs(share) < 0.0005:
        return f"{'>' if share < 0 else '<'}{SPACE}{MINUS if share < 0 else ''}0.1{SPACE}%"
    return f"{MINUS if share < 0 else ''}{abs(share) * 100:,.1f}".replace(",", SPACE) + f"{SPACE}%"


def count_text(count: float | None) -> str:
    """Return how many: whole numbers whole (``12 346``), fractions (queries at a horizon) to three digits."""
    if count is not None and not math.isinf(count) and not math.isnan(count) and float(count).is_integer():
        return f"{MINUS if count < 0 else ''}{abs(int(count)):,}".replace(",", SPACE)
    return number_text(count)


def gap_text(gap: float | None) -> str:
    """Return what is proven of an objective: ``optimal (gap 0.0 %)``, ``gap at most 2.1 %``, ``not proven``."""
    if gap is None:
        return "not proven"
    if gap <= 1e-9:
        return f"optimal (gap 0.0{SPACE}%)"
    return f"gap at most {percent_text(gap)}"
