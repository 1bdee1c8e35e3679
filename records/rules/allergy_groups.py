"""Which medicines an allergy to one of them is about: our own table, which a doctor reviews. Pure.

Not by the trees of MeSH: "Sulfonamides" holds furosemide and gliclazide there, and flucloxacillin is in none. A stem is
matched against whole words of an ingredient, so that penicillamine is no penicillin and nystatin no statin.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """`one` completes "Flucloxacillin is …". A word that fits `stem` or is one of `names` is in it, but for `but`."""

    code: str
    name: str
    one: str
    stem: str = ""
    names: str = ""
    but: str = ""

    def has(self, word: str) -> bool:
        if word in self.but.split():
            return False
        return word in self.names.split() or bool(self.stem and re.fullmatch(self.stem, word))


GROUPS: Mapping[str, Group] = {
    group.code: group
    for group in (
        Group("penicillin", "penicillins", "a penicillin", r"\w+cill?in(a|e|s|as|es)?",
              "pcn pivmecillinam mecillinam amdinocillin co-amoxiclav co-fluampicil"),
        Group("cephalosporin", "cephalosporins", "a cephalosporin", r"(cef|ceph)\w+", "latamoxef loracarbef",
              "cephaeline cephalotaxine cephalomannine cephalin cepharanthine"),
        Group("carbapenem", "carbapenems", "a carbapenem", r"\w+penems?"),
        Group("sulfonamide", "sulfonamide antibiotics", "a sulfonamide antibiotic", r"sul(f|ph)a\w*",
              "co-trimoxazole sulfonamide sulfonamides sulphonamide sulphonamides sulfisoxazole mafenide",
              "sulfate sulphate sulfates sulphates sulfamic sulfanilate"),
        Group("nsaid", "NSAIDs", "an NSAID", r"\w+(profen|oxicam|coxib|fenac)|nsaids?",
              "anti-inflammatory anti-inflammatories "
              "aspirin acetylsalicylic salicylate salicylates salsalate diflunisal naproxen indomethacin indometacin "
              "mefenamic tolfenamic flufenamic meclofenamate ketorolac etodolac sulindac nabumetone phenylbutazone "
              "metamizole dipyrone tolmetin oxaprozin nimesulide"),
        Group("macrolide", "macrolides", "a macrolide", r"\w+thromycin|macrolides?",
              "josamycin spiramycin fidaxomicin"),
        Group("quinolone", "quinolones", "a quinolone", r"\w+oxacin|(fluoro)?quinolones?", "nalidixic"),
        Group("tetracycline", "tetracyclines", "a tetracycline", r"\w+cyclines?", "", "anthracycline anthracyclines"),
        Group("aminoglycoside", "aminoglycosides", "an aminoglycoside", r"aminoglycosides?",
              "gentamicin gentamycin tobramycin amikacin neomycin streptomycin kanamycin netilmicin plazomicin "
              "paromomycin framycetin"),
        Group("morphinan", "morphine-like opioids", "a morphine-like opioid", r"morphinans?|opiates?",
              "morphine codeine oxycodone hydrocodone hydromorphone oxymorphone dihydrocodeine diamorphine heroin "
              "buprenorphine nalbuphine butorphanol levorphanol ethylmorphine pholcodine co-codamol co-dydramol "
              "co-codaprin benzhydrocodone"),
        Group("ace", "ACE inhibitors", "an ACE inhibitor", r"\w+pril(at)?", "ace acei aceis"),
        Group("statin", "statins", "a statin", r"\w+vastatin|statins?"),
        Group("amide", "amide anaesthetics", "an amide anaesthetic", "",
              "lidocaine lignocaine bupivacaine levobupivacaine ropivacaine mepivacaine prilocaine articaine "
              "etidocaine cinchocaine dibucaine"),
        Group("ester", "ester anaesthetics", "an ester anaesthetic", "",
              "benzocaine procaine tetracaine amethocaine chloroprocaine proxymetacaine proparacaine cocaine "
              "oxybuprocaine"),
        Group("anticonvulsant", "aromatic anticonvulsants", "an aromatic anticonvulsant", r"\w*carbazepine",
              "carbamazepine phenytoin fosphenytoin mephenytoin ethotoin phenobarbital phenobarbitone primidone "
              "lamotrigine"),
        Group("contrast", "iodinated contrast", "an iodinated contrast medium", "contrast",
              "iohexol iodixanol iopamidol iopromide ioversol iomeprol ioxaglate ioxilan iobitridol iotrolan "
              "diatrizoate amidotrizoate metrizoate"),
        Group("heparin", "heparins", "a heparin", r"\w*(?<!he)parin|heparins?"),
        Group("egg", "egg", "egg", "", "egg eggs ovalbumin"),
        Group("gelatin", "gelatin", "gelatin", "", "gelatin gelatine"),
        Group("latex", "latex", "latex", "", "latex rubber"),
    )
}  # fmt: skip

# Aminopenicillins and the cephalosporins with the same side chain: a reaction to one could be one to the other in up to
# 30 %. Between other penicillins and other cephalosporins or carbapenems: below 1 % (Journal of Asthma and
# Allergy 2021; 14: 31, read in its abstract: a doctor confirms).
SIDE_CHAIN_PENICILLINS = frozenset({"amoxicillin", "ampicillin", "bacampicillin", "pivampicillin"})
SIDE_CHAIN_CEPHALOSPORINS = frozenset({"cefalexin", "cefaclor", "cefadroxil", "cefprozil"})


def groups_of(name: str) -> frozenset[str]:
    """Codes of the groups that an ingredient, or a group by its own name, belongs to."""
    words = re.findall(r"[\w-]+", name.lower())
    return frozenset(code for code, group in GROUPS.items() if any(group.has(word) for word in words))


def is_group(text: str) -> bool:
    """Whether the text names a whole group and no medicine of it: "penicillins", "NSAID", "penicillin"."""
    folded = " ".join(re.sub(r"\b(allergy|antibiotics?|drugs?|media|medium|inhibitors?)\b", "", text.lower()).split())
    return folded in WHOLE


WHOLE = frozenset({
    "penicillin", "penicillins", "pcn", "cephalosporin", "cephalosporins",
    "carbapenem", "carbapenems", "sulfa", "sulpha",
    "sulfonamide", "sulfonamides", "sulphonamide", "sulphonamides", "nsaid", "nsaids", "macrolide", "macrolides",
    "quinolone", "quinolones", "fluoroquinolone", "fluoroquinolones", "tetracyclines", "aminoglycoside",
    "aminoglycosides", "opiate", "opiates", "ace", "acei", "aceis", "statin", "statins",
    "contrast", "iodinated contrast", "heparins",
})  # fmt: skip
