"""What the first answers in all servers say about a question."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.services import Services
from bot.study.members import Member
from tests.builders import a_pack, a_question
from tests.services.students import study

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def asked(db):
    """Return services with a pack of one question, so that every quiz asks it."""
    pack = a_pack([a_question("1.1-001")])
    return Services.over(db, {pack.name: pack}, pack.name), pack


async def test_a_question_is_judged_from_thirty_first_answers_over_all_servers(asked):
    services, pack = asked
    for user in range(30):
        await study(services, Member(700 + user % 2, user + 1, "x"), at=AT, right=user != 3)
        if user == 28:
            assert await services.reports.judge(pack) == []

    [judged] = await services.reports.judge(pack)

    assert judged.question.id == "1.1-001"
    assert judged.learned.answers == 30
    assert judged.learned.too_easy


async def test_a_second_answer_changes_nothing(asked):
    services, pack = asked
    for user in range(30):
        await study(services, Member(700, user + 1, "x"), at=AT, right=False)
        await study(services, Member(700, user + 1, "x"), at=AT, right=True)

    [judged] = await services.reports.judge(pack)

    assert judged.learned.share == 0
