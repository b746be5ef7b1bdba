"""`dnnmig import`: what it writes, what it tells, and what it refuses without writing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dnnmig_gui.cli import main
from dnnmig_gui.core.scenario import open_scenario

SAMPLES = Path(__file__).parents[1] / "data" / "topologies"


@pytest.mark.parametrize(
    ("name", "servers"), [("ring-of-cities.graphml", 5), ("street.json", 4), ("edge_devices.xml", 3)]
)
def test_it_writes_a_scenario_and_tells_of_it(
    name: str, servers: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "made.dnnmig"
    assert main(["import", str(SAMPLES / name), "--output", str(output)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for title in ("Understood", "Assumed", "Left out"):
        assert f"\n{title}\n" in out
    assert len(open_scenario(output).scenario.servers) == servers
    assert main(["import", str(SAMPLES / name), "--output", str(output), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["servers"]) == servers
    assert {group["name"] for group in told["groups"]} == {server["group"] for server in told["servers"]}


def test_tiers_as_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "made.dnnmig"
    wanted = ["--tier", "level 1=cloud", "--tier", "camera-*=edge"]
    assert main(["import", str(SAMPLES / "street.json"), "--output", str(output), *wanted]) == 0
    assert "as asked" in capsys.readouterr().out
    tiers = {server.id: server.tier for server in open_scenario(output).scenario.servers}
    assert tiers == {"cloud": "cloud", "proxy": "cloud", "camera-1": "edge", "camera-2": "edge"}


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (["--tier", "proxy"], "--tier: must be NAME=client, NAME=edge or NAME=cloud, not 'proxy'"),
        (["--tier", "proxy=fog"], "--tier: must be NAME=client"),
        (["--tier", "proxi=edge"], "--tier: no server or group 'proxi'; did you mean 'proxy'?"),
        (["--tier", "proxy=edge", "--tier", "proxy=cloud"], "--tier: the tier of 'proxy' is given twice"),
    ],
)
def test_a_wrong_tier_writes_nothing(
    extra: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "made.dnnmig"
    assert main(["import", str(SAMPLES / "street.json"), "--output", str(output), *extra]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
    assert not output.exists()


def test_a_wrong_suffix_and_a_missing_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for output in (tmp_path / "made.json", tmp_path / "none" / "made.dnnmig"):
        assert main(["import", str(SAMPLES / "street.json"), "--output", str(output)]) == 2
        assert "--output: " in capsys.readouterr().err
