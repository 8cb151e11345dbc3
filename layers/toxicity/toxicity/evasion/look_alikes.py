"""Writes letters that only look Latin as those they look like, and drops what does not look at all."""

import re
import unicodedata
from functools import cache
from typing import Final

from toxicity.lexicon import DISGUISED

_MARKS: Final = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# Sorting marks, as normalising does, takes quadratic time; no orthography stacks more than a few.
_EXCESS_OF_MARKS: Final = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")
_INVISIBLE: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
)
# Only beside Latin letters: joiners and selectors have work to do in other scripts and in emoji.
_BESIDE_LETTERS: Final = re.compile(
    f"(?<=[A-Za-z\u00c0-\u024f])[{_MARKS}{_INVISIBLE}]+|[{_INVISIBLE}]+(?=[A-Za-z\u00c0-\u024f])"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_LATIN: Final = re.compile("[A-Za-z]")
_FOREIGN: Final = re.compile("[\u0370-\u03ff\u0400-\u052f\u0531-\u0587]")  # Greek, Cyrillic, Armenian
# A word of look-alikes alone is a disguise among Latin ones, unless it is as short as a symbol.
_SHORTEST_FOREIGN: Final = 3

_LOOK_ALIKES: Final = str.maketrans(
    # Cyrillic, small and capital; Greek, small and capital; Armenian.
    "аеорсухіїјѕԁһкмтвнпгцшщьѵԛԝӏҽғҝқңҳ" + "АВЕКМНОРСТУХІЇЈЅԚԜГПЦШЩЬ"
    "αικηνορτυχγσςεωϲϳ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ" + "հոսօցգյքձ",
    "aeopcyxiijsdhkmtbhnruwwbvqwlefkknh" + "ABEKMHOPCTYXIIJSQWRNUWWB"
    "aiknvoptuxyocewcj" + "ABEZHIKMNOPTYXC" + "hnuogqjpd",
)
_STROKES: Final = str.maketrans("đħıłøŧƀƃƅƈƒƙɓɖɗɠɡɦɨɩɱɳɽɾʂʈʋʠʐçßþ", "dhilotbbbcfkbddgghiimnrrstvqzcbp")
_SMALL_CAPITALS: Final = dict(
    zip(map(ord, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢɑɡıⅼⅽⅾⅿⅰⅴⅹ"), "abcdefghijklmnopqrstuvwyzagilcdmivx", strict=True)
)
_COMPATIBLE: Final = (
    *range(0xFF01, 0xFF5F),  # full width
    *range(0x1D400, 0x1D800),  # mathematical
    *range(0x2100, 0x2150),  # letterlike
    *range(0x24B6, 0x24EA),  # circled
    *range(0x1F130, 0x1F14A),  # squared
    *range(0x1D2C, 0x1D6B),  # raised
    *range(0x02B0, 0x02B9),
    *range(0x2090, 0x209D),  # lowered
    *range(0xFB00, 0xFB07),  # ligatures
    0x017F,  # long s
    0x2071,
    0x207F,
)
_FILLED: Final = (0x1F150, 0x1F170)  # letters in filled circles and squares: no form they are compatible with
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def latin(text: str) -> str:
    """The text with look-alikes as Latin letters, without invisible characters and stray marks on these.

    Words of other scripts and accents in ordinary words stay.
    """
    text = unicodedata.normalize("NFC", _EXCESS_OF_MARKS.sub(r"\1", text))
    text = _BESIDE_LETTERS.sub("", text.translate(_ornate()))
    foreign = len(_FOREIGN.findall(text))
    is_mostly_latin = foreign > 0 and len(_LATIN.findall(text)) > foreign
    text = _WORD.sub(lambda match: _undressed(match[0], is_mostly_latin=is_mostly_latin), text)
    return _BESIDE_LETTERS.sub("", text)


def _undressed(word: str, *, is_mostly_latin: bool) -> str:
    if word.isascii():
        return word
    looks = word.translate(_LOOK_ALIKES)
    if looks != word:
        is_disguise = is_mostly_latin and looks.isascii() and len(looks) >= _SHORTEST_FOREIGN
        if not is_disguise and not _LATIN.search(word):
            return word
        return _bare(looks) if is_mostly_latin else looks
    # Accents and strokes belong to many ordinary words, so they go only where that uncovers a known one.
    bare = _bare(word)
    return bare if bare.lower() in DISGUISED else word


def _bare(word: str) -> str:
    """The word without accents and strokes."""
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_STROKES)


@cache
def _ornate() -> dict[int, str]:
    """Letters in another dress to their plain form; signs such as ™ and № are no dress."""
    forms = {code: unicodedata.normalize("NFKC", chr(code)) for code in _COMPATIBLE}
    table = {
        code: form
        for code, form in forms.items()
        if form.isascii() and (len(form) == 1 or unicodedata.category(chr(code))[0] == "L")
    }
    for start in _FILLED:
        table |= {start + index: letter for index, letter in enumerate(_ALPHABET)}
    return table | _SMALL_CAPITALS
