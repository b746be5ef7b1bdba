"""When something was, as people say it."""

from __future__ import annotations

from datetime import datetime

MINUTE, HOUR = 60, 3600
WEEK_DAYS = 7


def relative_text(then: datetime, now: datetime) -> str:
    """Return "Just now", "10 min ago", "3 h ago", "Yesterday", "Mon", "12 May" or "12 May 2024"."""
    seconds = (now - then).total_seconds()
    days = (now.date() - then.date()).days
    if days <= 0:
        if seconds < MINUTE:
            return "Just now"
        if seconds < HOUR:
            return f"{int(seconds // MINUTE)} min ago"
        return f"{int(seconds // HOUR)} h ago"
    if days == 1:
        return "Yesterday"
    if days < WEEK_DAYS:
        return then.strftime("%a")
    text = f"{then.day} {then.strftime('%b')}"
    return text if then.year == now.year else f"{text} {then.year}"
