"""Comments about one group or person, said of another: what is said decides, not of whom.

Counterfactual data augmentation (Dixon et al. 2018; Garg et al. 2019, arXiv:1809.10610). Unlike templates,
natural comments name groups in passing and in all the ways there are. But some groups are rarely named there
without being abused, and a model takes their names for abuse.
"""

import random
import re
from functools import cache
from typing import Final

from training.templates import Group, given_name, groups

# Words for groups that mean something else as often: a colour, a size, an age, a direction, anybody.
_AMBIGUOUS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        women woman female females men man male males girl girls boy boys child children kid kids toddler
        toddlers mother mothers father fathers black blacks white whites brown straight old young little
        short thin skinny poor bald fat addicted depressed converted convert mute foreign rural southern
        northern orphan orphans adopted orthodox villager villagers veteran veterans newcomer newcomers
        immigrant turk dutch nip georgian
        """,
    )
)
_COMMON_NAME: Final = re.compile(
    r"\b(?:John|Jim|Jimbo|James|Robert|Bob|Michael|Mike|David|Dave|William|Bill|Richard|Thomas|Tom|Charles|Charlie|"
    r"Joseph|Joe|Daniel|Dan|Matthew|Matt|Mark|Paul|Steven|Steve|Stephen|Andrew|Andy|George|Peter|Edward|Kevin|"
    r"Brian|Jason|Jeff|Ryan|Jacob|Gary|Eric|Scott|Frank|Patrick|Jack|Henry|Adam|Chris|Alex|Tony|Sam|Ben|Simon|"
    r"Mary|Elizabeth|Jennifer|Susan|Sarah|Karen|Lisa|Nancy|Sandra|Emily|Michelle|Laura|Amy|Anna|Emma|Rachel|"
    r"Kate|Jane|Alice|Helen|Smith|Jones|Brown|Johnson|Williams|Miller|Davis|Wilson|Taylor|Clark|Lewis|Martin|"
    r"Anderson|Thompson|Jackson|Harris|Allen|Campbell|Mitchell|Roberts|Murphy)\b"
)
# A word may be of two forms ("Muslim"); the later one counts, which takes the place of either.
_FORMS: Final = ("group", "member", "adj")


def swapped(text: str, draw: random.Random) -> str | None:
    """The text with the first group that it names exchanged for one of whom people speak much.

    All words for that group change, so that the text stays about one group. None where it names no group.
    """
    first = _pattern().search(text)
    if first is None:
        return None
    owner, _ = _words()[first["word"].lower()]
    other = draw.choice([group for group in _spoken_of() if group.name != owner])

    def exchanged(found: re.Match[str]) -> str:
        name, form = _words()[found["word"].lower()]
        if name != owner:
            return found[0]
        word = draw.choice(other.words[form]).removeprefix("the ")
        word = word.lower() if found["word"].islower() else word
        return f"{_article(found['article'], word)}{word}"

    return _pattern().sub(exchanged, text)


def renamed(text: str, draw: random.Random) -> str | None:
    """The text with unusual names in the place of common ones, each in that of one; None without any."""
    given: dict[str, str] = {}

    def exchanged(found: re.Match[str]) -> str:
        return given.setdefault(found[0], given_name(draw))

    changed = _COMMON_NAME.sub(exchanged, text)
    return changed if given else None


def _article(written: str | None, word: str) -> str:
    """The article that was written before the word, as it fits this word."""
    if not written:
        return ""
    return f"{written[0]}{'n' if word[0].lower() in 'aeiou' else ''} "


@cache
def _spoken_of() -> tuple[Group, ...]:
    """The groups of whom people speak most, as far as there is a word of every form."""
    most = max(group.times for group in groups())
    return tuple(
        group for group in groups() if group.times == most and all(group.words[form] for form in _FORMS)
    )


@cache
def _words() -> dict[str, tuple[str, str]]:
    """A group's word in lower case: whose it is, and its form."""
    return {
        word.lower().removeprefix("the "): (group.name, form)
        for form in _FORMS
        for group in groups()
        for word in group.words[form]
        if word.lower().removeprefix("the ") not in _AMBIGUOUS
    }


@cache
def _pattern() -> re.Pattern[str]:
    listed = "|".join(map(re.escape, sorted(_words(), key=len, reverse=True)))
    # Case is ASCII's, for to `re` a dotless i is an i. All that is not ASCII counts as a letter.
    letter = r"\w\u0080-\U0010ffff"
    return re.compile(
        rf"(?<![{letter}])(?P<article>[Aa]n? )?(?P<word>{listed})(?![{letter}-])", re.IGNORECASE | re.ASCII
    )
