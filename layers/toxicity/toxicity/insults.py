"""Words that stand in a name's place and are insults: `the Pillock family`, `Captain Rediculous`.

Names give way to common ones (`about_others`), and an insult must not. This is a list, and one that it lacks
passes for a name; a score never follows from it.
"""

import re
from typing import Final

from toxicity.evasion.slips import is_slip
from toxicity.lexicon import ALSO_NAMES, DISGUISED, MISSPELT, words

_SLURS: Final = words(
    """
    abo beaner boong cameljockey chinaman christkiller darkie darky femoid fudgepacker golliwog gypo gyppo
    halfbreed heeb heshe honkey honkie honky infidel injun jap jigaboo kaffer kaffir kafir kneegrow kraut
    lesbo limey mong mongo mongoloid mudblood mulatto musrat mussie muzzie negress negro negroid nibba
    niglet nignog nigra nip pikey polack poof poofter quadroon raghead sandnigger shemale shylock sodomite
    spearchucker spook squaw tranny wog wop yid zipperhead
    """
)
_OTHERS: Final = words(
    """
    arschloch asshoel bampot basterd bellend beotch beta betch bimbo bint bludger blyat bogan bootlicker
    bullcrap bumboy bytch chav chimp chud cnut cockroach coward crackwhore crapper creep crone crybaby
    cuck cuckold cvnt deadbeat dimwit dipshit ditz dolt dork dothead drunkard dullard dunce dweeb fagit
    fatso fgt fink fotze fugly fux gammon gimp git gobshite gobshyte goon halfwit harlot heifer hillbilly
    hobgoblin hoer hooker hussy hypocrite inbred incel jackanapes junkie kiddyfiddler kunt lackey
    landwhale lardass lardo layabout leech liar libtard loony lowlife maggot manchild minge minger
    molester muff munter muppet ngr nincompoop nonce normie nutjob oaf ogre pansy pederast pendejo perv
    phag phuk pillock pissant pisshead plonker poo poon poop porker prat puta putain puttana putz quim
    quisling qunt ratbag ratfink redneck roach salope scammer schizo schlampe schlong schmuck scrote
    scrounger scuzz sheeple sheepshagger sheit shiat shyt shyte simp simpleton skeeze skidmark slapper
    slattern sleaze slob snake snowflake soyboy spaz spunk stooge strumpet swindler swine tart thot toad
    tosser trog troglodyte trollop twerp twunt uggo weasel weirdo whiner wichser wimp wino wuss
    """
)
_LISTED: Final = (DISGUISED | MISSPELT | _SLURS | _OTHERS) - ALSO_NAMES
# How such words are spelled; and names that are spelled so, too: Larsen, Nazir, Nwankwo, Harshit, Takeshita.
_SPELLED: Final = re.compile(
    r"(?<![aeglmr])ass$|arse|ass(?:clown|fac|hat|hoe|hol|wip)|bitch|^b[iey]+[ao]tch|clown|cockw|cunt|douch|dumb"
    r"|fag+[eio]ts?$|fagg|fuck|^fukk|hole$|idiot|jackass|kike|^libt[au]r|loser|moron(?:s|ic)?$|mudslime|nazi|nigg"
    r"|numpt|pa?edo|phagg|scum|shit|slut|sucker|tard|twat|wank|whor|^wigger$"
)
_NAMES: Final = re.compile(
    r"^(?:(?:atwater|faggiani|faggin|faggioli|kwankwaso|nwankwo|sithole|twatt)$|slut[sz]k|tardi(?:eu|f)|tard(?:elli|y)$"
    r"|arsen(?:ault|e|ije|io?)|l?arsen$|dumb(?:adze|arton|auld|leton|uya)$|nazi(?:f|h|m|mova?|r|rova?)$"
    r"|nigg(?:emann|li?)$|wank(?:el|hede|lyn|owicz|um)$|(?:a|da|di|ha|la|ni|pari|ra)[kr]?shita?$"
    r"|shit(?:al|anda|ara|ij|ikova?|ole|ova?|rit|tu)$|[a-z]+[aeiou]shit(?:a|ani|o|su)$)"
)
# What they are put together of: a head, a face, a bag of something.
_COMPOUND: Final = re.compile(
    r"^(?:air|block|bone|butt|cock|crack|dick|fat|jug|knob|meat|meth|pin|piss|pot|rag|thick|towel)heads?$"
    r"|(?<!boni)faces?$|(?:baw|dirt|fart|hoe|rat|sleaze|toss)bags?$|(?:dirt|scuzz|sleaze|slime)balls?$"
    r"|(?:blow|hand|knob|rim)jobs?$|(?:dim|half|nit)wits?$|(?:dumpster|monkey|muncher|smoker)s?$|rednecks?$"
    r"|neckbeards?$"
    r"|^(?:ass|bum|butt|cock|crap|cum|dick|fag|fart|fuk|jerk|jizz|knob|piss|shit|spunk|wank)"
    r"(?:baby|bag|bandit|brain|bucket|butt|cheese|eater|flap|goblin|gobbler|guzzler|head|holster|hurt|jockey|licker"
    r"|milk|munch|nose|off|pirate|plug|pot|puffin|rag|sleeve|splat|stain|stick|trumpet|wad|weasel|weed)s?$"
)
# No name ends like this, but many a word for somebody.
_NO_NAMES_END: Final = re.compile(r"(?:able|ible|ism|less|ment|ness|ous)$")
_HYPHEN: Final = re.compile(r"['\u2019-]")
_SHORTEST_PART: Final = 4
_ALSO_SYLLABLES: Final = frozenset({"hang", "hung"})


def is_insult(word: str) -> bool:
    """Whether a word, or a part of it between hyphens, is one of those, a slip of one, or looks like one."""
    lower = word.lower()
    if _is_one(lower):
        return True
    parts = _HYPHEN.split(lower)
    return len(parts) > 1 and any(
        len(part) >= _SHORTEST_PART and part not in _ALSO_SYLLABLES and _is_one(part) for part in parts
    )


def _is_one(word: str) -> bool:
    if word in _LISTED or word.removesuffix("s") in _LISTED or is_slip(word):
        return True
    if _SPELLED.search(word) and not _NAMES.search(word):
        return True
    return _COMPOUND.search(word) is not None or _NO_NAMES_END.search(word) is not None
