"""What a browser calls itself, in words: enough to tell a person's own from another."""

# In this order: most of them name the ones below too.
NAMES = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "a Chromebook",
    "Windows": "Windows",
    "Mac OS X": "a Mac",
    "Linux": "Linux",
}
LONGEST = 1000  # characters that are looked at


def browser(agent: str) -> str:
    """ "Firefox on Windows", of a User-Agent header."""
    said = agent[:LONGEST]
    name = next((word for mark, word in NAMES.items() if f"{mark}/" in said), "Another browser")
    system = next((word for mark, word in SYSTEMS.items() if mark in said), "")
    return f"{name} on {system}" if system else name
