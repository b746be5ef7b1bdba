"""The catalogues of the window's languages: complete, compiled, and with the same placeholders as the English texts."""

from __future__ import annotations

import ast
import importlib.util
import string
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
CODES = ("ja", "zh_CN")


@pytest.fixture(scope="module")
def collect() -> ModuleType:
    """The script that collects the texts."""
    pytest.importorskip("PySide6")
    spec = importlib.util.spec_from_file_location("collect", ROOT / "translations" / "collect.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["collect"] = module
    spec.loader.exec_module(module)
    return module


def placeholders(text: str) -> list[str]:
    parts = string.Formatter().parse(text)
    return sorted(f"{name}:{spec}" for _, name, spec, _ in parts if name is not None)


@pytest.mark.parametrize("code", CODES)
def test_every_text_of_the_window_is_translated(collect: ModuleType, code: str) -> None:
    wanted = {message if isinstance(message, str) else message[0] for message in collect.messages()}
    catalogue = collect.catalogue(code)
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id}
    assert sorted(wanted - known) == [], "run: python translations/collect.py"
    assert sorted(known - wanted) == [], "run: python translations/collect.py"
    assert collect.missing(catalogue) == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize("code", CODES)
def test_translations_name_what_the_english_text_names(collect: ModuleType, code: str) -> None:
    wrong = []
    for message in collect.catalogue(code):
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[0]
            strings = (message.string,) if isinstance(message.string, str) else message.string
            if "{" in english:
                wrong += [each for each in strings if placeholders(each) != placeholders(english)]
    assert wrong == []


@pytest.mark.parametrize("code", CODES)
def test_what_is_compiled_is_what_is_written(collect: ModuleType, code: str) -> None:
    from babel.messages.mofile import read_mo

    with (collect.LOCALE / code / "LC_MESSAGES" / f"{collect.DOMAIN}.mo").open("rb") as file:
        compiled = read_mo(file)
    written = {_key(message): _strings(message) for message in collect.catalogue(code) if message.id}
    assert {_key(message): _strings(message) for message in compiled if message.id} == written


def _key(message: object) -> object:
    identifier = message.id  # type: ignore[attr-defined]
    return identifier if isinstance(identifier, str) else tuple(identifier)


def _strings(message: object) -> tuple[str, ...]:
    text = message.string  # type: ignore[attr-defined]
    return (text,) if isinstance(text, str) else tuple(text)


def test_no_text_is_translated_before_a_language_is_chosen(collect: ModuleType) -> None:
    """What stands at the top of a module or as a default is read once: `mark` belongs there, not `tr`."""
    early = []
    for path in sorted(collect.GUI.rglob("*.py")):
        early += [f"{path.name}:{line}" for line in _early_calls(ast.parse(path.read_text(encoding="utf-8")))]
    assert early == []


def _early_calls(tree: ast.AST) -> list[int]:
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            defaults = [*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)]
            found += [line for default in defaults for line in _calls(default)]
        elif isinstance(node, ast.ClassDef):
            found += _early_calls(node)
        elif not isinstance(node, ast.Lambda):
            found += _calls(node)
    return found


def _calls(node: ast.AST) -> list[int]:
    names = ("tr", "tr_n")
    return [
        each.lineno
        for each in ast.walk(node)
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id in names
    ]
