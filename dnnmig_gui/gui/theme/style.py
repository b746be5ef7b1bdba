"""The style sheet of the window, drawn from the tokens.

Widgets say what they are by dynamic properties, never by colours of their own: `role` on frames and labels,
`kind` on buttons, `invalid` on fields.
"""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QPalette

from dnnmig_gui.gui.theme.tokens import Theme

_SHEET = """
* {{ outline: none; }}
QMainWindow, QWidget[role="window"], QDialog {{ background: {bg}; }}
QWidget[role="panel"] {{ background: {surface}; border-radius: 10px; }}
QWidget[role="card"] {{ background: {surface_2}; border-radius: 10px; }}
QWidget[role="banner"] {{ background: {failure_tint}; border-radius: 8px; }}
QWidget[role="notice"] {{ background: {accent_soft}; border-radius: 8px; }}
QWidget[role="track"] {{ background: {surface_2}; border-radius: 8px; }}
QWidget[role="page"] {{ background: {surface}; }}
QWidget[role="sheet"] {{ background: {surface}; border: 1px solid {line_strong}; border-radius: 12px; }}
QWidget[role="rule"] {{ background: {line_strong}; }}
QScrollArea, QScrollArea > QWidget > QWidget[role="scrolled"] {{ background: transparent; border: none; }}

QLabel {{ color: {text_2}; font-size: 12px; background: transparent; }}
QLabel[role="title"] {{ color: {text}; font-size: 13px; font-weight: 600; }}
QLabel[role="section"] {{ color: {text_3}; font-size: 11px; font-weight: 600; }}
QLabel[role="caption"] {{ color: {text_3}; font-size: 11px; }}
QLabel[role="quiet"] {{ color: {text_3}; }}
QLabel[role="unit"] {{ font-weight: 500; }}
QLabel[role="value"] {{ color: {text}; font-weight: 600; }}
QLabel[role="number"] {{ color: {text}; font-weight: 500; }}
QLabel[role="headline"] {{ color: {text}; font-family: "Inter Display"; font-size: 32px; font-weight: 600; }}
QLabel[role="page"] {{ color: {text}; font-family: "Inter Display"; font-size: 32px; font-weight: 600; }}
QLabel[role="chapter"] {{ color: {text}; font-family: "Inter Display"; font-size: 24px; font-weight: 600; }}
QLabel[role="lead"] {{ color: {text_2}; font-size: 15px; }}
QLabel[role="heading"] {{ color: {text}; font-size: 15px; font-weight: 600; }}
QLabel[role="key"] {{ color: {text_2}; background: {surface_3}; border-radius: 6px; padding: 0px 7px; font-size: 11px;
    font-weight: 600; min-height: 24px; max-height: 24px; }}
QLabel[role="error"] {{ color: {failure_ink}; font-size: 12px; }}
QLabel[role="badge"] {{ color: {accent_ink}; background: {accent_soft}; border-radius: 12px; padding: 0px 8px;
    font-size: 11px; font-weight: 600; min-height: 24px; max-height: 24px; }}
QLabel:disabled {{ color: {text_3}; }}

QPushButton, QToolButton {{ color: {text_2}; background: transparent; border: none; border-radius: 8px;
    padding: 0px 8px; font-size: 12px; font-weight: 500; min-height: 32px; max-height: 32px; icon-size: 16px; }}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {surface_3}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {disabled}; background: transparent; }}
QToolButton:checked {{ color: {accent_ink}; background: {accent_soft}; }}
QToolButton::menu-indicator, QPushButton::menu-indicator {{ image: none; width: 0px; }}
QPushButton[kind="primary"] {{ color: {on_accent}; background: {accent}; font-weight: 600; padding: 0px 20px; }}
QPushButton[kind="primary"]:hover {{ background: {accent_hover}; }}
QPushButton[kind="primary"]:pressed {{ background: {accent_pressed}; }}
QPushButton[kind="primary"]:disabled {{ color: {text_3}; background: {surface_3}; }}
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {{ color: {text}; background: {surface_2}; }}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover {{ background: {surface_3}; }}
QPushButton[kind="quiet"]:disabled, QToolButton[kind="quiet"]:disabled {{ color: {disabled};
    background: {surface_2}; }}
QToolButton[kind="small"] {{ min-height: 28px; max-height: 28px; min-width: 28px; max-width: 28px; padding: 0px;
    border-radius: 6px; icon-size: 14px; }}
QToolButton[kind="mark"] {{ background: {accent}; border-radius: 6px; padding: 0px; min-width: 24px; max-width: 24px;
    min-height: 24px; max-height: 24px; icon-size: 24px; }}
QToolButton[kind="mark"]:hover {{ background: {accent_hover}; }}
QPushButton[large="true"] {{ font-size: 13px; min-height: 40px; max-height: 40px; }}
QPushButton[kind="plain"] {{ color: {text_2}; padding: 0px 6px; min-height: 28px; max-height: 28px; }}
QPushButton[kind="search"] {{ color: {text_3}; background: {search}; text-align: left; font-weight: 400;
    padding: 0px 10px; }}
QPushButton[kind="search"]:hover {{ color: {text_2}; }}
QPushButton[kind="chip"] {{ color: {text_2}; background: {surface_2}; border-radius: 14px; padding: 0px 12px;
    min-height: 28px; max-height: 28px; }}
QPushButton[kind="chip"]:hover {{ background: {surface_3}; }}
QPushButton[kind="chip"]:checked {{ color: {accent_ink}; background: {accent_soft}; }}
QPushButton[kind="chip"]:disabled {{ color: {disabled}; background: {surface_2}; }}
QPushButton[kind="segment"] {{ color: {text_2}; border-radius: 6px; padding: 0px 6px; min-height: 28px;
    max-height: 28px; }}
QPushButton[kind="segment"]:checked {{ color: {text}; background: {segment}; font-weight: 600; }}
QPushButton[kind="row"] {{ color: {text}; text-align: left; border-radius: 6px; padding: 0px 8px; min-height: 28px;
    max-height: 28px; }}
QPushButton[kind="row"]:hover {{ background: {surface_2}; }}
QPushButton[kind="row"]:checked {{ color: {accent_ink}; background: {accent_soft}; }}
QPushButton[kind="link"] {{ color: {accent_ink}; padding: 0px 4px; min-height: 28px; max-height: 28px; }}

QLineEdit, QComboBox {{ color: {text}; background: {surface_2}; border: 1px solid transparent; border-radius: 6px;
    padding: 0px 10px; min-height: 26px; max-height: 26px; font-size: 12px; font-weight: 500;
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:hover, QComboBox:hover {{ background: {surface_3}; }}
QPlainTextEdit {{ color: {text}; background: {surface_2}; border: 1px solid transparent; border-radius: 6px; }}
QPlainTextEdit:hover {{ background: {surface_3}; }}
QLineEdit QToolButton {{ background: transparent; border: none; min-width: 0px; min-height: 0px; padding: 0px; }}
QLineEdit:disabled, QComboBox:disabled {{ color: {text_3}; }}
QLineEdit[invalid="true"] {{ border: 1px solid {failure_line}; background: {failure_tint}; color: {failure_ink}; }}
QComboBox {{ font-size: 13px; min-height: 30px; max-height: 30px; padding: 0px 28px 0px 11px; }}
QComboBox[compact="true"] {{ font-size: 12px; min-height: 26px; max-height: 26px; padding: 0px 4px 0px 11px; }}
QComboBox::drop-down {{ border: none; width: 28px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{ color: {text}; background: {surface}; border: 1px solid {line}; border-radius: 6px;
    padding: 4px; selection-background-color: {accent_soft}; selection-color: {accent_ink}; }}
QComboBox QAbstractItemView::item {{ min-height: 28px; padding: 0px 8px; }}

QSlider {{ min-height: 28px; }}
QSlider::groove:horizontal {{ height: 4px; background: {surface_3}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {accent}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 6px; height: 6px; margin: -5px 0px; border-radius: 7px;
    border: 4px solid {accent}; background: {surface}; }}
QSlider::sub-page:horizontal:disabled {{ background: {line_strong}; }}
QSlider::handle:horizontal:disabled {{ border-color: {line_strong}; }}

QProgressBar {{ background: {surface_3}; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}

QMenu {{ color: {text}; background: {surface}; border: 1px solid {line}; border-radius: 8px; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 8px; border-radius: 5px; }}
QMenu::item:selected {{ background: {accent_soft}; color: {accent_ink}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QMenu::icon {{ padding-left: 8px; }}
QToolTip {{ color: {text}; background: {surface}; border: 1px solid {line_strong}; padding: 4px 6px; }}

QFrame[role="entry"] {{ border-radius: 6px; }}
QFrame[role="entry"]:hover {{ background: {surface_2}; }}
QFrame[role="entry"]:focus {{ background: {surface_2}; }}
QToolButton[alarm="true"] {{ color: {failure_ink}; }}
QUndoView {{ color: {text_2}; background: transparent; border: none; font-size: 12px; padding: 0px 8px; }}
QUndoView::item {{ min-height: 28px; padding: 0px 8px; border-radius: 6px; }}
QUndoView::item:hover {{ background: {surface_2}; }}
QUndoView::item:selected {{ background: {accent_soft}; color: {accent_ink}; }}

QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0px; }}
QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0px; }}
QScrollBar::handle {{ background: {line_strong}; border-radius: 3px; margin: 1px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {text_3}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0px; height: 0px; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: transparent; }}
QListView[kind="palette"], QListWidget[kind="topics"], QTextBrowser[kind="page"] {{ background: transparent;
    border: none; color: {text_2}; font-size: 12px; }}
QTextBrowser[kind="page"] {{ font-size: 13px; }}
QListWidget[kind="topics"]::item {{ padding: 6px 8px; border-radius: 6px; color: {text_2}; }}
QListWidget[kind="topics"]::item:selected {{ background: {accent_soft}; color: {accent_ink}; }}
QListWidget[kind="topics"]::item:disabled {{ color: {text_3}; font-weight: 600; padding-top: 12px; }}
QLineEdit[kind="palette"] {{ font-size: 15px; font-weight: 400; min-height: 38px; max-height: 38px; }}
QMessageBox QLabel {{ color: {text}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QDialogButtonBox QPushButton {{ color: {text}; background: {button}; padding: 0px 16px; min-width: 48px; }}
QDialogButtonBox QPushButton:hover {{ background: {surface_3}; }}
QDialogButtonBox QPushButton:default {{ color: {on_accent}; background: {accent}; }}
QDialogButtonBox QPushButton:default:hover {{ background: {accent_hover}; }}
"""


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """Return the colour a `share` of the way from `one` to `other`."""
    return QColor(
        *(
            round(a + (b - a) * share)
            for a, b in zip(
                (one.red(), one.green(), one.blue()), (other.red(), other.green(), other.blue()), strict=True
            )
        )
    )


