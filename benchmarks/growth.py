"""Growth: the cost of a board, a rank, a review queue, a choice of questions and a picture's figures as the history
grows.

    python -m benchmarks growth

Three communities differ only in size: they have servers of 100 members, each of whom has answered one question a day
for 100 days. The largest has 10 million attempts of 100 thousand members in 1,000 servers, with everything that follows
from each: standings, cards, the review log. The same reads run on all three in turn, for random members, through the
services that answer members.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from math import gcd
from pathlib import Path
from random import Random
from statistics import median

from rich.progress import Progress

from benchmarks.report import Goal, Report
from bot.bank.loader import load_library
from bot.services import Services
from bot.services.open_questions import open_questions
from bot.storage import attempts, reviews, standings
from bot.storage.engine import Connection, Database
from bot.study.members import Member
from bot.study.periods import Period, key
from bot.study.questions import ALL, Pack
from bot.study.quizzes import select
from bot.study.standings import By

BOUND = 1.5
PACK = "aws-mla-c01"
CONTENT = Path(__file__).resolve().parents[1] / "content"
SIZES = (10_000, 1_000_000, 10_000_000)
QUICK_SIZES = (10_000, 100_000)
MEMBERS = 100
"""Members per server."""
ANSWERS = 100
"""Answers per member: one a day, the last one today."""
ROUNDS = 400
"""How often each read runs on each community."""
TODAY = datetime(2026, 11, 27, 12, tzinfo=UTC)
KEPT_DAYS = 8
"""Standings of single days and weeks are written only this far back, to keep the files within a few gigabytes. No query
reads older standings."""

Ask = Callable[[Services, Member, Random], Awaitable[object]]


# -- the reads


async def _page(services: Services, member: Member, rng: Random) -> object:
    section = rng.choice([ALL, "1", "1.1", "4.3"])
    by = rng.choice(list(By))
    return await services.standings.board(member, section=section, period=Period.SEASON, by=by, page=2, at=TODAY)


async def _rank(services: Services, member: Member, _rng: Random) -> object:
    season = key(Period.SEASON, TODAY.date())
    return await services.db.read(
        lambda tx: standings.place_of(tx, member.guild_id, season, ALL, By.POINTS, member.user_id)
    )


async def _queue(services: Services, member: Member, _rng: Random) -> object:
    return await services.db.read(lambda tx: reviews.due(tx, member.user_id, PACK, TODAY.date()))


async def _quiz(services: Services, member: Member, rng: Random) -> object:
    """Choose questions as `/quiz` does, without writing the quiz, because writing costs the same everywhere."""

    def work(tx: Connection) -> object:
        pack = services.content.pack(tx, member.guild_id)
        open_ = open_questions(tx, TODAY, member.user_id)
        right = attempts.last_right(tx, member.guild_id, member.user_id)
        pool = [question for question in pack.within(ALL) if question.id not in open_]
        return select(pool, right, pack.weights, count=10, rng=rng)

    return await services.db.read(work)


async def _progress(services: Services, member: Member, _rng: Random) -> object:
    return await services.progress.own(member, at=TODAY)


ASKED: Mapping[str, Ask] = {
    "a leaderboard page": _page,
    "a member's rank": _rank,
    "a review queue": _queue,
    "a quiz selection": _quiz,
    "a progress picture's queries": _progress,
}


# -- the communities


def fill(path: Path, pack: Pack, servers: int) -> None:
    """Write the history of this many servers directly into the tables, because the services would take hours."""
    questions = list(pack.questions.values())
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -1000000", "temp_store = MEMORY"):
            db.execute(f"PRAGMA {pragma}")
        indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        for name, _ in indexes:
            db.execute(f"DROP INDEX {name}")
        db.executescript(_SCAFFOLD)
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO question VALUES (?, ?, ?, ?)",
            [(place, q.id, q.section, q.section.partition(".")[0]) for place, q in enumerate(questions)],
        )
        days = [(TODAY - timedelta(days=ANSWERS - 1 - number)).date() for number in range(ANSWERS)]
        db.executemany(
            "INSERT INTO day VALUES (?, ?, ?, ?, ?, ?)",
            [
                (number, day.isoformat(), *(key(period, day) for period in (Period.WEEK, Period.SEASON)),
                 f"{day.isoformat()} 12:00:00.000000", ANSWERS - number <= KEPT_DAYS)
                for number, day in enumerate(days)
            ],
        )  # fmt: skip
        values = {
            "servers": servers,
            "members": MEMBERS,
            "questions": len(questions),
            "step": next(step for step in count(7) if gcd(step, len(questions)) == 1),
            "pack": PACK,
        }
        for statement in _FILL:
            db.execute(statement, {name: value for name, value in values.items() if f":{name}" in statement})
        db.execute("COMMIT")
        db.executescript("DROP TABLE question; DROP TABLE day; DROP TABLE answer;")
        for _, sql in indexes:
            db.execute(sql)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_SCAFFOLD = """
