"""Servers and links that people know, with where their figures come from, and which of them are estimates.

Speeds are peaks, computed from clock, cores and FLOP in a cycle: what a device reaches with a layer is less. A measured
profile tells more than any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dnnmig_gui.core.topology.server import PowerDraw, Server, Tier

_POWER = PowerDraw()
_UNSTATED: Mapping[str, Any] = {
    "memory_mb": None,
    "memory_gb_per_s": None,
    "price_per_hour": Server.model_fields["price_per_hour"].default,
    **{f"power_w.{name}": getattr(_POWER, name) for name in PowerDraw.model_fields},
}
"""What holds of a server where a preset says nothing: the defaults, never what another preset left behind."""


@dataclass(frozen=True)
class Preset:
    """Values for a server or a link.

    Parameters
    ----------
    stated
        By field, as the edits take them.
    source
        Where the figures come from, in a sentence.
    estimated
        Which figures are estimates, assumptions or plain defaults; empty for none.
    tier
        Where such a server stands; None for links.
    """

    name: str
    stated: Mapping[str, Any]
    source: str
    estimated: str = ""
    tier: Tier | None = None

    @property
    def values(self) -> dict[str, Any]:
        """All that filling in sets, by field: what is not stated goes back to its default."""
        return {**(_UNSTATED if self.tier is not None else {}), **self.stated}


_PEAK = "Speed is the peak of clock and cores; layers reach a part of it."
_UNCHECKED = "The figures could not be confirmed in Intel's table."
_PRICE = "The price could not be confirmed, and changes: put in the one that you pay."
_DEFAULT_POWER = "Power is the default, that of a small board."
_DEFAULT_RADIO = "Power of sending and receiving is the default."

SERVER_PRESETS: tuple[Preset, ...] = (
    Preset(
        "Article's client",
        {"compute_ghz": 1.1, "flops_per_cycle": 1.0},
        "Slower client of the experiment of Xue, Wu and Li (IEEE Consumer Electronics Magazine, 2023): 1.1 GHz.",
        "One FLOP a cycle is our reading of its GHz. " + _DEFAULT_POWER,
        "client",
    ),
    Preset(
        "Raspberry Pi 4",
        {
            "compute_ghz": 1.5,
            "flops_per_cycle": 32.0,
            "memory_mb": 4295.0,
            "memory_gb_per_s": 5.56,
            "power_w.active": 6.4,
            "power_w.idle": 2.7,
        },
        "Raspberry Pi 4 product brief: four Cortex-A72 at 1.5 GHz, 4 GiB; 8 single-precision FLOP a cycle and core "
        "(one NEON multiply-add of four floats). Memory bandwidth measured with STREAM, 5.56 GB/s "
        "(sci-pi.org.uk/bench/stream.html; 12.8 nominal). Power idle (540 mA) and with all cores loaded (1280 mA at "
        "5 V): Pi Dramble, power consumption benchmarks.",
        f"{_PEAK} {_DEFAULT_RADIO}",
        "client",
    ),
    Preset(
        "Phone (Snapdragon 855)",
        {"compute_ghz": 2.42, "flops_per_cycle": 64.0, "memory_mb": 6442.0, "memory_gb_per_s": 34.1},
        "Qualcomm Snapdragon 855 product brief: one core at 2.84 GHz and three at 2.42 GHz, all of Cortex-A76 class, "
        "four small ones; LPDDR4X with 34.1 GB/s. 16 single-precision FLOP a cycle and core.",
        f"{_PEAK} The fastest core counts like the three, the small ones do not count. 6 GiB of memory: a usual size. "
        f"{_DEFAULT_POWER}",
        "client",
    ),
    Preset(
        "Jetson Nano",
        {
            "compute_ghz": 0.921,
            "flops_per_cycle": 256.0,
            "memory_mb": 4295.0,
            "memory_gb_per_s": 25.6,
            "power_w.active": 10.0,
        },
        "NVIDIA Jetson Nano module data sheet: 128 Maxwell cores at 921 MHz, 2 FLOP a cycle and core; 4 GiB, 25.6 "
        "GB/s.",
        f"{_PEAK} 10 W running is the budget of its faster power mode, no measurement; other power is the default.",
        "client",
    ),
    Preset(
        "Article's edge server",
        {"compute_ghz": 4.2, "flops_per_cycle": 1.0},
        "Slowest edge server of the experiment of Xue, Wu and Li (2023): 4.2 GHz; the fastest has 18.3.",
        "One FLOP a cycle is our reading of its GHz. " + _DEFAULT_POWER,
        "edge",
    ),
    Preset(
        "Edge box (Core i7-1165G7)",
        {
            "compute_ghz": 2.8,
            "flops_per_cycle": 128.0,
            "memory_mb": 17180.0,
            "memory_gb_per_s": 51.2,
            "power_w.active": 28.0,
        },
        "After Intel's specification (ARK) of the Core i7-1165G7: four cores, 2.8 GHz at a thermal design power of 28 "
        "W, DDR4-3200 on two channels; 32 single-precision FLOP a cycle and core with AVX-512.",
        f"{_PEAK} {_UNCHECKED} 28 W is what its cooling is made for, no measurement; other power is the default. 16 "
        "GiB of memory: a usual size.",
        "edge",
    ),
    Preset(
        "Article's cloud server",
        {"compute_ghz": 40.0, "flops_per_cycle": 1.0},
        "Slowest cloud server of the experiment of Xue, Wu and Li (2023): 40 GHz; the fastest has 120.",
        "One FLOP a cycle is our reading of its GHz. " + _DEFAULT_POWER,
        "cloud",
    ),
    Preset(
        "Cloud VM, CPU (c5.xlarge)",
        {"compute_ghz": 3.0, "flops_per_cycle": 128.0, "memory_mb": 8590.0, "price_per_hour": 0.17},
        "After Amazon's description of EC2 C5 instances: c5.xlarge has two cores (four threads) of a Xeon Platinum at "
        "3.0 GHz and 8 GiB; 64 single-precision FLOP a cycle and core with two AVX-512 units; price on demand in US "
        "dollars, Linux, us-east-1, as of 2023.",
        f"{_PEAK} {_PRICE} Memory bandwidth is not published and not counted. {_DEFAULT_POWER}",
        "cloud",
    ),
    Preset(
        "Cloud VM, GPU (g4dn.xlarge)",
        {
            "compute_ghz": 1.59,
            "flops_per_cycle": 5120.0,
            "memory_mb": 17180.0,
            "memory_gb_per_s": 320.0,
            "price_per_hour": 0.526,
            "power_w.active": 70.0,
        },
        "NVIDIA T4 data sheet: 2560 cores, 1590 MHz at most, 8.1 TFLOPS, 16 GiB, 320 GB/s, 70 W at most; Amazon EC2 "
        "g4dn.xlarge, price on demand in US dollars, Linux, us-east-1, as of 2023.",
        f"{_PEAK} {_PRICE} 70 W is its limit, without the computer around it; other power is the default.",
        "cloud",
    ),
)

_OFCOM = (
    "Ofcom, Measuring mobile broadband performance in the UK: 4G and 3G network performance (April 2015), means in "
    "five cities in late 2014"
)
_HALF = "Latency is half of the round trip to a nearby server. Later networks are faster."

LINK_PRESETS: tuple[Preset, ...] = (
    Preset(
        "3G",
        {"bandwidth_mb_per_s": 0.2, "bandwidth_back_mb_per_s": 0.7375, "latency_ms": 31.75},
        f"{_OFCOM}: 1.6 Mbit/s up, 5.9 Mbit/s down, round trip 63.5 ms.",
        _HALF,
    ),
    Preset(
        "4G",
        {"bandwidth_mb_per_s": 1.7, "bandwidth_back_mb_per_s": 1.8375, "latency_ms": 26.55},
        f"{_OFCOM}: 13.6 Mbit/s up, 14.7 Mbit/s down, round trip 53.1 ms.",
        _HALF,
    ),
    Preset(
        "5G",
        {"bandwidth_mb_per_s": 6.25, "bandwidth_back_mb_per_s": 12.5, "latency_ms": 4.0},
        "Report ITU-R M.2410-0 (2017), what is demanded of 5G in a dense city: 50 Mbit/s up and 100 Mbit/s down for a "
        "user, 4 ms over the air.",
        "All of it is a requirement, no measurement; what networks reach differs.",
    ),
    Preset(
        "Wi-Fi",
        {"bandwidth_mb_per_s": 2.36, "bandwidth_back_mb_per_s": None, "latency_ms": 3.0},
        "Mean uplink of the experiments of Hu et al., Dynamic Adaptive DNN Surgery for Inference Acceleration on the "
        "Edge (INFOCOM 2019): 18.88 Mbit/s. Median latency of a campus, 3 ms: Sui et al., "
        "Characterizing and Improving WiFi Latency in Large-Scale Operational Networks (MobiSys 2016).",
        "The rate could not be confirmed in the paper; the same rate back is our assumption. One latency in ten of "
        "that campus was above 20 ms.",
    ),
    Preset(
        "Fibre",
        {"bandwidth_mb_per_s": 125.0, "bandwidth_back_mb_per_s": None, "latency_ms": 0.05},
        "Nominal rate of Gigabit Ethernet over fibre (IEEE 802.3): 1 Gbit/s in both directions.",
        "Latency is that of 10 km of glass at 5 µs a kilometre, without switches.",
    ),
)
