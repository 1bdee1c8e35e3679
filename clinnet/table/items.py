"""The base of every entity. Subclasses name their attributes; the discriminator is `type`."""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    DiscriminatorAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import LIST, MAP, NULL
from pynamodb.models import Model

from clinnet.table.keys import Key
from clinnet.table.values import Raw, from_raw, to_raw


class _Read:
    """Reads an attribute straight from the item: PynamoDB looks its name up each time, and a page reads thousands."""

    _own_name = ""

    def __set_name__(self, owner: type[Any], name: str) -> None:
        super().__set_name__(owner, name)  # type: ignore[misc]  # of the attribute beside it
        self._own_name = name

    if not TYPE_CHECKING:  # its type is what PynamoDB says of the attribute

        def __get__(self, instance, owner):
            return self if instance is None else instance.attribute_values.get(self._own_name)


class Text(_Read, UnicodeAttribute):
    pass


class Number(_Read, NumberAttribute):
    pass


class Flag(_Read, BooleanAttribute):
    pass


class MapOf(_Read, Attribute[dict[str, Any]]):
    """A map of plain values, read and written as a dict."""

    attr_type = MAP

    def serialize(self, value: dict[str, Any]) -> Any:
        return to_raw(value)["M"]

    def deserialize(self, value: Any) -> dict[str, Any]:
        plain: dict[str, Any] = from_raw({"M": value})
        return plain


class ListOf(_Read, Attribute[list[Any]]):
    """A list of plain values, read and written as a list."""

    attr_type = LIST

    def serialize(self, value: list[Any]) -> Any:
        return to_raw(value)["L"]

    def deserialize(self, value: Any) -> list[Any]:
        plain: list[Any] = from_raw({"L": value})
        return plain


class Item(Model):
    """What every entity has. Written only through `Transaction`; never by PynamoDB's own `save`."""

    class Meta:
        table_name = settings.CLINNET_TABLE

    SCHEMA: ClassVar[int] = 1

    pk = Text(hash_key=True, attr_name="PK")
    sk = Text(range_key=True, attr_name="SK")
    gsi1pk = Text(null=True, attr_name="GSI1PK")
    gsi1sk = Text(null=True, attr_name="GSI1SK")
    gsi2pk = Text(null=True, attr_name="GSI2PK")
    gsi2sk = Text(null=True, attr_name="GSI2SK")
    type = DiscriminatorAttribute()
    id = Text()
    clinic_id = Text(null=True, attr_name="clinicId")
    version = Number(default=1)
    schema = Number(default=1)
    state = Text(null=True)
    line = MapOf(null=True)
    created_at = Text(null=True, attr_name="createdAt")
    updated_at = Text(null=True, attr_name="updatedAt")
    last_event = Text(null=True, attr_name="lastEvent")

    @property
    def key(self) -> Key:
        return Key(self.pk, self.sk)

    @classmethod
    def read(cls, raw: Raw) -> Self:
        """The entity in a raw item; the class is chosen by its `type`. PynamoDB itself sets each attribute twice."""
        kind: type[Self] = cls._get_discriminator_class(raw) or cls
        if not issubclass(kind, cls):
            raise ValueError(f"a {kind.__name__} is no {cls.__name__}")
        made = kind.__new__(kind)
        values = made.attribute_values = {}
        for name, stored, attribute, default in _places(kind):
            there = raw.get(stored)
            value: Any = default
            if there and NULL not in there:
                value = attribute.deserialize(attribute.get_value(there))
            elif callable(default):
                value = default()
            if value is not None:
                values[name] = value
        return made

    def copied(self) -> Self:
        """Another with the same values, to be changed; what is in its lists and maps is the same."""
        made = type(self).__new__(type(self))
        made.attribute_values = dict(self.attribute_values)
        return made

    @classmethod
    def is_one(cls, raw: Raw) -> bool:
        """Whether a raw item is this entity, and not another that shares its key range."""
        known: str = cls.get_attributes()["type"].get_discriminator(cls)  # type: ignore[attr-defined]  # `type` is one
        return bool(raw.get("type", {}).get("S") == known)

    def plain(self, names: Iterable[str] | None = None) -> dict[str, Any]:
        """All attributes, or those of these names, by their Python names; the unset ones left out."""
        wanted = self.get_attributes() if names is None else names
        return {name: value for name in wanted if (value := getattr(self, name)) is not None}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"

    __str__ = __repr__

    def save(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError("write through clinnet.table.Transaction")

    update = delete = save


@cache
def _places(kind: type[Item]) -> list[tuple[str, str, Attribute[Any], Any]]:
    """Of each attribute its name here and in the table, and what an item that lacks it has."""
    kinds: Any = kind.get_attributes()["type"]
    own = kind if kinds.get_discriminator(kind) is not None else None
    return [
        (name, each.attr_name, each, (lambda: own) if each is kinds else each.default)
        for name, each in kind.get_attributes().items()
    ]
