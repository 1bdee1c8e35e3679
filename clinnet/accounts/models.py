"""Clinics and who works there: configuration, read all day and changed rarely."""

from clinnet.accounts.permissions import SQUEEZERS
from clinnet.money import COUNTRIES
from clinnet.table import Flag, Item, Key, ListOf, MapOf, Number, Text, keys

NOBODY = "nobody"


class Clinic(Item, discriminator="CLINIC"):
    """A clinic's settings. `time_zone` is an IANA name, `date_order` DMY or MDY, `country` ISO 3166 of two letters.

    `slot_grain` is 5, 10 or 15 minutes; `late_after` and `no_show_after` are minutes past a visit's start.
    """

    name = Text()
    time_zone = Text(attr_name="timeZone")
    locale = Text()
    country = Text()
    date_order = Text(attr_name="dateOrder")
    demo = Flag(default=False)
    slot_grain = Number(default=15, attr_name="slotGrain")
    late_after = Number(default=5, attr_name="lateAfter")
    no_show_after = Number(default=20, attr_name="noShowAfter")
    reminders = ListOf(default=lambda: [48, 24])  # hours before a visit; one is sent, the first that is not too late
    currency = Text(null=True)  # ISO 4217; that of the country unless the clinic says another
    tax_included = Flag(null=True, attr_name="taxIncluded")  # the catalogue's prices have their tax in them
    address = Text(null=True)  # as patients' calendars show it
    phone = Text(null=True)
    logo = Text(null=True)  # the key of its file
    letterhead = Text(null=True)  # a line or two at the foot of documents
    texts = MapOf(null=True, attr_name="messageTexts")  # the clinic's own, by kind and language: "booked en"
    names_in_messages = Flag(null=True, attr_name="namesInMessages")  # first names, in letters about several or a child

    patient_fields = ListOf(null=True, attr_name="patientFields")  # of its own: patients/rules/own.py
    # Which openings of a chart are put to be reviewed: records/openings/rules.py.
    watch_evening = Number(default=22, attr_name="watchEvening")
    watch_morning = Number(default=6, attr_name="watchMorning")
    watch_many = Number(default=30, attr_name="watchMany")
    watch_days = Number(default=30, attr_name="watchDays")
    watch_family = Flag(default=True, attr_name="watchFamily")
    squeezed_by = ListOf(null=True, attr_name="squeezedBy")  # roles that may overbook and book outside hours

    @property
    def squeezers(self) -> list[str]:
        """As the table of permissions says unless the clinic decided. Nobody is kept as "nobody", as reminders are."""
        return list(SQUEEZERS) if self.squeezed_by is None else [each for each in self.squeezed_by if each != NOBODY]

    @property
    def remind_before(self) -> list[int]:
        """Hours. No reminders are kept as a 0: the table does not keep an empty list."""
        return [int(each) for each in self.reminders if each]

    @property
    def money(self) -> str:
        """The currency that the clinic keeps its books in."""
        return self.currency or COUNTRIES.get(self.country, "EUR")

    @staticmethod
    def at(clinic: str) -> Key:
        return keys.clinic_settings(clinic)


class Staff(Item, discriminator="STAFF"):
    """One person in one clinic. `id` is the person's Cognito `sub`.

    `roles` are what they are here, as far as the pool's groups give them too. `account` is what the user pool has yet
    to be told: to stop the account, to send the invitation. `columns` are those of the board as this person chose them
    (scheduling/board/rules/arranging.py). `cosigned_by`: whose signature this person's notes need besides their own.
    """

    STOP, MAIL, PASSWORD = "stop", "mail", "password"

    name = Text()
    username = Text()
    title = Text(null=True)
    roles = ListOf(default=list)
    active = Flag(default=True)
    account = Text(null=True)
    columns = ListOf(null=True, attr_name="boardColumns")
    cosigned_by = ListOf(null=True, attr_name="cosignedBy")  # ids of doctors
    until = Text(null=True)  # the last day of the clinic, ISO, on which they may do anything here

    @staticmethod
    def at(clinic: str, person: str) -> Key:
        return keys.staff(clinic, person)
