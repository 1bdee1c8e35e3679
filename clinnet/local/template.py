"""Reads infra/template.yaml, so that one machine gets what the cloud gets."""

import re
from typing import Any

import yaml

from clinnet.local.place import ROOT

TEMPLATE = ROOT / "infra" / "template.yaml"
_PLACEHOLDER = re.compile(r"\$\{([\w.:]+)\}")


class _Loader(yaml.SafeLoader):
    """Plain YAML and CloudFormation's short forms, kept as `{"Ref": …}` and `{"Fn::…": …}`."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    raise ValueError(f"!{suffix} of a mapping is not used in this template")


_Loader.add_multi_constructor("!", _short_form)


def load() -> dict[str, Any]:
    template: dict[str, Any] = yaml.load(TEMPLATE.read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader
    return template


def properties(template: dict[str, Any], name: str, values: dict[str, Any]) -> dict[str, Any]:
    """One resource's properties with references replaced.

    `values` holds parameters and finished resources ("Pool", "Table.Arn"). Raises KeyError for one it lacks.
    """
    known = {key: p["Default"] for key, p in template["Parameters"].items() if "Default" in p} | values
    found: dict[str, Any] = _resolve(template["Resources"][name]["Properties"], known)
    return found


def of_type(template: dict[str, Any], kind: str) -> list[str]:
    """Names of all resources of one type, in the template's order."""
    return [name for name, resource in template["Resources"].items() if resource["Type"] == kind]


def _resolve(node: Any, values: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_resolve(part, values) for part in node]
    if not isinstance(node, dict):
        return node
    if "Ref" in node:
        return values[node["Ref"]]
    if "Fn::GetAtt" in node:
        return values[node["Fn::GetAtt"]]
    if "Fn::Sub" in node:
        return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), node["Fn::Sub"])
    return {key: _resolve(part, values) for key, part in node.items()}
