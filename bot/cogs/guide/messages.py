"""The guide, section by section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.cogs.guide.custom_ids import GuidePageId, GuidePickId
from bot.cogs.quizzes.custom_ids import QuizStartId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.menus import Menu, MenuLine, fitting, key_of
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.text import PAGE, blocks, plain, plural
from bot.services.guide import BoardMastery, GuidePage
from bot.study.questions import ALL, Pack, Section, boards_of

BAR = 10


def page(page: GuidePage, number: int = 1) -> Message:
    """Show a section's points, exam tips and facts, or a parent's subsections, with the member's mastery.

    A section longer than a message is split into pages; `number` counts from 1.
    """
    pack, name = page.pack, page.section
    leaf = name in pack.leaves
    texts = list(blocks(_section_texts(pack, pack.sections[name]) if leaf else _overview(page), PAGE)) or [""]
    number = min(max(1, number), len(texts))
    card = Card(title=plain(pack.title_of(name)), color=BLUE, text=texts[number - 1])
    if not leaf:
        card.add(
            "How to read it",
            "Pick a section below to read it. The percentages are the exam's domain weights, divided among the sections.",
        )
    buttons = []
    if (mastery := page.mastery.get(name)) is not None:
        card.add("What you have mastered", mastered(mastery))
        label = "Quiz me on all of it" if name == ALL else "Quiz me on this"
        buttons.append(Press(QuizStartId(name), label, main=True))
    footer = [f"Page {number} of {len(texts)}"] if len(texts) > 1 else []
    if not leaf and pack.notice:
        footer.append(plain(pack.notice))
    card.footer = " · ".join(footer)
    return Message(card, [*buttons, *_pager(name, number, len(texts))], menus=[_menu(pack, name)])


def sections(pack: Pack) -> list[str]:
    """Return what the menu of the guide offers."""
    return [ALL, *pack.leaves]


def _menu(pack: Pack, shown: str) -> Menu:
    lines = [MenuLine(key_of(name), pack.title_of(name), chosen=name == shown) for name in sections(pack)]
    return Menu(GuidePickId(), "Read a section", fitting(lines))


def _pager(section: str, number: int, pages: int) -> list[Press]:
    if pages == 1:
        return []
    return [
        Press(GuidePageId(section, max(1, number - 1)), "◀ Previous", disabled=number == 1),
        Press(GuidePageId(section, min(pages, number + 1)), "Next ▶", disabled=number == pages),
    ]


def mastered(mastery: BoardMastery) -> str:
    """Show mastery in words, and as a bar."""
    full = round(BAR * mastery.share)
    bar = f"`{'█' * full}{'░' * (BAR - full)}` **{mastery.share:.0%}**"
    if not mastery.right:
        return (
            f"{bar} of {plural(mastery.questions, 'question')}. The quiz begins with questions that you have not seen."
        )
    return (
        f"{bar}: the chance that you recall one of the {plural(mastery.questions, 'question')} today. You answered "
        f"{mastery.right:,} right the last time; the quiz begins with the others."
    )


def _section_texts(pack: Pack, section: Section) -> Iterator[str]:
    """Return everything the guide says about a section, in parts that are not split between pages."""
    yield from (f"• {plain(point)}" for point in section.points)
    yield from _under("Exam tips", [f"• {plain(tip)}" for tip in section.tips])
    if pack.version is not None and (added := section.added.get(pack.version.code)):
        heading = f"Added by {plain(pack.version.name)}, not in the guide"
        yield from _under(heading, [f"{skill} {plain(text)}" for skill, text in added.items()])
    facts = [fact for fact in pack.facts.values() if fact.section == section.id]
    yield from _under("What to know", [f"**{plain(fact.topic)}**: {plain(fact.learn)}" for fact in facts])


def _under(heading: str, lines: Sequence[str]) -> Iterator[str]:
    """Return the lines, with the heading joined to the first, so that no page ends with a heading."""
    for place, line in enumerate(lines):
        yield line if place else f"\n**{heading}**\n{line}"


def _overview(page: GuidePage) -> Iterator[str]:
    pack = page.pack
    for leaf in pack.leaves:
        if page.section in (ALL, leaf, *boards_of(leaf)):
            known = page.mastery.get(leaf)
            figures = (
                f"{plural(known.questions, 'question')}, {known.share:.0%} mastered" if known else "no questions yet"
            )
            yield f"**{plain(pack.title_of(leaf))}** · {pack.sections[leaf].weight}% · {figures}"
