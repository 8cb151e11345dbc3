"""Says emoji in words, for a vocabulary that has none: a pig's face after "they are" is an insult, too."""

import re
import unicodedata
from functools import cache
from itertools import count
from typing import Final

_PICTURES: Final = (
    "\u231a\u231b\u23e9-\u23fa\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f000-\U0001f12f\U0001f18e-\U0001f1ff\U0001f200-\U0001f64f\U0001f680-\U0001faff"
)
# Joiners, selectors of a style, and tags: they shape the picture before them.
_SHAPING: Final = "\u200d\ufe0e\ufe0f\u20e3\U000e0020-\U000e007f"
_ROW: Final = re.compile(f" ?([{_PICTURES}](?: ?[{_PICTURES}{_SHAPING}])*) ?")
_FLAG_OR_PICTURE: Final = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|[{_PICTURES}]")
# Rows of pictures say no more than their first few different ones, and a text must not grow without bound.
_MOST_OF_A_ROW: Final = 6
_MOST_ROWS: Final = 100
_REGIONAL_A: Final = 0x1F1E6

# How a sign is drawn, not what it means: a heavy black heart is red.
_STYLE: Final = re.compile(
    r"\b(?:heavy|black|white|negative|squared|reversed|symbol|sign|emoji modifier|japanese)\b ?"
)
_LAST_WITH_STYLE: Final = 0x2BFF
# Where the Unicode name is not the common one.
_NAMES: Final = {
    "🏻": "light skin",
    "🏼": "medium light skin",
    "🏽": "medium skin",
    "🏾": "medium dark skin",
    "🏿": "dark skin",
    "🔪": "knife",
    "👹": "ogre",
    "👺": "goblin",
    "🍆": "eggplant",
    "🖕": "middle finger",
    "🎎": "dolls",
    "💩": "pile of poo",
    "👲": "man with a chinese cap",
    "👳": "person with a turban",
    "🧕": "woman with a headscarf",
    "♿": "wheelchair",
    "☪": "islam star and crescent",
    "🕋": "kaaba mecca",
    "☠": "skull and bones",
    "⚰": "coffin",
    "🪦": "gravestone",
}
_COUNTRIES: Final = {
    "AF": "afghanistan", "AR": "argentina", "AT": "austria", "AU": "australia", "BD": "bangladesh",
    "BE": "belgium", "BR": "brazil", "CA": "canada", "CH": "switzerland", "CN": "china", "CO": "colombia",
    "CU": "cuba", "DE": "germany", "DZ": "algeria", "EG": "egypt", "ES": "spain", "ET": "ethiopia",
    "EU": "europe", "FR": "france", "GB": "britain", "GR": "greece", "HK": "hong kong", "ID": "indonesia",
    "IE": "ireland", "IL": "israel", "IN": "india", "IQ": "iraq", "IR": "iran", "IT": "italy",
    "JM": "jamaica", "JP": "japan", "KE": "kenya", "KP": "north korea", "KR": "korea", "LB": "lebanon",
    "LY": "libya", "MA": "morocco", "MM": "myanmar", "MX": "mexico", "NG": "nigeria", "NL": "netherlands",
    "PH": "philippines", "PK": "pakistan", "PL": "poland", "PS": "palestine", "PT": "portugal",
    "RO": "romania", "RU": "russia", "SA": "saudi arabia", "SE": "sweden", "SO": "somalia", "SY": "syria",
    "TH": "thailand", "TR": "turkey", "TW": "taiwan", "UA": "ukraine", "US": "america", "VE": "venezuela",
    "VN": "vietnam", "YE": "yemen", "ZA": "south africa",
}  # fmt: skip


def spelled(text: str) -> str:
    """The text with each row of emoji as words: "they are 🐷🐷" is "they are pig face".

    Of a row every picture is named once, the first six different ones; flags by their countries. After the
    first hundred rows of a text the others are dropped. In time linear in the text's length.
    """
    rows = count()

    def words(row: re.Match[str]) -> str:
        return f" {_row(row[1])} " if next(rows) < _MOST_ROWS else " "

    return _ROW.sub(words, text).strip(" ") if _ROW.search(text) else text


def _row(pictures: str) -> str:
    names: dict[str, None] = {}
    for picture in _FLAG_OR_PICTURE.finditer(pictures):
        if len(names) == _MOST_OF_A_ROW:
            break
        names[_name(picture[0])] = None
    return " ".join(filter(None, names))


@cache
def _name(picture: str) -> str:
    if len(picture) > 1:
        code = "".join(chr(ord(letter) - _REGIONAL_A + ord("A")) for letter in picture)
        return f"flag of {_COUNTRIES[code]}" if code in _COUNTRIES else "flag"
    if picture in _NAMES:
        return _NAMES[picture]
    name = unicodedata.name(picture, "").lower()
    if ord(picture) <= _LAST_WITH_STYLE or name.startswith(("emoji", "japanese", "heavy")):
        name = _STYLE.sub("", name)
    return name.strip()
