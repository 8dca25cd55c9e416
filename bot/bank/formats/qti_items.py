"""Turn a QTI item into an entry: its stem, its one interaction, its key and its feedback."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.bank.formats.drafts import scramble
from bot.bank.formats.keys import add_case, entry_from, foreign_id
from bot.bank.formats.markup import BLANKS, KNOWN, plain_text
from bot.bank.formats.qti_writer import SCENARIO, identifier_of
from bot.bank.formats.readings import BadKey, Change
from bot.bank.formats.shapes import counted
from bot.bank.xml_tree import Element
from bot.study.looks import looks
from bot.study.questions import Case

_KINDS: Final = ("choiceInteraction", "orderInteraction", "matchInteraction")
_CHOICES: Final = ("simpleChoice", "simpleAssociableChoice")
_FEEDBACK: Final = ("feedbackInline", "feedbackBlock")
_APART: Final = (*_FEEDBACK, "rubricBlock", "prompt", "simpleChoice", "simpleMatchSet", "stylesheet", "infoControl")
_COMPUTED: Final = ("printedVariable", "templateInline", "templateBlock", "templateDeclaration")


def question_in(item: Element, extra: dict[str, Any], cases: dict[str, Case]) -> tuple[dict[str, Any], list[Change]]:
    """Return the entry of an item, and what was changed. `extra`: what the package says about the item."""
    body = item.first("itemBody")
    parts = list(body.walk()) if body else []
    asking = [part for part in parts if part.name.endswith("Interaction")]
    if computed := next((part for part in item.walk() if part.name in _COMPUTED), None):
        raise BadKey("", f"computes what it shows (<{computed.name}>)", "Write out the finished question")
    if body is None or not asking:
        raise BadKey("", "has no interaction, so it asks nothing", "Give it a choice, order or match interaction")
    if unknown := next((part.name for part in asking if part.name not in _KINDS), None):
        raise BadKey("", f"has a {unknown}", "Make it a choice, order or match interaction")
    if len(asking) > 1:
        raise BadKey("", f"asks {len(asking)} questions in one item", "Make each one a separate item")
    interaction = asking[0]
    changes: list[Change] = []
    if any(part.name == "rubricBlock" for part in parts):
        changes.append(("", "has instructions for graders or members (rubricBlock), which were left out", ""))
    stem = _stem(body, interaction, extra.get("case"), cases)
    keys = _keys(item, interaction.get("responseIdentifier"), ordered=interaction.name == "orderInteraction")
    whys, explanation = _feedback(item, interaction)
    entry = {"choiceInteraction": _choice, "orderInteraction": _order, "matchInteraction": _match}[interaction.name](
        interaction, keys, whys
    )
    entry |= {"stem": counted(stem, entry), "explanation": explanation, **extra}
    if name := item.get("identifier"):
        label = item.get("label")
        entry["id"] = foreign_id(label if label and identifier_of(label) == name else name)
    return entry, changes


def _stem(body: Element, interaction: Element, case: str | None, cases: dict[str, Case]) -> str:
    scenario = next((part for part in body.walk() if part.get("class") == SCENARIO), None) if case else None
    if case and scenario:
        add_case(cases, case, _plain(scenario))
    around = _plain(body, scenario)
    asked = _plain(prompt) if (prompt := interaction.first("prompt")) else ""
    if looks(around) == looks(asked):  # some programs write the prompt in both places
        around = ""
    return "\n".join(filter(None, (around, asked)))


def _keys(item: Element, name: str, *, ordered: bool) -> list[str]:
    declaration = next((part for part in item.all("responseDeclaration") if part.get("identifier") == name), None)
    right = declaration.first("correctResponse") if declaration else None
    keys = [" ".join(value.text.split()) for value in right.all("value")] if right else []
    mapping = declaration.first("mapping") if declaration else None
    if not keys and mapping and not ordered:
        worth = {entry.get("mapKey"): _number(entry.get("mappedValue")) for entry in mapping.all("mapEntry")}
        keys = [" ".join(key.split()) for key, value in worth.items() if value > 0]
        if declaration and declaration.get("cardinality") == "single":
            most = max(worth.values(), default=0)
            keys = [key for key in keys if worth.get(key) == most]
    if not keys:
        raise BadKey("", "does not say which response is right", "Give it a <correctResponse>")
    return keys


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadKey("", f'gives "{text[:20]}" points', "Write mappedValue as a number") from None


def _choice(interaction: Element, keys: Sequence[str], whys: dict[str, str]) -> dict[str, Any]:
    names, texts = _choices(interaction.all("simpleChoice"))
    if interaction.get("maxChoices") == "1" and len(keys) > 1:
        remedy = "Keep one value in <correctResponse>, or set maxChoices to 0 if all are needed"
        raise BadKey("", "has several right choices, any one of which is enough", remedy)
    kind = "choice" if len(keys) == 1 else "response"
    return entry_from(kind, texts, [whys.get(name, "") for name in names], _places(keys, names), [])


def _order(interaction: Element, keys: Sequence[str], whys: dict[str, str]) -> dict[str, Any]:
    names, texts = _choices(interaction.all("simpleChoice"))
    places = _places(keys, names)
    if len(places) != len(names):
        raise BadKey("", f"orders only {len(places)} of its {len(names)} choices", "Order all of them")
    if places == list(range(len(places))):  # the file lists the steps in the right order, which must not be shown
        shown = scramble(len(names), "\n".join(texts))
        names, texts = [names[place] for place in shown], [texts[place] for place in shown]
    return entry_from("ordering", texts, [whys.get(name, "") for name in names], _places(keys, names), [])


def _match(interaction: Element, keys: Sequence[str], whys: dict[str, str]) -> dict[str, Any]:
    sets = [_choices(part.all("simpleAssociableChoice")) for part in interaction.all("simpleMatchSet")]
    if len(sets) != 2:
        raise BadKey("", f"has {len(sets)} sets to match", "Give it two: prompts, and what matches them")
    (prompts, asked), (names, texts) = sets
    matches: dict[str, str] = {}
    for key in keys:
        left, _, right = key.partition(" ")
        if left not in prompts:
            left, right = right, left
        if left in matches:
            raise BadKey("", "has a prompt with several matches", "Give each prompt one match")
        matches[left] = right
    if missing := [text for name, text in zip(prompts, asked, strict=True) if name not in matches]:
        raise BadKey("", f'has no match for "{missing[0][:60]}"', "Give each prompt one match")
    correct = _places([matches[name] for name in prompts], names)
    if correct == list(range(len(correct))):  # in the order of the file, the matches would line up with their prompts
        shown = scramble(len(names), "\n".join(texts))
        names, texts = [names[place] for place in shown], [texts[place] for place in shown]
        correct = _places([matches[name] for name in prompts], names)
    return entry_from("matching", texts, [whys.get(name, "") for name in names], correct, asked)


def _choices(elements: Iterator[Element]) -> tuple[list[str], list[str]]:
    """Return the identifiers and texts of choices."""
    known = list(elements)
    return [choice.get("identifier") for choice in known], [_plain(choice) for choice in known]


def _places(keys: Sequence[str], names: Sequence[str]) -> list[int]:
    if unknown := next((key for key in keys if key not in names), None):
        raise BadKey(
            "", f'names "{unknown[:40]}" as right, which is not one of its choices', "Correct <correctResponse>"
        )
    return [names.index(key) for key in keys]


def _feedback(item: Element, interaction: Element) -> tuple[dict[str, str], str]:
    """Return rationales by the identifier of their choice, and the explanation."""
    choices = {part.get("identifier"): part for part in interaction.walk() if part.name in _CHOICES}
    whys = {name: " ".join(map(_plain, choice.all(*_FEEDBACK))) for name, choice in choices.items()}
    rest: list[str] = []
    for part in item.all("modalFeedback"):
        name = part.get("identifier")
        if name in choices:
            whys[name] = _plain(part)
        else:
            rest.append(_plain(part))
    return whys, "\n".join(dict.fromkeys(rest))


def _plain(element: Element, without: Element | None = None) -> str:
    """Return the text of an element, without parts that are read separately, such as a prompt or feedback."""
    kept = [part for part in element.parts if isinstance(part, str) or not (part is without or part.name in _APART)]
    if len(kept) == 1 and isinstance(only := kept[0], Element) and only.name == "p":
        if texts := only.texts:
            return BLANKS.sub(" ", "".join(texts)).strip()
    elif all(isinstance(part, str) for part in kept):
        return "".join(map(str, kept)).strip()
    return plain_text("".join(_source(element, without))).strip()


def _source(element: Element, without: Element | None) -> Iterator[str]:
    """Yield the content of an element as HTML. Elements unknown to HTML are only containers."""
    for part in element.parts:
        if isinstance(part, str):
            yield html.escape(part, quote=False)
        elif part is without or part.name in _APART:
            continue
        elif part.name == "math":
            raise BadKey("", "contains a formula in MathML, which is not imported", "Write it as text")
        elif part.name in KNOWN:
            attributes = "".join(
                f' {name}="{html.escape(value)}"'
                for name, value in part.attributes.items()
                if name in ("alt", "start", "type")
            )
            yield f"<{part.name}{attributes}>"
            yield from _source(part, without)
            yield f"</{part.name}>"
        else:
            yield from _source(part, without)
