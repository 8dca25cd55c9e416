"""Steps by which managers add their server's own questions."""

from __future__ import annotations

import json
import re

from bot.storage import questions

FORM = {
    "stem": "A clinic reports the usual income of its patients, of which one is very high. Which figure serves it BEST?",
    "options": "The mean # One high value pulls it up.\n* The median # Half of the values lie below it.\nThe range\nThe variance",
    "explanation": "The median does not move when one value grows. The mean does.",
    "source": "Freedman, Pisani, Purves: Statistics, chapter 4",
}


async def typed(world, actor, channel, *, section="1.1", **changes):
    """Submit the form of `/question add`; return the bot's reply."""
    shown = await actor.slash(channel, "question add", section=section)
    return await actor.submit_modal(shown, {**FORM, **changes})


async def added(world, actor=None, channel=None, **changes):
    """Add a question to the server and save it; return its id."""
    actor, channel = actor or world.mia, channel or world.channel
    preview = await typed(world, actor, channel, **changes)
    saved = await actor.click(preview.response, label="Save")
    return re.search(r"own-[0-9a-f]{12}", world.read(saved) or world.read(preview))[0]


async def uploaded(world, data, *, name="questions.jsonl", actor=None, channel=None, **options):
    actor, channel = actor or world.mia, channel or world.channel
    if isinstance(data, list):
        data = "\n".join(json.dumps(row) for row in data).encode()
    return await actor.slash(channel, "question import", file=(name, data), **options)


def a_row(number, **changes):
    """Return a row of a file: the question `number`, whose first option is right."""
    return {
        "section": "1.1",
        "type": "choice",
        "stem": f"What is the answer of question {number}?",
        "options": [f"right {number}", f"wrong {number}", f"other {number}"],
        "correct": [0],
        "explanation": "Because it is so.",
        **changes,
    }


async def ids_of(world, guild=None):
    kept = await world.db.read(lambda tx: questions.additions(tx, (guild or world.guild).id))
    return list(kept.questions)


async def left_alone(world, *ids, section="1.1"):
    """Retire every question of the section in this server except these."""
    pack = await world.bot.services.pack_for(world.guild.id)
    for question in pack.within(section):
        if question.id not in ids:
            await world.bot.services.questions.retire(world.guild.id, question.id, by=world.mia.id, at=world.now)
