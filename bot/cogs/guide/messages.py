"""The guide, section by section."""

from __future__ import annotations

import discord

from bot.cogs.ui.buttons import Press
from bot.cogs.ui.custom_ids import QuizStartId
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.replies import Message
from bot.cogs.ui.text import DESCRIPTION, FIELD, clip, plain, plural
from bot.study.questions import ALL, Pack, Section, boards_of


def section(pack: Pack, name: str) -> Message:
    """A section's points and exam tips; of a parent or of all, the sections within."""
    found = pack.sections.get(name)
    if found is None or name not in pack.leaves:
        return overview(pack, name)
    embed = discord.Embed(
        title=plain(pack.title_of(name)),
        color=BLUE,
        description="\n".join(f"• {plain(point)}" for point in found.points),
    )
    if found.tips:
        tips = "\n".join(f"• {plain(tip)}" for tip in found.tips)
        embed.add_field(name="Exam tips", value=clip(tips, FIELD), inline=False)
    embed.description = _with_facts(embed.description or "", pack, found)
    questions = pack.within(name)
    if not questions:
        return Message(embed)
    embed.set_footer(text=f"{plural(len(questions), 'question')} on this section")
    return Message(embed, [Press(QuizStartId(name), "Quiz me on this", main=True)])


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


def overview(pack: Pack, name: str) -> Message:
    chosen = [leaf for leaf in pack.leaves if name == ALL or name in boards_of(leaf)]
    lines = []
    for leaf in chosen:
        count = len(pack.within(leaf))
        lines.append(f"**{plain(pack.title_of(leaf))}** · {pack.sections[leaf].weight}% · {plural(count, 'question')}")
    embed = discord.Embed(title=plain(pack.title_of(name)), color=BLUE, description="\n".join(lines))
    embed.add_field(
        name="How to read it",
        value="`/guide section:` shows one section. The percentages are the exam's domain weights, spread over the guide.",
        inline=False,
    )
    embed.set_footer(text=clip(pack.notice, 2048))
    return Message(embed)
