"""Templates and abbreviations."""

from clinnet.table import Flag, Item, Key, ListOf, Number, Text, keys
from records.rules.notes import Part, Template


class NoteTemplate(Item, discriminator="TEMPLATE"):
    """What a kind of note asks for. `parts` are key, label, text, must; `titles` the visits for which it opens.

    `edition` counts what `parts` were: a note that was begun with one goes on with it. `short` inserts it by keys.
    """

    name = Text()
    short = Text(null=True)
    titles = ListOf(default=list)
    parts = ListOf(default=list)
    edition = Number()
    active = Flag(default=True)

    @staticmethod
    def at(clinic: str, id: str) -> Key:
        return keys.note_template(clinic, id)

    @property
    def template(self) -> Template:
        return Template(self.id, int(self.edition), tuple(Part(**each) for each in self.parts), self.name)


class Phrase(Item, discriminator="PHRASE"):
    """An abbreviation: `.short` in a note becomes `text`. Its id is `short`; `owner` a person, or keys.EVERYBODY."""

    owner = Text()
    text = Text()
    active = Flag(default=True)

    @staticmethod
    def at(clinic: str, owner: str, id: str) -> Key:
        return keys.phrase(clinic, owner, id)
