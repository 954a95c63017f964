"""What the service says of itself, in the two versions of the protocol."""

from typing import Any

from ukrgraph.reconciliation.directory import ACTOR_TYPES, Directory
from ukrgraph.reconciliation.extend import SETTING
from ukrgraph.reconciliation.preview import HEIGHT, WIDTH
from ukrgraph.reconciliation.questions import BATCH
from ukrgraph.reconciliation.suggest import kind
from ukrgraph.terms import UKG

NAMES = {"en": "ukrgraph: who said what", "uk": "ukrgraph: хто що сказав"}


def manifest_0_2(directory: Directory, root: str, language: str, version: str) -> dict[str, Any]:
    """Return the manifest of version 0.2; `root` is the address of the server without a slash at its end."""
    name, advice = SETTING[language]
    here = f"{root}/reconcile"
    setting = {"name": "limit", "label": name, "type": "number", "default": 0, "help_text": advice}
    return {
        "versions": ["0.2"],
        "name": NAMES[language],
        "identifierSpace": directory.space,
        "schemaSpace": UKG,
        "serviceVersion": version,
        "documentation": f"{root}/openapi.json",
        "defaultTypes": _default_types(directory, language),
        "view": {"url": f"{root}/id/{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            kind: {"service_url": root, "service_path": f"/reconcile/suggest/{kind}"}
            for kind in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": root, "service_path": "/reconcile/properties"},
            "property_settings": [setting],
        },
        "batchSize": BATCH,
    }


def manifest_1_0(directory: Directory, root: str, language: str, version: str) -> dict[str, Any]:
    """Return the manifest of the draft of version 1.0."""
    name, advice = SETTING[language]
    setting = {"id": "limit", "name": name, "type": "number", "default": 0, "helpText": advice}
    return {
        "versions": ["1.0-draft"],
        "name": NAMES[language],
        "lang": language,
        "serviceVersion": version,
        "documentation": f"{root}/openapi.json",
        "defaultTypes": _default_types(directory, language),
        "view": {"url": f"{root}/id/{{id}}"},
        "preview": {"width": WIDTH, "height": HEIGHT},
        "suggest": {"entity": True, "type": True, "property": True},
        "extend": {"proposeProperties": True, "propertySettings": [setting]},
        "batchSize": BATCH,
        "standardizedScore": True,
    }


def _default_types(directory: Directory, language: str) -> list[dict[str, Any]]:
    return [kind(directory, one, language) for one in ACTOR_TYPES if one in directory.types]
