"""Which country is meant by a code of two or three letters, or by its name in any language."""

import re
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import phonenumbers

from patients.rules.names import fold


def _names_of_countries() -> dict[str, dict[str, str]]:
    """By country and language, "*aa" where a name is as in that language. The package around this module is not
    imported: it reads where each number of the world is, a hundred megabytes.
    """
    path = Path(phonenumbers.__file__).with_name("geodata") / "locale.py"
    module = ModuleType("phonenumbers.geodata.locale")
    module.__package__ = "phonenumbers.geodata"
    SourceFileLoader(module.__name__, str(path)).exec_module(module)
    found: dict[str, dict[str, str]] = module.LOCALE_DATA
    return found


LOCALE_DATA = _names_of_countries()

# ISO 3166-1: three letters, and the two that stand for the same.
_THREE = (
    "ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI "
    "BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT "
    "BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU "
    "CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET "
    "FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR "
    "GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR "
    "IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB "
    "LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH "
    "MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE "
    "NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL "
    "PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ "
    "SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC "
    "TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY "
    "USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW "
)
# What phonenumbers' table, of Java 8, has not: names of today, those that people use, a country's own.
_ALSO = """
AE UAE, Emirates, الإمارات, الإمارات العربية المتحدة; AF افغانستان; AL Shqipëri, Shqipëria; AM Հայաստան; AZ
Azərbaycan; BA Bosnia, Bosna i Hercegovina; BD বাংলাদেশ; BN Brunei Darussalam; BQ Caribbean Netherlands; CD DRC, DR
Congo, Congo Democratic Republic; CF République centrafricaine; CG Republic of the Congo, Congo Brazzaville; CI
Ivory Coast; CZ Czechia, Czech Republic, Česko, Tschechien, Tchéquie, Chequia, Cechia, Czechy; ET ኢትዮጵያ; FK Falkland
Islands Malvinas; GB UK, Great Britain, England, Scotland, Wales, Northern Ireland, United Kingdom of Great Britain
and Northern Ireland, Cymru; GE საქართველო; HK Hong Kong SAR, Hong Kong SAR China; IE Eire, Republic of Ireland; IR
ایران; KG Кыргызстан; KH កម្ពុជា; KP Democratic Peoples Republic of Korea; KR Republic of Korea, 한국; KZ Қазақстан;
LA Lao PDR, Lao Peoples Democratic Republic, ລາວ; LK ශ්‍රී ලංකාව, இலங்கை; LU Lëtzebuerg; MD Republica Moldova,
Republic of Moldova; ME Crna Gora, Црна Гора; MF Saint Martin French part; MK North Macedonia, Северна Македонија,
Nordmazedonien, Macédoine du Nord; MM Burma, Myanmar Burma, မြန်မာ; MO Macau, Macao SAR China; MR موريتانيا; NG
Nàìjíríà; NL Holland, Países Bajos, Países Baixos; NO Noreg; NP नेपाल; NZ Aotearoa; OM عمان; PH Pilipinas; PK
پاکستان; PN Pitcairn Islands; PS Palestinian Territories, State of Palestine, Occupied Palestinian Territory,
الأراضي الفلسطينية; RS Srbija, Србија; RU Russian Federation; SA السعودية, المملكة العربية السعودية; SK Slovensko;
SO Soomaaliya, الصومال; SV Salvador; SX Sint Maarten, Sint Maarten Dutch part; SY Syrian Arab Republic; SZ Eswatini;
TH ไทย, ประเทศไทย; TL East Timor; TR Turkey; TW 台灣, Taiwan Province of China; TZ United Republic of Tanzania; UM US
Outlying Islands; US USA, US, America, United States of America, Vereinigte Staaten; UZ Oʻzbekiston, Ўзбекистон; VA
Vatican City, Holy See; VC Saint Vincent; XK XKX, Kosovo, Kosovë, Kosova, Косово
"""
_TURNED = re.compile(r"([^,(]+)[,(]([^,()]+)\)?")
_TWO_HAVE = ("congo", "korea")


def code(written: str) -> str:
    """ISO 3166 in two letters ("MX" of "MEX", "Mexico" or "México"); "" where it is no country's. Kosovo is "XK"."""
    plain = written.strip().upper()
    if plain in LOCALE_DATA or plain == "XK":
        return plain
    by_three = {pair[:3]: pair[3:] for pair in _THREE.split()}
    return by_three.get(plain) or _by_name().get(_key(written), "") or _turned(written)


def _turned(written: str) -> str:
    """As ISO's own list has it: "Virgin Islands (British)", "Moldova, Republic of", "Iran (Islamic Republic of)"."""
    parts = _TURNED.fullmatch(written.strip())
    if not parts:
        return ""
    head, rest = _key(parts[1]), parts[2].strip().casefold()
    is_title = rest.endswith((" of", " of the")) and head not in _TWO_HAVE
    return _by_name().get(_key(f"{rest} {parts[1]}")) or _by_name().get(head if is_title else "", "")


def _key(name: str) -> str:
    """What St and Saint, "and" and "&" have in common."""
    words = ["saint" if word == "st" else word for word in fold(name).split()]
    return "".join(word for word in words if word not in ("the", "and"))


@cache
def _by_name() -> dict[str, str]:
    """English names first; a name that is two countries' in two languages is the first one's."""
    listed = (each.strip().partition(" ") for each in " ".join(_ALSO.split()).split(";"))
    found = {_key(name): country for country, _, names in listed for name in names.split(",")}
    for country, names in LOCALE_DATA.items():
        same = names["en"]
        found.setdefault(_key(names[same[1:]] if same.startswith("*") else same), country)
    for country, names in LOCALE_DATA.items():
        for name in names.values():
            if not name.startswith("*"):
                found.setdefault(_key(name), country)
    return found
