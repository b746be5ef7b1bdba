"""Servers and links that people know, with where their figures come from.

Speeds are peaks, computed from clock, cores and FLOP in a cycle: what a device reaches with a layer is less. A measured
profile tells more than any of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dnnmig_gui.core.topology.server import Tier


@dataclass(frozen=True)
class Preset:
    """Values for a server or a link.

    Parameters
    ----------
    values
        By field, as the edits take them.
    source
        Where the figures come from, in a sentence.
    tier
        Where such a server stands; None for links.
    """

    name: str
    values: Mapping[str, Any]
    source: str
    tier: Tier | None = None


SERVER_PRESETS: tuple[Preset, ...] = (
    Preset(
        "Article's client",
        {"compute_ghz": 1.1, "flops_per_cycle": 1.0},
        "Slower client of the experiment of Xue, Wu and Li (IEEE Consumer Electronics Magazine, 2023): 1.1 GHz.",
        "client",
    ),
    Preset(
        "Raspberry Pi 4",
        {
            "compute_ghz": 1.5,
            "flops_per_cycle": 32.0,
            "memory_mb": 4295.0,
            "memory_gb_per_s": 12.8,
            "power_w.active": 6.4,
            "power_w.idle": 2.7,
        },
        "Raspberry Pi 4 product brief: four Cortex-A72 at 1.5 GHz, 4 GiB LPDDR4-3200 on 32 bits; 8 single-precision "
        "FLOP a cycle and core (one NEON multiply-add of four floats). Power idle (540 mA) and with all cores loaded "
        "(1280 mA at 5 V): Pi Dramble, power consumption benchmarks.",
        "client",
    ),
    Preset(
        "Phone (Snapdragon 855)",
        {"compute_ghz": 2.42, "flops_per_cycle": 64.0, "memory_mb": 6442.0, "memory_gb_per_s": 34.1},
        "Qualcomm Snapdragon 855 product brief: four Cortex-A76 class cores from 2.42 GHz, LPDDR4X with 34.1 GB/s; "
        "16 single-precision FLOP a cycle and core, the prime core counted like the others and the four small ones "
        "not. 6 GiB of memory: typical, our assumption; power: none stated.",
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
        "GB/s; 10 W is the budget of its faster power mode, no measurement.",
        "client",
    ),
    Preset(
        "Article's edge server",
        {"compute_ghz": 4.2, "flops_per_cycle": 1.0},
        "Slowest edge server of the experiment of Xue, Wu and Li (2023): 4.2 GHz; the fastest has 18.3.",
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
        "Intel's specification (ARK) of the Core i7-1165G7: four cores, 2.8 GHz at a thermal design power of 28 W, "
        "DDR4-3200 on two channels; 32 single-precision FLOP a cycle and core with AVX-512. 16 GiB of memory: typical, "
        "our assumption.",
        "edge",
    ),
    Preset(
        "Article's cloud server",
        {"compute_ghz": 40.0, "flops_per_cycle": 1.0},
        "Slowest cloud server of the experiment of Xue, Wu and Li (2023): 40 GHz; the fastest has 120.",
        "cloud",
    ),
    Preset(
        "Cloud VM, CPU (c5.xlarge)",
        {"compute_ghz": 3.0, "flops_per_cycle": 128.0, "memory_mb": 8590.0, "price_per_hour": 0.17},
        "Amazon EC2 c5.xlarge: two cores (four threads) of a Xeon Platinum at 3.0 GHz, 64 single-precision FLOP a "
        "cycle and core with two AVX-512 units; 8 GiB; price on demand in US dollars, Linux, us-east-1, as of 2023.",
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
        "NVIDIA T4 data sheet: 2560 cores, 8.1 TFLOPS, 16 GiB, 320 GB/s, 70 W at most; Amazon EC2 g4dn.xlarge, price "
        "on demand in US dollars, Linux, us-east-1, as of 2023.",
        "cloud",
    ),
)

_OFCOM = (
    "Ofcom, Measuring mobile broadband performance in the UK: 4G and 3G network performance (April 2015), means in "
    "five cities in late 2014"
)

LINK_PRESETS: tuple[Preset, ...] = (
    Preset(
        "3G",
        {"bandwidth_mb_per_s": 0.2, "bandwidth_back_mb_per_s": 0.7375, "latency_ms": 31.75},
        f"{_OFCOM}: 1.6 Mbit/s up, 5.9 Mbit/s down, and half of the round trip of 63.5 ms.",
    ),
    Preset(
        "4G",
        {"bandwidth_mb_per_s": 1.7, "bandwidth_back_mb_per_s": 1.8375, "latency_ms": 26.55},
        f"{_OFCOM}: 13.6 Mbit/s up, 14.7 Mbit/s down, and half of the round trip of 53.1 ms.",
    ),
    Preset(
        "5G",
        {"bandwidth_mb_per_s": 6.25, "bandwidth_back_mb_per_s": 12.5, "latency_ms": 4.0},
        "Report ITU-R M.2410-0 (2017), what is demanded of 5G in a dense city: 50 Mbit/s up and 100 Mbit/s down for a "
        "user, 4 ms. What networks reach differs.",
    ),
    Preset(
        "Wi-Fi",
        {"bandwidth_mb_per_s": 2.36, "bandwidth_back_mb_per_s": None},
        "Mean uplink of the experiments of Hu et al., Dynamic Adaptive DNN Surgery for Inference Acceleration on the "
        "Edge (INFOCOM 2019): 18.88 Mbit/s; the same back: our assumption.",
    ),
    Preset(
        "Fibre",
        {"bandwidth_mb_per_s": 125.0, "bandwidth_back_mb_per_s": None},
        "Nominal rate of Gigabit Ethernet over fibre (IEEE 802.3): 1 Gbit/s in both directions.",
    ),
)
