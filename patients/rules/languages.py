"""Languages that people speak at a desk, by BCP 47 code. A code that is not here is shown as it is."""

NAMES = {
    "sq": "Albanian", "am": "Amharic", "ar": "Arabic", "hy": "Armenian", "bn": "Bengali", "bs": "Bosnian",
    "bg": "Bulgarian", "my": "Burmese", "yue": "Cantonese", "hr": "Croatian", "cs": "Czech", "da": "Danish",
    "fa": "Farsi", "nl": "Dutch", "en": "English", "et": "Estonian", "fi": "Finnish", "fr": "French",
    "ka": "Georgian", "de": "German", "el": "Greek", "gu": "Gujarati", "ht": "Haitian Creole", "he": "Hebrew",
    "hi": "Hindi", "hu": "Hungarian", "is": "Icelandic", "ig": "Igbo", "id": "Indonesian", "ga": "Irish",
    "it": "Italian", "ja": "Japanese", "km": "Khmer", "ko": "Korean", "ku": "Kurdish", "lo": "Lao", "lv": "Latvian",
    "lt": "Lithuanian", "mk": "Macedonian", "ms": "Malay", "ml": "Malayalam", "zh": "Mandarin", "mn": "Mongolian",
    "ne": "Nepali", "no": "Norwegian", "ps": "Pashto", "pl": "Polish", "pt": "Portuguese", "pa": "Punjabi",
    "ro": "Romanian", "ru": "Russian", "sr": "Serbian", "ase": "Sign language (American)",
    "bfi": "Sign language (British)", "si": "Sinhala", "sk": "Slovak", "sl": "Slovenian", "so": "Somali",
    "es": "Spanish", "sw": "Swahili", "sv": "Swedish", "tl": "Tagalog", "ta": "Tamil", "te": "Telugu", "th": "Thai",
    "ti": "Tigrinya", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "cy": "Welsh",
    "yo": "Yoruba",
}  # fmt: skip


def name(code: str) -> str:
    """ "Vietnamese" of "vi", "Portuguese" of "pt-BR"; an unknown code itself."""
    return NAMES.get(code) or NAMES.get(code.partition("-")[0].lower(), code)


# ISO 639-2 and 639-3 codes of those that have two letters, both the terms' and the books'.
_THREE = {
    "sqi": "sq", "alb": "sq", "amh": "am", "ara": "ar", "arb": "ar", "hye": "hy", "arm": "hy", "ben": "bn", "bos": "bs",
    "bul": "bg", "mya": "my", "bur": "my", "hrv": "hr", "ces": "cs", "cze": "cs", "dan": "da", "fas": "fa", "per": "fa",
    "nld": "nl", "dut": "nl", "eng": "en", "est": "et", "fin": "fi", "fra": "fr", "fre": "fr", "kat": "ka", "geo": "ka",
    "deu": "de", "ger": "de", "ell": "el", "gre": "el", "guj": "gu", "hat": "ht", "heb": "he", "hin": "hi", "hun": "hu",
    "isl": "is", "ice": "is", "ibo": "ig", "ind": "id", "gle": "ga", "ita": "it", "jpn": "ja", "khm": "km", "kor": "ko",
    "kur": "ku", "lao": "lo", "lav": "lv", "lit": "lt", "mkd": "mk", "mac": "mk", "msa": "ms", "may": "ms", "mal": "ml",
    "zho": "zh", "chi": "zh", "cmn": "zh", "mon": "mn", "nep": "ne", "nor": "no", "pus": "ps", "pol": "pl", "por": "pt",
    "pan": "pa", "ron": "ro", "rum": "ro", "rus": "ru", "srp": "sr", "sin": "si", "slk": "sk", "slo": "sk", "slv": "sl",
    "som": "so", "spa": "es", "swa": "sw", "swe": "sv", "tgl": "tl", "fil": "tl", "tam": "ta", "tel": "te", "tha": "th",
    "tir": "ti", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi", "cym": "cy", "wel": "cy", "yor": "yo",
}  # fmt: skip
_ALSO = {"chinese": "zh", "tagalog": "tl", "filipino": "tl", "persian": "fa", "castilian": "es", "greek, modern": "el"}


def known(code: str) -> str:
    """The code as we have it ("es" of "spa", "pt-BR" as it is); "" where we have no words for it."""
    first, _, rest = code.partition("-")
    first = _THREE.get(first.lower(), first.lower())
    return (f"{first}-{rest}" if rest else first) if first in NAMES else ""


def of_word(word: str) -> str:
    """The code of a language's name in English; "" where we do not know it."""
    by_name = {name.casefold(): code for code, name in NAMES.items()} | _ALSO
    return by_name.get(word.strip().casefold(), "")


def choices() -> list[tuple[str, str]]:
    """By name, blank first."""
    return [("", ""), *sorted(NAMES.items(), key=lambda pair: pair[1])]
