"""The colours that a type of visit may have: names of dots in static/css/parts.css (`dot dot-blue`). Pure."""

COLOURS = {
    "blue": "Blue",
    "teal": "Teal",
    "green": "Green",
    "olive": "Olive",
    "amber": "Amber",
    "orange": "Orange",
    "red": "Red",
    "pink": "Pink",
    "violet": "Violet",
    "grey": "Grey",
}
