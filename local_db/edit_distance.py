"""How far a correction is from what was heard."""

from __future__ import annotations


def edit_distance(one: str, other: str) -> int:
    """Levenshtein distance in characters (Unicode code points): insertions, deletions and
    replacements, each one.

    By bit vectors, a row at a time (Myers 1999, in the form of Hyyrö 2001): two reasons of 4,000
    characters take milliseconds where a table would take seconds.
    """
    if not one:
        return len(other)
    where: dict[str, int] = {}
    for place, character in enumerate(one):
        where[character] = where.get(character, 0) | 1 << place
    whole = (1 << len(one)) - 1
    last = 1 << (len(one) - 1)
    up, down, distance = whole, 0, len(one)
    for character in other:
        same = where.get(character, 0)
        diagonal = (((same & up) + up) ^ up) | same | down
        right = down | ~(diagonal | up) & whole
        left = up & diagonal
        distance += bool(right & last) - bool(left & last)
        right = (right << 1 | 1) & whole
        left = left << 1 & whole
        up = left | ~(diagonal | right) & whole
        down = right & diagonal
    return distance
