"""Messages about a duel: they fit, ping nobody, and escape every name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cogs.duels import messages
from bot.cogs.duels.wording import duration, scores
from bot.services.duel_scenes import DuelScene
from bot.storage.duels import Duel, Player
from bot.storage.posts import PostKind
from bot.study.duels import QUESTIONS, DuelState
from tests.cogs.test_limits import BIG, check
from tests.conftest import MONDAY

WORST = "**@everyone** ||" + "\u202e" + "W" * 60
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
DONE = {"quiz_id": 1, "started_at": MONDAY, "answered": QUESTIONS}


def a_scene(pack, state=DuelState.OVER, *, first=None, second=None, viewer=None, **about):
    players = (
        Player(1, WORST, challenger=True, **(first or {})),
        Player(2, None if state is DuelState.ASKED else WORST, challenger=False, **(second or {})),
    )
    section = max(pack.boards, key=lambda board: len(pack.title_of(board)))
    duel = Duel(
        BIG, BIG, section, state, MONDAY, MONDAY + timedelta(days=1), BIG, players,
        ended_at=MONDAY + HOUR, message_id=BIG,
    )  # fmt: skip
    return DuelScene(replace(duel, **about), pack, viewer)


@pytest.mark.parametrize("state", DuelState)
@pytest.mark.parametrize("viewer", [None, 1, 2])
def test_every_message_fits_and_neither_pings_nor_formats_a_name(pack, state, viewer):
    finished = {**DONE, "right": 3, "finished_at": MONDAY + HOUR}
    scenes = [
        a_scene(pack, state, viewer=viewer, first=first, second=second, **about)
        for first, second in ((finished, finished), (finished, {}), ({}, {}))
        for about in ({}, {"message_id": None})
    ]
    scenes += [replace(scene, gone=True, reposted=True) for scene in scenes]
    if state is DuelState.VOID:
        scenes = [replace(scene, duel=replace(scene.duel, players=scene.duel.players[:1])) for scene in scenes]
    for scene in scenes:
        told = messages.post(scene) if viewer is None else messages.private(scene)
        card = check(told)
        assert "@everyone" not in card.text
        assert "\u202e" not in f"{card.title} {card.text}"


def test_a_result_says_who_won_and_what_decided(pack):
    slow = {**DONE, "right": 3, "finished_at": MONDAY + HOUR + 65 * SECOND}
    quick = {**DONE, "right": 3, "finished_at": MONDAY + 65 * SECOND}
    scene = a_scene(pack, first=slow, second=quick)

    told = messages.post(scene).card.text

    assert scores(scene).splitlines()[0].startswith("🏆")
    assert "3 of 5 right in 1 min 5 s" in told
    assert "3 of 5 right in 1 h 1 min" in told
    assert "was faster" in told
    assert duration(9 * SECOND) == "9 s"


def test_the_result_that_is_posted_separately_has_the_buttons_and_the_old_message_has_none(pack):
    done = {**DONE, "right": 3, "finished_at": MONDAY + HOUR}
    scene = a_scene(pack, first=done, second={}, ended_at=MONDAY + HOUR)
    reposted = replace(scene, reposted=True)

    assert [press.label for press in messages.post(reposted, PostKind.DUEL).buttons] == ["My answers", "Rematch"]
    assert list(messages.post(reposted).buttons) == []
    assert [press.label for press in messages.post(scene).buttons] == ["My answers", "Rematch"]
