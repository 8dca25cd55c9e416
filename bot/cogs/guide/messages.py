"""The guide, section by section."""

from __future__ import annotations

import discord

from bot.cogs.quizzes.custom_ids import QuizStartId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import DESCRIPTION, FIELD, FOOTER, clip, plain, plural
from bot.services.guide import GuidePage, Mastery
from bot.study.questions import ALL, Pack, Section, boards_of

BAR = 10


def page(page: GuidePage) -> Message:
    """A section's points and exam tips; of a parent or of all, the sections within. With what the member has mastered."""
    pack, name = page.pack, page.section
    embed = _section(pack, pack.sections[name]) if name in pack.leaves else _overview(page)
    mastery = page.mastery.get(name)
    if mastery is None:
        return Message(embed)
    embed.add_field(name="What you have mastered", value=mastered(mastery), inline=False)
    label = "Quiz me on all of it" if name == ALL else "Quiz me on this"
    return Message(embed, [Press(QuizStartId(name), label, main=True)])


def mastered(mastery: Mastery) -> str:
    """In words, and as a bar beside them."""
    full = round(BAR * mastery.share)
    bar = f"`{'█' * full}{'░' * (BAR - full)}` **{mastery.share:.0%}**"
    if not mastery.right:
        return f"{bar} of {plural(mastery.questions, 'question')}. The quiz begins with what you have not met."
    return (
        f"{bar}: the chance that you recall one of the {plural(mastery.questions, 'question')} today. Your last answer was "
        f"right to {mastery.right:,}; the quiz begins with the others."
    )


def _section(pack: Pack, section: Section) -> discord.Embed:
    points = "\n".join(f"• {plain(point)}" for point in section.points)
    embed = discord.Embed(
        title=plain(pack.title_of(section.id)), color=BLUE, description=_with_facts(points, pack, section)
    )
    if section.tips:
        tips = "\n".join(f"• {plain(tip)}" for tip in section.tips)
        embed.add_field(name="Exam tips", value=clip(tips, FIELD), inline=False)
    return embed


def _with_facts(points: str, pack: Pack, section: Section) -> str:
    """What a member must be able to tell, as far as the message holds; the rest is counted, not cut silently."""
    facts = [fact for fact in pack.facts.values() if fact.section == section.id]
    text, left = f"{points}\n\n**What to know**", len(facts)
    for fact in facts:
        line = f"\n**{plain(fact.topic)}**: {plain(fact.learn)}"
        if len(text) + len(line) > DESCRIPTION - 80:
            break
        text += line
        left -= 1
    return text + (f"\n… and {plural(left, 'more fact')}, which the quiz asks too." if left else "")


def _overview(page: GuidePage) -> discord.Embed:
    pack = page.pack
    lines = []
    for leaf in pack.leaves:
        if page.section in (ALL, leaf, *boards_of(leaf)):
            known = page.mastery.get(leaf)
            figures = (
                f"{plural(known.questions, 'question')}, {known.share:.0%} mastered" if known else "no questions yet"
            )
            lines.append(f"**{plain(pack.title_of(leaf))}** · {pack.sections[leaf].weight}% · {figures}")
    embed = discord.Embed(
        title=plain(pack.title_of(page.section)), color=BLUE, description=clip("\n".join(lines), DESCRIPTION)
    )
    embed.add_field(
        name="How to read it",
        value="`/guide section:` shows one section. The percentages are the exam's domain weights, spread over the guide.",
        inline=False,
    )
    embed.set_footer(text=clip(pack.notice, FOOTER))
    return embed
