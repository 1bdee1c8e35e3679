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


def choices() -> list[tuple[str, str]]:
    """By name, blank first."""
    return [("", ""), *sorted(NAMES.items(), key=lambda pair: pair[1])]
