"""A member who takes a mock exam in the simulated Discord."""

from __future__ import annotations

import re

from simcord.builders import UserHandle

from bot.study.questions import Kind
from tests.reading import card_of, parts

QUESTIONS = 20
"""The number of questions in a short exam."""


def components(message):
    return [part for part in parts(message) if "custom_id" in part]


def labels(message):
    return [component["label"] for component in components(message) if "label" in component]


def id_of(message, label):
    return next(component["custom_id"] for component in components(message) if component.get("label") == label)


def menus(message):
    return [component for component in components(message) if "options" in component]


def title(message):
    return card_of(message).title


def number(message):
    return int(re.match(r"Question (\d+) of", title(message))[1])


def fields(message):
    return card_of(message).blocks


class Sitting:
    """An exam in a single private message, which every press replaces."""

    def __init__(self, world, actor):
        self.world, self.actor = world, actor
        self.message = None

    async def slash(self, name, **options):
        if isinstance(self.actor, UserHandle):
            return await self.actor.slash(name, **options)
        return await self.actor.slash(self.world.channel, name, **options)

    async def begin(self, length="short"):
        briefing = (await self.slash("exam start", length=length, version="c01")).response
        begun = await self.actor.click(briefing, label="Begin")
        assert begun.ephemeral or isinstance(self.actor, UserHandle)
        self.message = begun.response
        return self

    async def press(self, label):
        reply = await self.actor.click(self.message, custom_id=id_of(self.message, label))
        return self._replaced(reply)

    async def pick(self, menu, value):
        return self._replaced(await self.actor.select(self.message, [str(value)], custom_id=menu["custom_id"]))

    def _replaced(self, reply):
        if reply.modal is None:
            assert reply.response.id == self.message.id, self.world.read(reply)
            self.message = reply.response
        return reply

    async def answer(self, *, right=True):
        letters = self.world.letters(self.message, right=right)
        if self.world.question_of(self.message).kind is Kind.CHOICE:
            await self.press(letters[0])
        else:
            shown = await self.press("Answer")
            self._replaced(await self.world.fill(self.actor, shown, letters))

    async def answer_all(self, *, right=True):
        while True:
            await self.answer(right=right)
            if "Next" not in labels(self.message):
                return
            await self.press("Next")

    async def go_to(self, kind):
        """Go to the first question of a kind."""
        while self.world.question_of(self.message).kind is not kind:
            await self.press("Next")

    async def overview(self):
        await self.press("Finish" if "Finish" in labels(self.message) else "All questions")

    async def submit(self):
        await self.overview()
        await self.press("Submit…")
        await self.press("Submit now")
