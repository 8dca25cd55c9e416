"""Messages about live rounds are within Discord's limits for any names, and have a sentence for every ending."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from bot.cogs.live import messages, posts
from bot.cogs.ui.access import NEEDED, Access
from bot.cogs.ui.cards import fitted
from bot.services.live import Kept, LiveJoined, LookBack, Opened
from bot.services.live_parts import LiveLine
from bot.services.live_steps import LiveScene
from bot.services.posts import Unsent
from bot.storage.live_answers import LiveAnswer
from bot.storage.posts import Post
from bot.study.errors import Refusal
from bot.study.grading import shuffled
from bot.study.live import Ending, LiveScore, LiveState
from bot.study.questions import ALL, Kind
from bot.study.schedules import Trouble
from tests.cogs.test_limits import AT, BIG, CONTENT, a_live_table, a_round, check

WORST = "*" * 64


def a_post():
    return Post(1, "live", "1", 1, 1, None, 1, 0, AT, AT, 1, AT, AT)


def a_scene(pack, *, lines=(), names=(), players=3, **changes):
    return LiveScene(a_round(**changes), pack, players, tuple(names), lines=tuple(lines))


def places(*points):
    rank_of = {earned: sorted(points, reverse=True).index(earned) + 1 for earned in points}
    return [
        LiveLine(rank_of[earned], number, f"member {number}", LiveScore(earned, earned // 100, timedelta()), 0)
        for number, earned in enumerate(points, start=1)
    ]


@pytest.mark.parametrize("section", [ALL, "1.1"])
def test_messages_before_a_round_fit(pack, section):
    live = a_round(state=LiveState.LOBBY, section=section)

    check(posts.post(a_scene(pack, state=LiveState.LOBBY, section=section, names=[WORST] * 20, players=99_999)))
    check(posts.post(a_scene(pack, state=LiveState.LOBBY, players=0)))
    check(messages.opened(Opened(live, pack)))
    for again in (True, False):
        check(messages.joined(LiveJoined(live, again, hidden=True)))
        for asked in (1, 20):
            check(messages.kept(Kept(replace(live, asked=asked), 5, timedelta(minutes=2), again, 3_000)))
    for said in (messages.left(live), messages.begun(), *map(messages.late, Refusal)):
        check(said)


def test_a_lobby_names_as_many_players_as_fit_and_counts_the_others(pack):
    card = check(posts.post(a_scene(pack, state=LiveState.LOBBY, names=["ana", "ben"], players=500)))
    hidden = check(posts.post(a_scene(pack, state=LiveState.LOBBY, names=[], players=1)))

    assert card.blocks[0].text == "ana, ben and 498 more"
    assert hidden.blocks[0].text == "1 member"


@pytest.mark.parametrize("name", [WORST, "\u202e" * 64, "\u05d0*" * 32, "<@&1> @everyone `" * 4, "W" * 32])
def test_500_names_next_to_the_longest_question_do_not_cut_it(pack, name):
    question = max(
        (question for question in pack.active if question.kind is Kind.CHOICE),
        key=lambda question: len(question.stem) + sum(len(option.text) for option in question.options),
    )
    shown = shuffled(question, Random(1))
    scene = LiveScene(a_round(), pack, 500, (name,) * 500, (question, shown), 500)

    card = check(posts.post(scene))

    named = card.blocks[-1]
    assert named.name == "500 of 500 have answered"
    assert named.text.endswith(" more")
    assert len(named.text) <= posts.NAMES_ANSWERED
    assert fitted(card) == card


@pytest.mark.parametrize(("climbed", "said"), [(12, "▲ up 12"), (-1, "▼ down 1")])
def test_a_line_of_the_table_says_how_many_places_it_moved(climbed, said):
    place = LiveLine(2, 1, "ana", LiveScore(250, 2), 100, climbed)

    assert posts.line(place, gained=True).endswith(said)
    assert said not in posts.line(place, gained=False)
    assert "▲" not in posts.line(replace(place, climbed=0), gained=True)


@pytest.mark.parametrize(
    ("ending", "asked"),
    [(ending, asked) for ending in Ending for asked in (0, 20) if asked or ending is not Ending.PLAYED],
)
def test_every_ending_is_described_and_says_what_to_do_next(pack, ending, asked):
    scene = a_scene(pack, state=LiveState.OVER, ending=ending, asked=asked, lines=a_live_table(), players=99_999)
    message = posts.post(scene)

    card = check(message)
    assert message.buttons or "/live start" in card.text
    assert bool(posts.podium_of(scene)[2]) == bool(asked)
    if ending is Ending.UNREACHABLE:
        for trouble in Trouble:
            for access in (Access(1), Access(1, tuple(NEEDED.values()), tuple(NEEDED.values()), AT)):
                assert len(posts.unreachable(Unsent(a_post(), trouble, None, 1, scene), "*" * 100, access)) <= CONTENT


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ((), "no winner"),
        ((0, 0), "no winner"),
        ((250, 100), "**member 1** wins with 250 points."),
        ((250, 250, 100), "**member 1** and **member 2** tie for first place with 250 points"),
    ],
)
def test_who_has_won(pack, points, said):
    scene = a_scene(pack, state=LiveState.OVER, ending=Ending.PLAYED, lines=places(*points))

    assert said in check(posts.post(scene)).text


def test_only_players_with_points_are_on_the_podium(pack):
    scene = a_scene(pack, state=LiveState.OVER, ending=Ending.PLAYED, lines=places(250, 0))

    assert [place.name for place in posts.podium_of(scene)[2]] == ["member 1"]


def test_a_question_whose_file_is_gone_is_reported_as_gone(pack):
    for state in (LiveState.ASKING, LiveState.TELLING):
        assert "gone" in check(posts.post(a_scene(pack, state=state))).title


@pytest.mark.parametrize("played", [True, False])
def test_the_look_back_on_the_longest_round_fits(pack, played):
    questions = dict(enumerate(sorted(pack.active, key=lambda question: -len(question.stem))[:20], start=1))
    answers = {
        number: LiveAnswer(BIG, BIG, number, BIG, question.correct, AT, timedelta(seconds=120), 150 * (number % 2))
        for number, question in questions.items()
    }
    look = LookBack(
        a_round(state=LiveState.OVER), pack, questions, answers if played else {}, a_live_table(1)[0], 99_999, 9_999
    )

    for shown in (look, replace(look, line=None, points=0), replace(look, questions={}, answers={})):
        check(messages.look_back(shown))