CREATE TEMP TABLE question (place INTEGER PRIMARY KEY, id TEXT, section TEXT, part TEXT);
CREATE TEMP TABLE day (number INTEGER PRIMARY KEY, day TEXT, week TEXT, season TEXT, at TEXT, kept BOOLEAN);
CREATE TEMP TABLE answer (guild_id, user_id, question_id, section, part, number, correct, points);
"""

_FILL = (
    """INSERT INTO guilds (guild_id, created_at)
    WITH RECURSIVE server(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM server WHERE n < :servers)
    SELECT n << 22, '2026-01-01 00:00:00.000000' FROM server""",
    """INSERT INTO members (guild_id, user_id, name, streak_days, streak_best, streak_last_day)
    WITH RECURSIVE member(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM member WHERE n < :members - 1)
    SELECT guild_id, (guild_id >> 22) * :members + n, 'Member ' || n, 5, 9, '2026-11-26' FROM guilds, member""",
    # Each member gets the questions in a different order, none twice, and answers about two thirds correctly.
    """INSERT INTO answer
    SELECT m.guild_id, m.user_id, q.id, q.section, q.part, d.number,
           (m.user_id * 31 + d.number * 17) % 10 < 4 + m.user_id % 5, 5
    FROM members m, day d JOIN question q ON q.place = (m.user_id * 37 + d.number * :step) % :questions""",
    "UPDATE answer SET points = 0 WHERE NOT correct",
    """INSERT INTO attempts (guild_id, user_id, question_id, section, mode, answer, correct, points, bonus, first, day, answered_at)
    SELECT guild_id, user_id, question_id, section, 'quiz', '0', correct, points, 0, 1, d.day, d.at
    FROM answer JOIN day d USING (number) ORDER BY number, user_id""",
    """INSERT INTO season_answers (guild_id, user_id, season, question_id, scored)
    SELECT guild_id, user_id, d.season, question_id, correct FROM answer JOIN day d USING (number)""",
    """INSERT INTO review_log (user_id, pack, question_id, rating, day, reviewed_at)
    SELECT user_id, :pack, question_id, CASE WHEN correct THEN 3 ELSE 1 END, d.day, d.at
    FROM answer JOIN day d USING (number) ORDER BY number, user_id""",
    """INSERT INTO cards (user_id, pack, question_id, stability, difficulty, reviewed_on, due_on, known_since, met_on, met_right)
    SELECT user_id, :pack, question_id, 1.0 + user_id % 60, 5.0, d.day, date(d.day, '+' || (1 + user_id * 7 % 90) || ' days'),
           CASE WHEN correct THEN d.day END, d.day, correct
    FROM answer JOIN day d USING (number)""",
    *(
        f"""INSERT INTO standings (guild_id, period, board, user_id, points, correct, answered, accuracy, reached_at)
        SELECT guild_id, {period}, {board}, user_id, sum(points), sum(correct), count(*),
               sum(correct) * 0.8 / count(*), max(d.at)
        FROM answer JOIN day d USING (number) WHERE {which} GROUP BY 1, 2, 3, 4"""
        for board in ("'all'", "part", "section")
        for period, which in (("'all'", "1"), ("d.season", "1"), ("d.week", "d.kept"), ("d.day", "d.kept"))
    ),
)  # fmt: skip


async def made(folder: Path, pack: Pack, size: int) -> Path:
    path = folder / f"{size}.db"
    db = Database(f"sqlite+aiosqlite:///{path}")
    await db.migrate()
    await db.close()
    await asyncio.to_thread(fill, path, pack, size // (MEMBERS * ANSWERS))
    return path


# -- the measurement


async def _ask(ask: Ask, services: Services, size: int, rng: Random) -> float:
    """Return the seconds that one read takes for a random member."""
    server = rng.randint(1, size // (MEMBERS * ANSWERS))
    member = Member(server << 22, server * MEMBERS + rng.randrange(MEMBERS), "Member")
    began = time.perf_counter()
    await ask(services, member, rng)
    return time.perf_counter() - began


async def measure(
    folder: Path, sizes: Sequence[int], rounds: int
) -> tuple[dict[str, dict[int, list[float]]], dict[int, int]]:
    """Return the times of each read, by the size of the community; and the size of each community's file in bytes."""
    packs = load_library(CONTENT)
    rng = Random(11)
    databases: dict[int, Database] = {}
    bytes_of: dict[int, int] = {}
    with Progress() as bar:
        task = bar.add_task("Writing histories", total=sum(sizes))
        for size in sizes:
            path = await made(folder, packs[PACK], size)
            databases[size], bytes_of[size] = Database(f"sqlite+aiosqlite:///{path}"), path.stat().st_size
            bar.advance(task, size)
        services = {size: Services.over(db, packs, PACK) for size, db in databases.items()}
        times: dict[str, dict[int, list[float]]] = {name: {size: [] for size in sizes} for name in ASKED}
        task = bar.add_task("Asking", total=len(ASKED) * rounds)
        for name, ask in ASKED.items():
            for size in sizes:
                for _ in range(10):
                    await _ask(ask, services[size], size, rng)
            for _ in range(rounds):
                # Alternate between the communities, so that a slow moment of the machine affects all of them.
                for size in rng.sample(sizes, len(sizes)):
                    times[name][size].append(await _ask(ask, services[size], size, rng))
                bar.advance(task)
    for db in databases.values():
        await db.close()
    return times, bytes_of


def main(folder: Path, *, quick: bool = False) -> Sequence[Report]:
    sizes = QUICK_SIZES if quick else SIZES
    times, bytes_of = asyncio.run(measure(folder, sizes, 40 if quick else ROUNDS))
    smallest, largest = sizes[0], sizes[-1]
    ratios = {name: median(of[largest]) / median(of[smallest]) for name, of in times.items()}
    rows = [
        (name, *(f"{median(of[size]) * 1000:.2f}" for size in sizes), f"{ratios[name]:.2f}")
        for name, of in times.items()
    ]
    files = ", ".join(f"{size:,} attempts {bytes_of[size] / 2**20:,.0f} MiB" for size in sizes)
    return [
        Report(
            name="growth",
            title="Medians in milliseconds by the number of attempts",
            columns=("asked", *(f"{size:,}" for size in sizes), "largest / smallest"),
            rows=rows,
            goals=[Goal(f"growth of {name}", ratio, BOUND) for name, ratio in ratios.items()],
            notes=[
                f"Files: {files}. {ROUNDS} members drawn at random for each figure; SQLite, pages in the system's cache where they fit."
            ],
        )
    ]
