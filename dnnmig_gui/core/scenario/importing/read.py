"""Opens a topology file of another program, whichever of the known ones it is."""

from __future__ import annotations

from pathlib import Path

from dnnmig_gui.core.errors import InputError
from dnnmig_gui.core.scenario.file import BYTE_ORDER_MARK, read_content, read_json
from dnnmig_gui.core.scenario.importing.imported import ImportedTopology
from dnnmig_gui.core.scenario.importing.source import local_name, parse_xml
from dnnmig_gui.core.scenario.schema import FORMAT

TOPOLOGY_SUFFIXES = (".graphml", ".xml", ".json")
LARGEST_BYTES = 16 * 2**20
KNOWN = "GraphML, iFogSim's JSON and EdgeCloudSim's XML can be imported"


def import_topology(path: Path | str) -> ImportedTopology:
    """Read a topology of another program; what the file holds decides, not its name.

    Raises
    ------
    InputError
        If it cannot be read, is of another kind, or says something impossible; the message names the place.
    """
    path = Path(path)
    content = read_content(path, LARGEST_BYTES, "a topology")
    source, name = path.name, path.stem or path.name
    try:
        if content.removeprefix(BYTE_ORDER_MARK.encode()).lstrip()[:1] in (b"{", b"["):
            return _from_json(content, source, name)
        return _from_xml(content, source, name)
    except InputError as error:
        raise error.within(source) from None


def _from_xml(content: bytes, source: str, name: str) -> ImportedTopology:
    if b"<" not in content[:4096].replace(b"\0", b""):
        raise InputError("is no topology that can be read", hint=KNOWN)
    root = parse_xml(content)
    kind = local_name(root.tag)
    if kind == "graphml":
        from dnnmig_gui.core.scenario.importing.graphml import read_graphml

        return read_graphml(root, source, name)
    if kind == "edge_devices":
        from dnnmig_gui.core.scenario.importing.edgecloudsim import read_edge_devices

        return read_edge_devices(root, source, name)
    if kind == "applications":
        raise InputError(
            "holds EdgeCloudSim's applications, no servers", hint="import the edge_devices.xml that belongs to it"
        )
    raise InputError(f"is XML of another kind (<{kind[:40]}>)", hint=KNOWN)


def _from_json(content: bytes, source: str, name: str) -> ImportedTopology:
    from dnnmig_gui.core.scenario.importing.ifogsim import read_ifogsim

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not a text file (byte {error.start} is not UTF-8)") from None
    values = read_json(text)
    if isinstance(values, dict) and values.get("format") == FORMAT:
        raise InputError("is a scenario already", hint="open it instead of importing it")
    if not isinstance(values, dict) or "nodes" not in values:
        raise InputError("is JSON of another kind: it has no 'nodes'", hint=KNOWN)
    return read_ifogsim(values, source, name)
