"""The words of a text in RTF, as some systems send their notes, without its marks. Pure."""

import re

TOKEN = re.compile(
    rb"\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|\\(?P<mark>[^a-z])|(?P<brace>[{}])"
    rb"|(?P<end>[\r\n]+)|(?P<text>[^\\{}\r\n]+)"
)
BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": " ", b"cell": " "}
SIGNS = {
    b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"emspace": " ", b"enspace": " ",
}  # fmt: skip
# Groups that are no text of the document.
SILENT = frozenset((
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"headerl", b"headerr",
    b"footerl", b"footerr", b"listtable", b"listoverridetable", b"rsidtbl", b"generator", b"themedata", b"xmlnstbl",
    b"fldinst", b"datastore", b"latentstyles",
))  # fmt: skip
HIDDEN, STRUCK, RAISED = (b"v",), (b"deleted", b"strike", b"striked"), (b"super",)  # a 0 behind each ends it
MOST_DEEP = 500


def is_rtf(data: bytes) -> bool:
    return data.lstrip()[:5] == b"{\\rtf"


def words(data: bytes) -> str:
    """In lines. What was struck out says so, as a text of a page does; what is hidden, or no text, is left out."""
    reader = _Reader()
    for token in TOKEN.finditer(data):
        reader.take(token)
    whole = "".join(reader.found).encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # of pairs one letter
    lines = (" ".join(line.split()) for line in whole.split("\n"))
    return "\n".join(filter(None, lines))


class _Reader:
    """`skip` and `closes` are of each open group: letters that stand in for one, and what ends what was struck out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.skip, self.closes = [1], [""]
        self.silent = 0  # the depth of the group that is
        self.letters, self.once = "cp1252", 0

    def take(self, token: re.Match[bytes]) -> None:
        word, depth = token["word"], len(self.skip) - 1
        if token["brace"] == b"{" and depth < MOST_DEEP:
            self.skip, self.closes = [*self.skip, self.skip[-1]], [*self.closes, ""]
        elif token["brace"] == b"}" and depth:
            self._close(depth)
        elif word in HIDDEN and token["number"] == b"0":
            self.silent = 0 if self.silent == depth else self.silent
        elif (word in SILENT or word in HIDDEN or token["mark"] == b"*") and not self.silent:
            self.silent = depth
        elif word == b"ansicpg" and token["number"]:
            self.letters = _letters(token["number"])
        elif word == b"uc" and token["number"]:
            self.skip[-1] = int(token["number"])
        elif not self.silent:
            self._say(token)

    def _close(self, depth: int) -> None:
        self.found.append(self.closes.pop() if not self.silent else (self.closes.pop() and ""))
        self.skip.pop()
        self.once = 0
        self.silent = 0 if depth <= self.silent else self.silent

    def _say(self, token: re.Match[bytes]) -> None:
        word, ends = token["word"], token["number"] == b"0"
        if (word in STRUCK and ends) or word == b"plain":
            self.found.append(self.closes[-1])
            self.closes[-1] = ""
        elif word in STRUCK and not self.closes[-1]:
            self.found.append("[taken out: ")
            self.closes[-1] = "]"
        elif word in RAISED and not ends:
            self.found.append("^")
        else:
            said, self.once = _said(token, self.letters, self.once)
            self.found.append(said)
            self.once = self.skip[-1] if word == b"u" else self.once


def _letters(number: bytes) -> str:
    name = f"cp{int(number)}"
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _said(token: re.Match[bytes], letters: str, once: int) -> tuple[str, int]:
    """What stands for it; and how many letters still stand in for one that older programs cannot show."""
    if token["byte"]:
        return ("", once - 1) if once else (bytes.fromhex(token["byte"].decode()).decode(letters, "replace"), 0)
    if token["text"]:
        left = token["text"][once:]
        return left.decode(letters, "replace"), max(0, once - len(token["text"]))
    if token["word"] == b"u" and token["number"]:
        return chr(int(token["number"]) % 0x10000), 0
    if token["word"]:
        return BREAKS.get(token["word"], SIGNS.get(token["word"], "")), 0
    if token["mark"] in (b"\\", b"{", b"}"):
        return token["mark"].decode(), 0
    return (" " if token["mark"] == b"~" else "\n" if token["mark"] in (b"\n", b"\r") else ""), once
