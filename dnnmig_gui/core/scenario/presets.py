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
        "FLOP a cycle and core. Power idle and with all cores loaded: Pi Dramble power benchmarks.",
        "client",
    ),
    Preset(
        "Phone (Snapdragon 855)",
        {"compute_ghz": 2.42, "flops_per_cycle": 64.0, "memory_mb": 6442.0, "memory_gb_per_s": 34.1},
        "Qualcomm Snapdragon 855 product brief: four Cortex-A76 class cores from 2.42 GHz, LPDDR4X with 34.1 GB/s; "
        "16 single-precision FLOP a cycle and core; 6 GiB of memory.",
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
        "NVIDIA Jetson Nano data sheet: 128 Maxwell cores at 921 MHz, 2 FLOP a cycle and core; 4 GiB, 25.6 GB/s; 10 W "
        "mode.",
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
        "Intel's specification of the Core i7-1165G7: four cores at 2.8 GHz, 28 W, DDR4-3200 on two channels; 32 "
        "single-precision FLOP a cycle and core with AVX-512; 16 GiB of memory.",
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
        "cycle and core with two AVX-512 units; 8 GiB; price on demand in US dollars, us-east-1.",
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
        "NVIDIA T4 data sheet: 2560 cores, 8.1 TFLOPS, 16 GiB, 320 GB/s, 70 W; Amazon EC2 g4dn.xlarge, price on demand "
        "in US dollars, us-east-1.",
        "cloud",
    ),
)

_SURGERY = "Mean uplink that studies of DNN partitioning use (Hu et al., INFOCOM 2019)"
_OFCOM = "downlink as measured by Ofcom in five British towns (2014)"

LINK_PRESETS: tuple[Preset, ...] = (
    Preset(
        "3G",
        {"bandwidth_mb_per_s": 0.1375, "bandwidth_back_mb_per_s": 0.7375},
        f"{_SURGERY}: 1.1 Mbit/s; {_OFCOM}: 5.9 Mbit/s.",
    ),
    Preset(
        "4G",
        {"bandwidth_mb_per_s": 0.73125, "bandwidth_back_mb_per_s": 1.8375, "latency_ms": 26.5},
        f"{_SURGERY}: 5.85 Mbit/s; {_OFCOM}: 14.7 Mbit/s, and half of its round trip of 53.1 ms.",
    ),
    Preset(
        "5G",
        {"bandwidth_mb_per_s": 6.25, "bandwidth_back_mb_per_s": 12.5, "latency_ms": 4.0},
        "What ITU-R M.2410-0 (2017) demands of 5G: 50 Mbit/s up and 100 Mbit/s down for a user, 4 ms.",
    ),
    Preset("Wi-Fi", {"bandwidth_mb_per_s": 2.36, "bandwidth_back_mb_per_s": None}, f"{_SURGERY}: 18.88 Mbit/s."),
    Preset(
        "Fibre",
        {"bandwidth_mb_per_s": 125.0, "bandwidth_back_mb_per_s": None},
        "Nominal rate of Gigabit Ethernet over fibre (IEEE 802.3): 1 Gbit/s in both directions.",
    ),
)
