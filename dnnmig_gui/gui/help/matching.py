"""Finds what somebody means by a few letters."""

from __future__ import annotations

WORD_START = 8.0
IN_A_ROW = 5.0
PLAIN = 1.0
FIRST_LETTER = 6.0


def match_score(asked: str, text: str) -> float | None:
    """Return how well a text answers what was asked, or None if it does not.

    Every word asked for must be in the text, letter after letter, with gaps. Letters at the start of words and letters
    in a row count more; of two texts that answer alike, the shorter is better.
    """
    low = text.lower()
    total = 0.0
    for word in asked.lower().split():
        score = _word_score(word, low)
        if score is None:
            return None
        total += score
    return total - 0.01 * len(text)


def _word_score(word: str, text: str) -> float | None:
    whole = text.find(word)
    if whole >= 0:
        starts = [place for place in _all(word, text) if _starts_word(text, place)]
        place = starts[0] if starts else whole
        return (
            len(word) * IN_A_ROW
            + (WORD_START * 2 if starts else 0)
            + (FIRST_LETTER if place == 0 else 0)
            - 0.02 * place
        )
    score, place, before = 0.0, 0, -2
    for letter in word:
        found = _next(letter, text, place, before)
        if found is None:
            return None
        if found == before + 1:
            score += IN_A_ROW
        elif _starts_word(text, found):
            score += WORD_START
        else:
            score -= 0.2 * min(10, found - place)
            score += PLAIN
        before, place = found, found + 1
    # Letters strewn over a long text answer nothing.
    return score if score >= 1.5 * len(word) else None


def _next(letter: str, text: str, place: int, before: int) -> int | None:
    """Return where a letter comes next: right after the one before, else at a word's start, else anywhere."""
    if place == before + 1 and text[place : place + 1] == letter:
        return place
    anywhere = -1
    at = text.find(letter, place)
    while at >= 0:
        if _starts_word(text, at):
            return at
        if anywhere < 0:
            anywhere = at
        at = text.find(letter, at + 1)
    return None if anywhere < 0 else anywhere


def _starts_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()


def _all(word: str, text: str) -> list[int]:
    places, at = [], text.find(word)
    while at >= 0:
        places.append(at)
        at = text.find(word, at + 1)
    return places
