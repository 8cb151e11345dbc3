"""Undoes what people do to a word so that a machine does not know it, and leaves ordinary text as it is.

The scorer reads a text twice when this changes it, as it stands and as `plain` has it, and takes the higher
score. So a disguise that is missed costs recall, and a change too many costs a few milliseconds and some risk
of a false alarm: what is ambiguous is left alone.
"""

from toxicity.evasion import (
    abbreviations,
    broken_words,
    floods,
    joined_words,
    leetspeak,
    letters_apart,
    masks,
    slips,
)
from toxicity.evasion.spelling import runs


def plain(text: str) -> str:
    """The text without look-alikes, invisible characters, leetspeak, masks, slips, joins, breaks and floods.

    Emoji are said in words. Idempotent, deterministic, in time linear in the text's length. Case and
    everything else stay.
    """
    # What one step uncovers may be another's business: letters apart that are full-width. Each round leaves
    # fewer characters that are disguised, and a word can be wrapped only so many times.
    while (undone := _undone(text)) != text:
        text = undone
    return text


def _undone(text: str) -> str:
    if not text.isascii():
        # Their patterns and tables are for the few texts that need them, not for every cold start.
        from toxicity import emoji  # noqa: PLC0415
        from toxicity.evasion import look_alikes  # noqa: PLC0415

        text = emoji.spelled(look_alikes.latin(text))
    text = leetspeak.in_letters(masks.filled(letters_apart.joined(text)))
    # As they are here: what a step makes of them is looked at in the next round.
    words = frozenset(runs(text))
    text = abbreviations.in_full(text, words)
    text = slips.set_right(text, words)
    text = joined_words.apart(text, words)
    return broken_words.mended(floods.shortened(text))
