"""Words that readings are made with: those that people disguise, and the commonest ones around them.

A score never follows from these lists. They settle which reading of a disguise is meant (`assho1e` is an l
and not an i, `s h i t` is one word, `the pen is mine` stays), and which words with a capital are no names.
"""

from typing import Final


def words(listed: str) -> frozenset[str]:
    """The words of a text, each once."""
    return frozenset(listed.split())


DISGUISED: Final = words(
    """
    anal anus arse arsehole arseholes ass asses asshat asshats asshole assholes asswipe bastard bastards
    bitch bitched bitches bitching bitchy blowjob bollocks boob boobs bullshit bum burn butthole chink
    chinks clit clown clowns cock cocks cocksucker cocksuckers coon coons crap crappy cretin cretins cripple
    cripples cum cunt cunts dago damn degenerate degenerates dick dickhead dickheads dickless dicks die
    dirty disgusting douche douchebag dumb dumbass dumbasses dyke dykes fag faggot faggots fags fat filth
    filthy fool fools fuck fucked fucker fuckers fuckface fuckin fucking fucks fuckwit garbage gook gooks
    hag hang hate hated hell hoe hoes homo homos horny idiot idiotic idiots imbecile imbeciles jerk jerks
    kike kikes kill killed killing kys liar liars loser losers lynch moron moronic morons motherfucker
    motherfuckers motherfucking murder nazi nazis nigga niggas nigger niggers nutter paedo paki pakis
    parasite parasites pathetic pedo pedos pervert perverts pig pigs piss pissed prick pricks pussies pussy
    queer queers rape raped rapist rapists rat rats retard retarded retards rubbish savage savages scum
    scumbag scumbags shit shithead shitheads shits shitty shoot shut sissy skank slag slut sluts slutty
    spastic spic spics stab stupid stupidity subhuman suck sucker sucks suicide terrorist terrorists thug
    thugs tits trannies tranny trash turd twat twats ugly vermin wanker wankers wetback wetbacks whore
    whores worthless
    """
)

COMMON: Final = words(
    """
    a about after all am an and any are as ask at back bad be because been being black boy boys but by came
    can come could day did do does don done down each eat even every few find first for from gay get girl
    girls give go going gone good got had has have he head her here him his hit hole how i if in into is it
    its just keep kid kids know last leave let like line little live long look lot made make man many may me
    mean men might more most much must my name need never new news next no nobody not nothing now of off old
    on one only or other our out over own part pen people place please put read real right said say see
    shall she should show sing so some son stay still stop such sure take talk tell than that the their them
    then there these they thing think this those time to too top two under up us use very wait want was way
    we well went were what when where which white who whole why will wish with woman women word work world
    would write yes yet you your yourself
    """
)

# Conventional ways to half write a word, which the letters alone do not settle.
ABBREVIATED: Final = {
    "a**": "ass",
    "b****": "bitch",
    "btch": "bitch",
    "c***": "cunt",
    "f***": "fuck",
    "f****": "fucks",
    "f*****": "fucker",
    "f******": "fucking",
    "f*g": "fag",
    "fck": "fuck",
    "fcking": "fucking",
    "fckn": "fucking",
    "fcuk": "fuck",
    "fking": "fucking",
    "fuk": "fuck",
    "fuking": "fucking",
    "fukin": "fucking",
    "fuq": "fuck",
    "fvck": "fuck",
    "n****": "nigga",
    "n*****": "nigger",
    "n****r": "nigger",
    "phuck": "fuck",
    "s***": "shit",
    "s**t": "shit",
    "sh*t": "shit",
    "sht": "shit",
}

# Of all these, those that people are called, too.
ALSO_NAMES: Final = words("dick fuk")

# Words that nobody hides, but that abuse is misspelt with: slips in them are set right, too.
MISSPELT: Final = words(
    """
    arrogant bigot bigots bigoted buffoon buffoons corrupt coward cowardly cowards crooks delusional deranged
    despicable disgrace disgraceful hypocrite hypocrites hypocritical ignoramus ignorant imbecilic incompetent
    lunatic lunatics narcissist narcissistic narcissists psychopath psychopathic psychopaths racist racists
    ridiculous scoundrel scoundrels sexist sexists sociopath sociopaths traitor traitors
    """
)

# What looks like a slip of a disguised word and is another, or more often a slip of a common one (`whre`).
NO_SLIPS: Final = words(
    """
    asess batard biches bigos bobos brun buffon buffons certin chiks chins chnks clons clows conos cooks
    douce fuckit garage lairs liras loers loses moons morns moros mroon mroons murer ngger niger nigers
    nuter paiks pervers picks prevert prics pssed pusses quees queres raist raists reard rearded reards
    sihts sucer suker verin waker wakers waner waners whoes whres wores
    """
)

# What stands before offensive words besides common ones, and is joined to them: `hugeidiot`.
BEFORE: Final = words(
    """
    absolute absolutely actual actually again also angry annoying another arrogant awful big bigger biggest
    blithering bloody both bull certified childish complete completely corrupt crazy delusional dishonest
    dog drunken effing evil extremely fake flaming freakin freaking friggin fuckin giant god goddamn gonna
    greedy hey holy horrible huge human ignorant incompetent incredibly kinda kiss lame lazy life love
    loving lying major massive mother obvious oh ok okay plain pompous poor pretty probably pure racist
    really ridiculous rude sad same selfish sexist sick silly simply smelly somebody someone something sore
    sorry spoiled still super sure terrible thank thanks total totally truly twisted typical u ur useful
    useless utter utterly various wanna weak whiny wretched ya yo
    """
)

# What falls apart into such words and is one, or that and an s: by lists of English and six other languages.
NO_JOINS: Final = words(
    """
    acocks allcock amasses apathetic assessee assessing assessore atrash backstab badasses badcock becripple
    bedirty befilth bewhore blackcock bullsucker cockshead cockshut crapshoot garbageman garbagemen hiscock
    hornyhead icoon incretin inshoot lovefool manasses maycock nazismen offscum offshoot outfool outkill
    outshoot outshut outsuck outwhore overdamn overhate overkill overprick overshoot parasitelike queersome
    shootdown shoother shootman shootout stopcock suckerlike suicideboy suicidegirl superparasite therapist
    trashcan trashman trashmen trashtalk underboob undershoot undershut undersuck upprick upshoot
    verminlike whorelike whoreson willcock
    """
)

# What stands behind a number without a space: `5min`, `4chan`, `10th`.
UNITS: Final = words(
    """
    am bit bits bn bps chan cm day days deg euro euros ever fold ft gb gbp ghz hour hours hr hrs hz in inch
    kbps kcal kg kgs khz km kmh kms kph kw kwh lb lbs mah mb mbps mg mhz mile miles million min mins ml mm
    month months mpg mph ms nd ohm oz pack page pages pm pound pounds ppl pst pt pts px rd rpm sec secs st
    star stars tb th times usd volt volts watt watts way week weeks whp yard yards year years yo yr yrs
    """
)

# Patterns: what is no word, whatever it is made of; and what no word has before it, or behind it.
ADDRESS: Final = r"(?:https?://|www\.)\S*|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+"
BEGINS: Final = r"(?<![\w.@#/=&?%+\-])"
ENDS: Final = r"(?![\w@/\-]|\.\w)"
# What may stand between the two parts of a name: `Kwok, first name Fuk`.
INTRODUCED: Final = r"(?:,? (?:first|last|given|family|middle|maiden) name)?"

# What an apostrophe cuts off: `he'll` is no `hell`.
CONTRACTED: Final = words("d ll m n re s t ve")
