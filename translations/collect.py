"""Bring the catalogues up to date with the window's texts, and compile them.

    python translations/collect.py              # update the .po files, compile the .mo files
    python translations/collect.py --missing DIR  # besides, write what is not translated yet, a file a language

Besides the texts that the code marks, the catalogues hold what the core says in plain English and the window translates
where it shows it: titles and explanations of methods and their parameters, and names and stories of the examples.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from pydantic import BaseModel

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dnnmig_gui.core.registry import KINDS, all_methods  # noqa: E402
from dnnmig_gui.core.scenario.examples import example_files  # noqa: E402
from dnnmig_gui.core.scenario.schema import (  # noqa: E402
    Costs,
    Link,
    LinkDefault,
    Running,
    Server,
    User,
)
from dnnmig_gui.core.topology.server import PowerDraw  # noqa: E402
from dnnmig_gui.gui.language import DOMAIN, LANGUAGES  # noqa: E402

GUI = ROOT / "dnnmig_gui" / "gui"
LOCALE = ROOT / "dnnmig_gui" / "resources" / "locale"
PLACES = {"tr": (0,), "mark": (0,), "tr_n": (0, 1), "ActionSpec": (1,), "field_of": (2,)}
"""Which arguments of which calls are texts."""
UNTRANSLATED = frozenset(LANGUAGES.values())
"""Languages are called by their own names everywhere."""
LONGEST_SUBTITLE = 44
"""As on the cards of the welcome screen."""

Message = str | tuple[str, ...]


def marked() -> Iterator[Message]:
    """Yield the texts that the window's code marks, those with a plural as pairs.

    Read from the syntax tree: Babel's own extraction does not look into f-strings.
    """
    for path in sorted(GUI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLACES:
                texts = tuple(_text(node, place) for place in PLACES[node.func.id])
                if all(texts):
                    yield texts if len(texts) > 1 else texts[0]


def _text(call: ast.Call, place: int) -> str:
    """Return an argument of a call if it is a text that stands there as such."""
    given = call.args[place] if place < len(call.args) else None
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""


def of_core() -> Iterator[str]:
    """Yield what the core says in plain English and the window shows."""
    from dnnmig_gui.gui.planner.form import fields_of

    models: list[type[BaseModel]] = [Server, PowerDraw, Link, LinkDefault, User, Running, Costs]
    for kind in KINDS:
        for method in all_methods(kind):
            yield method.title
            yield method.summary
            models.append(method.parameters)
    for model in models:
        for field in fields_of(model):
            yield field.title
            if field.beside:
                yield field.beside
            yield field.help
            yield from (str(each).replace("-", " ").capitalize() for each in field.choices if isinstance(each, str))
    for path in example_files():
        told = json.loads(path.read_text(encoding="utf-8"))
        yield told["name"]
        yield told["description"]
        first = told["description"].partition(". ")[0].rstrip(".")
        if len(first) <= LONGEST_SUBTITLE:
            yield first


def messages() -> list[Message]:
    """Return every message once, in alphabetical order; texts without a letter need no translation."""
    found: dict[str, Message] = {}
    for message in (*marked(), *of_core()):
        key = message if isinstance(message, str) else message[0]
        if key not in UNTRANSLATED and any(map(str.isalpha, key)) and not isinstance(found.get(key), tuple):
            found[key] = message
    return [found[key] for key in sorted(found)]


def catalogue(code: str) -> Catalog:
    """Return the catalogue of a language as it lies on disk; an empty one where there is none yet."""
    path = LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return Catalog(locale=code, domain=DOMAIN, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=code, domain=DOMAIN)


def updated(code: str, wanted: list[Message]) -> Catalog:
    """Return the catalogue of a language with exactly the messages wanted, translated as far as they were."""
    known = catalogue(code)
    made = Catalog(
        locale=code,
        domain=DOMAIN,
        fuzzy=False,
        project="DNN Migration Planner",
        copyright_holder="the authors of DNN Migration Planner",
        creation_date=known.creation_date,
        revision_date=known.revision_date,
        last_translator="the authors",
        language_team=LANGUAGES[code],
        header_comment=f"# {LANGUAGES[code]}: texts of the window. See docs/translating.md.",
    )
    for message in wanted:
        old = known.get(message if isinstance(message, str) else message[0])
        made.add(message, old.string if old is not None and not old.fuzzy else "")
    return made


def missing(made: Catalog) -> list[str]:
    """Return the English texts that a catalogue does not translate."""
    texts = []
    for message in made:
        if message.id:
            strings = (message.string,) if isinstance(message.string, str) else message.string
            if not strings or not all(strings):
                texts.append(message.id if isinstance(message.id, str) else message.id[0])
    return texts


def main() -> None:
    """Update, compile, and say what is left."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--missing", type=Path, help="folder for lists of what is not translated yet")
    asked = parser.parse_args()
    wanted = messages()
    for code in LANGUAGES:
        if code == "en":
            continue
        made = updated(code, wanted)
        folder = LOCALE / code / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{DOMAIN}.po").open("wb") as file:
            write_po(file, made, width=0, sort_output=True)
        with (folder / f"{DOMAIN}.mo").open("wb") as file:
            write_mo(file, made)
        left = missing(made)
        sys.stdout.write(f"{code}: {len(wanted) - len(left)} of {len(wanted)} messages translated\n")
        if asked.missing is not None:
            asked.missing.mkdir(parents=True, exist_ok=True)
            text = "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in left)
            (asked.missing / f"{code}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
