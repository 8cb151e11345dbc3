"""Words that abusers disguise, at which attacks are aimed. A list of spellings, not a judgement."""

from __future__ import annotations

from typing import Final

_PROFANE: Final = """
arse arsehole ass asses asshole assholes bastard bitch bollocks bullshit clusterfuck cock cocksucker crap
cum cunt damn dick dickhead dipshit douche douchebag dumbass fuck fucker fuckhead fuckwit goddamn horseshit
jackass jerkoff motherfucker motherfucking piss pissed prick pussy shit shithead shithole shitty slut sod
tits tosser turd twat wank wanker whore
"""
_ABUSIVE: Final = """
airhead bigot bonehead braindead brainless buffoon clown coward cretin crook deadbeat degenerate dimwit
dirtbag dolt dumb dumbo dunce failure fascist fatso filth filthy fool freak garbage goon gross hag halfwit
hypocrite idiot idiotic ignoramus imbecile inbred incompetent jerk junkie knucklehead lame liar loser
lowlife lunatic maggot moron moronic nazi nitwit numbskull oaf parasite pathetic pervert pig pigs pimp punk
rat rats rotten scum scumbag scumbags simpleton skank sleazebag slimeball slob snake snowflake stupid
subhuman swine thug traitor trash troll ugly vermin vile weasel weirdo wimp worm worthless wretch
"""
_VIOLENT: Final = """
beat behead bomb bury choke crush die drown exterminate gas hang hurt kill lynch murder rape shoot slap slit
smash stab strangle suffer torture
"""
_SLURS: Final = """
chink coon cripple dago dyke fag faggot gook gringo gyppo gypsy homo jap kike kraut mick mong mongol muzzie
nigga nigger paki pikey polack raghead retard retarded sandnigger savage shemale spastic spic spick tard
towelhead tranny wetback wog wop yid
"""

OFFENSIVE_WORDS: Final[frozenset[str]] = frozenset(
    f"{_PROFANE} {_ABUSIVE} {_VIOLENT} {_SLURS} hate hates hated disgusting despise".split()
)