# A radius of 14 px is that of a pill: half its height.
_GROWN = "border-radius(?=: 14px)|font-size|icon-size|min-height|max-height|min-width|max-width"
_GROWS = re.compile(rf"(?<=[ ;{{])((?:{_GROWN}): )(\d+)px")
LEAST_PX = {"font-size": 11, "icon-size": 14, "border-radius": 12}
LEAST_TARGET = 24
"""Nothing that is read or hit gets smaller than this, however small text is chosen."""


def style_sheet(theme: Theme, text_percent: int = 100) -> str:
    """Return the application's style sheet in a theme; texts and what holds them grow by `text_percent`."""
    light = theme.name == "light"
    colors = {
        "hover": mixed(theme.bg, theme.text, 0.07) if light else theme.surface_2,
        "disabled": mixed(theme.text_3, theme.bg, 0.45),
        "search": theme.surface if light else theme.surface_2,
        "button": theme.surface if light else theme.surface_3,
        "segment": theme.surface if light else theme.surface_3,
        "accent_hover": mixed(theme.accent, theme.text, 0.12),
        "accent_pressed": mixed(theme.accent, theme.text, 0.24),
        "failure_tint": theme.failure.tint,
        "failure_ink": theme.failure.ink,
        "failure_line": theme.failure.line,
    }
    names = "bg surface surface_2 surface_3 line line_strong text text_2 text_3 accent on_accent accent_soft accent_ink"
    colors |= {name: getattr(theme, name) for name in names.split()}
    sheet = _SHEET.format(**{name: color.name() for name, color in colors.items()})
    if text_percent == 100:
        return sheet

    def grown(found: re.Match[str]) -> str:
        px = int(found[2])
        least = min(px, LEAST_PX.get(found[1].partition(":")[0], LEAST_TARGET))
        return f"{found[1]}{max(least, round(px * text_percent / 100))}px"

    return _GROWS.sub(grown, sheet)


def palette(theme: Theme) -> QPalette:
    """Return the palette for what the style sheet does not reach, such as file dialogs."""
    made = QPalette(theme.bg)
    roles = {
        QPalette.ColorRole.Window: theme.bg,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.surface_2,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.text_3,
        QPalette.ColorRole.Button: theme.surface_2,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.on_accent,
        QPalette.ColorRole.Link: theme.accent_ink,
    }
    for role, color in roles.items():
        made.setColor(role, color)
    faint = mixed(theme.text_3, theme.bg, 0.45)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, faint)
    return made
