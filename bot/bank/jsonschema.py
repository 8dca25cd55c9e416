"""JSON Schema of the content files, for editors: `python -m bot schema` writes it, and a test checks that it matches
the models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from bot.bank.schema import GuideFile, PackFile, QuestionsFile

FILES: Final[Mapping[str, type[BaseModel]]] = {
    "pack.schema.json": PackFile,
    "guide.schema.json": GuideFile,
    "questions.schema.json": QuestionsFile,
}


def schema_texts() -> dict[str, str]:
    """Return the content of each schema file, by file name."""
    return {name: json.dumps(_schema(model), indent=2, ensure_ascii=False) + "\n" for name, model in FILES.items()}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
