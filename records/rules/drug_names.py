"""From the name of a medicine, as typed or sent, to its ingredients. Pure, but for the table that set-up made.

The table (records/tables/drugs.py) has names and brands of many countries; OWN has what it lacks or leaves unsplit.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase

from records.rules.reference import table

SAME: Mapping[str, str] = {  # one ingredient under two names, by the table's own
    "paracetamol": "acetaminophen", "salbutamol": "albuterol", "adrenaline": "epinephrine", "cephalexin": "cefalexin",
    "cephradine": "cefradine", "penicillin v": "phenoxymethylpenicillin", "penicillin g": "benzylpenicillin",
    "pen v": "phenoxymethylpenicillin", "pen vk": "phenoxymethylpenicillin", "pen g": "benzylpenicillin",
    "lignocaine": "lidocaine", "procaine": "procaine", "novocaine": "procaine", "simvistatin": "simvastatin",
    "indometacin": "indomethacin", "amethocaine": "tetracaine", "phenobarbitone": "phenobarbital",
    "amdinocillin pivoxil": "pivmecillinam", "acetylsalicylic acid": "aspirin", "frusemide": "furosemide",
    "bendrofluazide": "bendroflumethiazide", "thyroxine": "levothyroxine",
}  # fmt: skip
# Combinations and brands: each is its ingredients. British National Formulary names, and brands of the two countries.
OWN: Mapping[str, str] = {
    "co-amoxiclav": "amoxicillin + clavulanic acid", "augmentin": "amoxicillin + clavulanic acid",
    "co-fluampicil": "flucloxacillin + ampicillin", "magnapen": "flucloxacillin + ampicillin",
    "co-trimoxazole": "sulfamethoxazole + trimethoprim", "septrin": "sulfamethoxazole + trimethoprim",
    "septra": "sulfamethoxazole + trimethoprim", "bactrim": "sulfamethoxazole + trimethoprim",
    "tazocin": "piperacillin + tazobactam", "zosyn": "piperacillin + tazobactam",
    "timentin": "ticarcillin + clavulanic acid",
    "unasyn": "ampicillin + sulbactam", "keflex": "cefalexin", "ceporex": "cefalexin",
    "primaxin": "imipenem + cilastatin",
    "co-codamol": "acetaminophen + codeine", "tylenol with codeine": "acetaminophen + codeine",
    "co-dydramol": "acetaminophen + dihydrocodeine", "co-codaprin": "aspirin + codeine",
    "percocet": "oxycodone + acetaminophen", "vicodin": "hydrocodone + acetaminophen",
    "norco": "hydrocodone + acetaminophen", "seretide": "fluticasone + salmeterol",
    "advair": "fluticasone + salmeterol",
    "symbicort": "budesonide + formoterol", "emla": "lidocaine + prilocaine", "arthrotec": "diclofenac + misoprostol",
    "vimovo": "naproxen + esomeprazole", "alka-seltzer": "aspirin", "co-amilofruse": "amiloride + furosemide",
    "co-amilozide": "amiloride + hydrochlorothiazide", "co-beneldopa": "levodopa + benserazide",
    "co-careldopa": "levodopa + carbidopa", "sinemet": "levodopa + carbidopa",
}  # fmt: skip
SPLIT = re.compile(r"\s*(?:/|\+|,|;|\band\b|\bwith\b|&)\s*")
# What follows a name: a strength, a form, a salt. Not part of what is looked up, unless the whole is known.
DECORATION = re.compile(
    r"\b\d[\d.,]*\s?(?:mg|mcg|µg|g|ml|iu|units?|%|hr|actuat)?(?:/\w+)?\b|\[[^\]]*\]|\([^)]*\)|%", re.IGNORECASE
)
LONGEST = 6  # words of a name


@dataclass(frozen=True, slots=True)
class Drug:
    """`ingredients` by their usual names, empty where none is known. `text` is as typed."""

    text: str
    ingredients: tuple[str, ...]

    @property
    def known(self) -> bool:
        return bool(self.ingredients)


def fold(text: str) -> str:
    """For comparison: lower case, without accents, single spaces; "sulph" is "sulf"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.lower().replace("sulph", "sulf").split())


def drug(text: str) -> Drug:
    """ "Co-amoxiclav 500/125 tablets" is amoxicillin and clavulanic acid. Raises reference.NotPrepared."""
    whole = fold(text)
    bare = " ".join(DECORATION.sub(" ", whole).split())
    found = _known(whole) or _known(bare)
    if not found:
        pieces = [piece for piece in SPLIT.split(bare) if piece]
        found = [each for piece in pieces for each in _longest(piece)]
    return Drug(text, tuple(dict.fromkeys(found)))


def _longest(piece: str) -> list[str]:
    """The longest run of words that is known; of two as long the first."""
    words = piece.split()
    for length in range(min(LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            if found := _known(" ".join(words[start : start + length])):
                return found
    return []


@lru_cache(1000)
def near(text: str) -> str:
    """The known name that a word nobody knows may be: "codeine" of "codiene", "flucloxacillin" of "fluclox"; or empty.

    One slip away: a letter too much, too few, another one, or two that changed places, and never the first letter, as
    "iodine" is not the brand "Lodine". Or the shortest that it begins. Of words of five letters or more.
    """
    for word in re.findall(r"[^\W\d_]{5,}", fold(text)):
        begun = [word + rest.partition("\t")[0] for rest in table("drug-names.tsv").starting(word)]
        found = sorted({each for each in _slips(word) if _known(each)}) or sorted(filter(_known, begun), key=len)
        if found:
            return found[0]
    return ""


def _slips(word: str) -> Iterator[str]:
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]


def _known(name: str) -> list[str]:
    """The ingredients of a name that is known as it stands."""
    if name in OWN:
        return OWN[name].split(" + ")
    if name in SAME:
        return [SAME[name]]
    if len(name) < 3 or not (found := table("drug-names.tsv").get(name)):
        return []
    if found in OWN:
        return OWN[found].split(" + ")
    parts = [piece for piece in SPLIT.split(found) if piece]
    if len(parts) == 1:
        return [SAME.get(found, found)]
    return [each for part in parts for each in (_known(part) if part != found else [found])] or [found]
