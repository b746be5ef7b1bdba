"""When something was, as people say it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QLocale

from dnnmig_gui.gui.language import spoken, tr

MINUTE, HOUR = 60, 3600
WEEK_DAYS = 7


def relative_text(then: datetime, now: datetime) -> str:
    """Return "Just now", "10 min ago", "3 h ago", "Yesterday", "Mon", "12 May" or "12 May 2024"."""
    seconds = (now - then).total_seconds()
    days = (now.date() - then.date()).days
    if days <= 0:
        if seconds < MINUTE:
            return tr("Just now")
        if seconds < HOUR:
            return tr("{minutes} min ago").format(minutes=int(seconds // MINUTE))
        return tr("{hours} h ago").format(hours=int(seconds // HOUR))
    if days == 1:
        return tr("Yesterday")
    if days < WEEK_DAYS:
        return QLocale(spoken()).dayName(then.isoweekday(), QLocale.FormatType.ShortFormat)
    month = QLocale(spoken()).monthName(then.month, QLocale.FormatType.ShortFormat)
    if then.year == now.year:
        return tr("{day} {month}").format(day=then.day, month=month)
    return tr("{day} {month} {year}").format(day=then.day, month=month, year=then.year)
