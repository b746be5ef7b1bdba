"""EdgeCloudSim's ``edge_devices.xml``: datacenters with hosts, placed on a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.importing.imported import ImportedTopology, ServerDraft, TierGroup, check_size
from dnnmig_gui.core.scenario.importing.places import spread
from dnnmig_gui.core.scenario.importing.source import local_name, many, number
from dnnmig_gui.core.topology import LinkDefault
from dnnmig_gui.core.topology.link import TierPair

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DATACENTER_KEYS = {"costPerBw", "costPerSec", "costPerMem", "costPerStorage", "location", "hosts"}
# The simulator's default configuration: WLAN of 200 Mbit/s, WAN of 15 Mbit/s and 0.1 s, LAN of 5 ms.
DEFAULTS: dict[TierPair, LinkDefault] = {
    "client-edge": LinkDefault(bandwidth_mb_per_s=25.0),
    "edge-edge": LinkDefault(bandwidth_mb_per_s=25.0, latency_ms=5.0),
    "edge-cloud": LinkDefault(bandwidth_mb_per_s=1.875, latency_ms=100.0),
}


def read_edge_devices(root: Element, source: str, name: str) -> ImportedTopology:
    """Return the hosts of an ``edge_devices`` document as edge servers.

    A host of `core` cores of `mips` million instructions a second each is taken for ``core * mips / 1000`` GHz, one
    instruction a cycle; ``costPerSec`` is its price.

    Raises
    ------
    InputError
        If a datacenter has no host, or a number is none.
    """
    drafts: list[ServerDraft] = []
    places: list[tuple[float, float]] = []
    machines = 0
    unknown: set[str] = set()
    for index, datacenter in enumerate(_children(root, "datacenter")):
        field = f"datacenter[{index}]"
        unknown |= {local_name(child.tag) for child in datacenter} - DATACENTER_KEYS
        price = _number(datacenter, "costPerSec", field, default=0.0)
        location = datacenter.find("location")
        if location is None:
            raise InputError("has no location", field=field)
        place = tuple(_number(location, key, f"{field}.location", least=-1e12) for key in ("x_pos", "y_pos"))
        hosts = [host for group in _children(datacenter, "hosts") for host in _children(group, "host")]
        if not hosts:
            raise InputError("has no host", field=field, hint="add a <host> to its <hosts>")
        for count, host in enumerate(hosts):
            here = f"{field}.hosts.host[{count}]"
            machines += sum(1 for group in _children(host, "VMs") for _ in _children(group, "VM"))
            cores = _number(host, "core", here, above=True)
            mips = _number(host, "mips", here, above=True)
            drafts.append(
                ServerDraft(
                    f"edge-{index + 1}" + (f"-{count + 1}" if len(hosts) > 1 else ""),
                    "hosts",
                    compute_ghz=cores * mips / 1000,
                    memory_mb=_number(host, "ram", here, above=True),
                    price_per_hour=price * 3600 or None,
                    field=here,
                )
            )
            places.append((place[0], place[1]))
    check_size(len(drafts), 0)
    return ImportedTopology(
        source,
        "EdgeCloudSim",
        name,
        spread(drafts, places),
        (),
        (TierGroup("hosts", "edge", "they are edge devices"),),
        DEFAULTS,
        understood=(
            f"{many(len(drafts), 'host')} as edge servers, with cores, MIPS, RAM, price and place",
            "core x MIPS / 1000 is the speed in GHz: one instruction a cycle",
        ),
        assumed=(
            "links by tier as in the simulator's default configuration: WLAN 25 MB/s, WAN 1.875 MB/s and 100 ms, "
            "5 ms between edge servers",
        ),
        left_out=tuple(
            [
                "clients and the cloud: the file tells of edge devices alone; add them in the scenario",
                "the keys wlan_id, attractiveness, storage, costPerBw, costPerMem and costPerStorage",
            ]
            + ([f"{many(machines, 'virtual machine')}: the whole host runs a layer"] if machines else [])
            + ([f"elements that are not known: {', '.join(sorted(unknown))[:200]}"] if unknown else [])
        ),
    )


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local_name(child.tag) == name]


def _number(
    element: Element,
    key: str,
    field: str,
    *,
    default: float | None = None,
    least: float = 0.0,
    above: bool = False,
) -> float:
    child = element.find(key)
    if child is None:
        if default is not None:
            return default
        raise InputError("is missing", field=f"{field}.{key}")
    return number((child.text or "").strip(), f"{field}.{key}", least=least, above=above)
