"""The same text about somebody else, for what is said of people to count and not who they are.

Where a text names a group, it is read a second time with another group in its place, and where it gives
somebody's full name, or a family's, in words that the model knows only in pieces, with a common name;
`Scorer.log_odds` takes the lower score of the two. What may be an insult itself stays: a slur, a group that
somebody is called, any other capitalised word. Counterfactual token fairness, after Garg et al. (2019), at
the time of scoring.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toxicity.evasion.abbreviations import is_beside_a_name
from toxicity.insults import is_insult
from toxicity.lexicon import ALSO_NAMES, BEFORE, BEGINS, COMMON, INTRODUCED, words

if TYPE_CHECKING:
    from collections.abc import Callable

# Of fifteen groups tried, the one that freed most harmless sentences for the hateful ones that it freed.
_GROUP, _GROUPS = "Hungarian", "Hungarians"
_GIVEN, _FAMILY = "John", "Smith"

# Groups

_NOUNS: Final = words(
    """
    aboriginal aborigine afghan african agnostic alawite albanian algerian american amputee angolan arab
    argentinian armenian asexual asian atheist aussie australian austrian azerbaijani azeri bahamian
    bangladeshi baptist belarusian belgian bengali berber bisexual bolivian bosnian brahmin brazilian brit
    buddhist bulgarian cambodian cameroonian canadian catalan catholic chechen cherokee chilean christian
    colombian copt croat croatian cuban cypriot czech dalit dane dominican druze ecuadorian egyptian eritrean
    eskimo estonian ethiopian european evangelical expat filipina filipino finn foreigner gambian georgian
    german ghanaian greek guatemalan haitian heterosexual hindu hispanic honduran hungarian hutu icelander
    igbo immigrant indian indonesian iranian iraqi israeli italian ivorian jain jamaican jew jordanian kenyan
    kiwi korean kosovan kurd kuwaiti latina latino latvian lesbian liberian libyan lithuanian lutheran
    macedonian malaysian malian maori methodist mexican migrant moldovan mongolian mormon moroccan moslem
    mozambican muslim namibian navajo nicaraguan nigerian norwegian pagan pakistani palestinian pansexual
    paraguayan pashtun pensioner peruvian pole protestant punjabi quadriplegic quaker rastafarian refugee
    rohingya romanian russian rwandan salvadoran saudi scientologist scot serb serbian shiite sikh slovak
    slovenian somali spaniard sunni swede syrian tajik tamil taoist tatar teen teenager thai tibetan
    transsexual tunisian turk tutsi ugandan ukrainian uruguayan uyghur uzbek venezuelan yazidi yemeni yoruba
    zambian zimbabwean zulu
    """
)
_ADJECTIVES: Final = words(
    """
    amish british burmese chinese congolese danish dutch dyslexic elderly english finnish french genderqueer
    hasidic hausa homeless housewife icelandic indigenous intersex inuit irish islamic japanese jewish
    kurdish kyrgyz latinx lebanese lgbt lgbtq maltese millenial millennial nepalese nepali nonbinary
    paralysed paralyzed polish portuguese roma romani romany sami scottish senegalese shia spanish sudanese
    swedish swiss taiwanese teenage trans transgender turkish vietnamese welsh
    """
)
_PLURALS: Final = words("gays homosexuals housewives queers")
_PHRASES: Final = {
    "asylum seeker": _GROUP,
    "asylum seekers": _GROUPS,
    "drag queen": _GROUP,
    "drag queens": _GROUPS,
    "jehovah's witness": _GROUP,
    "jehovah's witnesses": _GROUPS,
    "mentally ill": _GROUP,
    "middle aged": _GROUP,
    "middle eastern": _GROUP,
    "non binary": _GROUP,
    "non-binary": _GROUP,
    "people with down syndrome": _GROUPS,
    "person with down syndrome": _GROUP,
    "sex worker": _GROUP,
    "sex workers": _GROUPS,
    "single mother": _GROUP,
    "single mothers": _GROUPS,
    "wheelchair user": _GROUP,
    "wheelchair users": _GROUPS,
}
# Lower-case, these are other words: a pole, to polish.
_WITH_CAPITAL_ONLY: Final = words("pole poles polish roma sami")
# Also said as insults (`gay`), or of things (`a white lie`): groups in front of people and behind praise.
_AMBIGUOUS: Final = words(
    """
    autistic bipolar black blind deaf disabled foreign gay gays homosexual homosexuals obese old older
    overweight queer queers schizophrenic straight white young younger
    """
) | {"mentally ill"}
_PEOPLE: Final = (
    r" (?:people|persons?|m[ae]n|wom[ae]n|child(?:ren)?|guys?|kids?|teens?|youth|couples?|families|friends?"
    r"|voters?|brothers?|sisters?|sons?|daughters?|uncles?|aunts?|parents?|neighbou?rs?|colleagues?|students?"
    r"|teachers?|authors?|actors?|writers?|characters?|community|marriage|pride|rights)\b"
)
_PRAISE: Final = words(
    """
    amazing beautiful brave brilliant caring charming cheerful clever decent excellent fantastic fine
    friendly fun funny generous gentle good gorgeous gracious great handsome happy helpful honest incredible
    inspiring intelligent kind lovely loyal neat nice openly proud smart successful sweet talented thoughtful
    warm wise wonderful
    """
)
# Who is called a group, and what is said of one group only.
_CALLED: Final = re.compile(
    r"\b(?:being|home|like|so|such|u|ur|what|you|your|youre|you['\u2019]re)"
    r"(?:(?:[^\w.!?]|_)+(?:an?|are|be|just|kinda|must|probably|really|so|such))*(?:[^\w.!?]|_)+$",
    re.IGNORECASE,
)
_SAID_OF_IT_ALONE: Final = re.compile(
    r"(?: people)?[\W_]+(?:agenda|are taking over|bankers?|conspirac(?:y|ies)|controls?|go (?:back|home)"
    r"|invasion|lobby|owns?|problem|question|race|runs?|virus)\b",
    re.IGNORECASE,
)
# Of what stands in two of these, the later one counts.
_INSTEAD: Final = (
    dict.fromkeys(_NOUNS | _ADJECTIVES | _AMBIGUOUS, _GROUP)
    | dict.fromkeys({f"{noun}s" for noun in _NOUNS} | _PLURALS, _GROUPS)
    | {"boy": "girl", "boys": "girls", "girl": "boy", "girls": "boys"}
    | {"man": "woman", "men": "women", "woman": "man", "women": "men"}
    | _PHRASES
)
_ANY_PHRASE: Final = "|".join(_PHRASES).replace("'", "['\u2019]")
_GROUP_WORD: Final = re.compile(
    rf"(?<![\w@#/.-])(?P<word>{_ANY_PHRASE}|[a-z]{{3,}})(?![\w@])"
    rf"(?=(?P<people>{_PEOPLE})?)",
    re.IGNORECASE,
)
_GROUP_STARTS: Final = frozenset(re.split(r"\W", group)[0] for group in _INSTEAD)
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_ARTICLE: Final = re.compile(rf"\b(a)n (?={_GROUP})", re.IGNORECASE)
_LONGEST_CALLING: Final = 40

# Names

_CAPITAL: Final = re.compile(rf"{BEGINS}[^\W\d_a-z][^\W\d_]*(?:['\u2019-][^\W\d_]+)*(?![\w@])")
_NAME_BEFORE: Final = re.compile(
    r"(?:^|[^\w'\u2019-])([^\W\d_][\w'\u2019-]*)"
    rf"(?:,|{INTRODUCED}|(?:(?<=Dr|Mr|Ms|Mx|St)|(?<=Mrs|Rev)|(?<=Prof))\.) $"
)
_NAME_AFTER: Final = re.compile(r",? ([^\W\d_][\w'\u2019-]*)")
_LONGEST_BESIDE: Final = 50
# Who stands behind one of these is called something, and not by name.
_CALLING: Final = words(
    """
    a all an another any are each every fucking is little many more most my no old other some such that the
    these this those u ur you your you're
    """
)
# Between `the` and one of these a single word is a name, and between `at the` and a home.
_OF_A_FAMILY: Final = re.compile(r" (?:family|families|household|residence|(?P<home>home|house|place))\b")
_AT_THE: Final = re.compile(r"\bat the $", re.IGNORECASE)
_NO_NAMES: Final = COMMON | BEFORE
# In German every noun has a capital. A text is English where a fifth of its words are among the commonest.
_ENGLISH: Final = 5


def about_others(text: str, is_known: Callable[[str], bool]) -> str:
    """The text with another group and common names in it; as it is where it names neither.

    Args:
        text: any.
        is_known: whether the model knows a word as a whole.
    """
    listed = _LETTERS.findall(text.lower())
    if sum(word in COMMON for word in listed) * _ENGLISH < len(listed):
        return text
    if not _GROUP_STARTS.isdisjoint(listed):
        text = _ARTICLE.sub(r"\1 ", _GROUP_WORD.sub(_regrouped, text))
    # Where every word has a capital, a capital tells nothing.
    if sum(map(str.istitle, _LETTERS.findall(text))) * 2 > len(listed):
        return text
    return _CAPITAL.sub(lambda match: _renamed(match, is_known), text)


def _regrouped(match: re.Match[str]) -> str:
    written = match["word"]
    word = written.lower().replace("\u2019", "'")
    if word not in _INSTEAD or (word in _WITH_CAPITAL_ONLY and written.islower()):
        return written
    before = match.string[max(0, match.start() - _LONGEST_CALLING) : match.start()]
    if word in _AMBIGUOUS and not match["people"] and not _PRAISE.intersection(before.lower().split()[-1:]):
        return written
    if _CALLED.search(before) or _SAID_OF_IT_ALONE.match(match.string, match.end()):
        return written
    return _INSTEAD[word]


def _renamed(match: re.Match[str], is_known: Callable[[str], bool]) -> str:
    name = match[0]
    has_case = name.lower() != name.upper()
    if is_known(name) or (has_case and not _is_name(name)):
        return name
    before = _preceding(match, _NAME_BEFORE)
    if before.lower() == "the" and _is_of_a_family(match):
        return _FAMILY
    if before.lower() in _CALLING or (name.lower() in ALSO_NAMES and not is_beside_a_name(match)):
        return name
    if not has_case or _is_name(before):
        return _FAMILY
    after = _NAME_AFTER.match(match.string[match.end() : match.end() + _LONGEST_BESIDE])
    return _GIVEN if after and _is_name(after[1]) else name


def _is_of_a_family(match: re.Match[str]) -> bool:
    """Whether what was matched, behind `the`, stands where a family is named."""
    found = _OF_A_FAMILY.match(match.string, match.end())
    before = match.string[max(0, match.start() - _LONGEST_BESIDE) : match.start()]
    return found is not None and (not found["home"] or _AT_THE.search(before) is not None)


def _preceding(match: re.Match[str], pattern: re.Pattern[str]) -> str:
    found = pattern.search(match.string[max(0, match.start() - _LONGEST_BESIDE) : match.start()])
    return found[1] if found else ""


def _is_name(word: str) -> bool:
    return word.istitle() and word.lower() not in _NO_NAMES and not is_insult(word)
