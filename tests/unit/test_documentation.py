"""What the documentation says is so."""

import re
from pathlib import Path

import pytest

PAGES = sorted(
    page.relative_to(Path(__file__).resolve().parents[2])
    for folder in (".", "docs", "docs/adr")
    for page in (Path(__file__).resolve().parents[2] / folder).glob("*.md")
)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_to_a_file(checkout: Path, page: Path) -> None:
    file = checkout / page
    text = file.read_text()
    assert text.startswith("# ")
    assert [target for target in LINK.findall(text) if not (file.parent / target).exists()] == []


def test_every_page_is_in_the_index(checkout: Path) -> None:
    index = (checkout / "docs" / "README.md").read_text()
    pages = [page for page in (checkout / "docs").rglob("*.md") if page.name != "README.md"]
    assert len(pages) >= 5
    assert [page.name for page in pages if f"({page.relative_to(checkout / 'docs').as_posix()})" not in index] == []


def test_the_own_method_page_shows_the_package_that_is_tested(checkout: Path) -> None:
    page = (checkout / "docs" / "own-method.md").read_text()
    package = checkout / "tests" / "data" / "own_method_package"
    for name in ("pyproject.toml", "random_servers.py"):
        assert (package / name).read_text().strip() in page


def test_the_notices_name_every_package_that_users_get(checkout: Path) -> None:
    locked = re.findall(r"^([a-z0-9-]+)==", (checkout / "requirements.txt").read_text(), re.MULTILINE)
    notices = (checkout / "THIRD-PARTY-NOTICES.md").read_text()
    named = {name for row in re.findall(r"^\| (.+?) \|", notices, re.MULTILINE) for name in row.split(", ")}
    assert len(locked) > 30
    assert [name for name in locked if name not in named] == []


def test_the_readme_knows_every_command(checkout: Path) -> None:
    from typer.main import get_command

    from dnnmig_gui.cli.app import app

    readme = (checkout / "README.md").read_text()
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands) >= 8
    assert [name for name in commands if f"dnnmig {name}" not in readme] == []


def test_the_python_of_the_readme_runs(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (checkout / "README.md").read_text(), re.DOTALL)
    monkeypatch.chdir(checkout)
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - the page's own example
    assert names["plan"].feasible  # type: ignore[attr-defined]
