"""Japanese and Korean names in Latin letters, as passports and people write them. Pure.

anyascii spells kana sign by sign (キョウコ is kiyouko, ハットリ hatsutori) and Hangul by the rule of the state, which
few families follow: 김 is gim, and writes itself Kim.
"""

import re
import unicodedata

from anyascii import anyascii

_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o"}  # with the sign before one syllable
_VOWELS = {"ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}  # take the place of its vowel: ファ is fa
_LONG, _DOUBLED = "ー", "っ"
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# Korean families, where custom differs from the rule.
FAMILIES = {
    "김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "조": "cho", "윤": "yoon", "임": "lim",
    "오": "oh", "권": "kwon", "안": "ahn", "유": "yoo", "류": "ryu", "전": "jeon", "고": "ko", "문": "moon",
    "배": "bae", "백": "baek", "허": "heo", "노": "noh", "심": "shim", "신": "shin", "곽": "kwak", "성": "sung",
    "주": "joo", "우": "woo", "구": "koo", "원": "won", "천": "chun", "강": "kang", "공": "kong", "길": "gil",
}  # fmt: skip


def kana(word: str) -> str:
    """Hepburn's spelling without its long vowels: 大野 おおの is ono, しょうたろう shotaro, いのうえ inoue."""
    found: list[str] = []
    doubled = False
    for sign in unicodedata.normalize("NFKC", word).translate(_HIRAGANA):
        before = found[-1] if found else ""
        if sign in _SMALL and before.endswith("i"):
            stem = before[:-1]
            found[-1] = stem + ("" if stem.endswith(("sh", "ch", "j")) else "y") + _SMALL[sign]
        elif sign in _VOWELS and before:
            found[-1] = ("w" if before == "u" else before[:-1]) + _VOWELS[sign]
        elif sign == _DOUBLED:
            doubled = True
        elif sign != _LONG:
            said = anyascii(sign).lower()
            found.append(("t" if said.startswith("ch") else said[:1]) + said if doubled else said)
            doubled = False
    return re.sub(r"(?:ou(?!e)|oo)", "o", "".join(found).replace("uu", "u"))
