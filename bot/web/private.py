"""Private pages: anyone with the link can see them, for fifteen minutes."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from bot.services.progress import WEEKS
from bot.services.web_pages import ExamPage, HeatMapPage, ProgressPage
from bot.study.badges import DAILY_GOAL, FIRST_ANSWERS
from bot.study.exams import is_judged, likely_range, version_of
from bot.study.heat_maps import BOUNDS, FEW, level
from bot.study.periods import Period
from bot.study.questions import ALL
from bot.study.readiness import ENOUGH
from bot.web.asked import asked
from bot.web.public import number, one_of
from bot.web.site import SITE, Reach, page

PERIODS = {Period.ALL_TIME: "All time", Period.SEASON: "This season"}


async def show(request: web.Request) -> web.Response:
    """Show the page that a link opens. Raises LinkRefused."""
    site = request.app[SITE]
    period = one_of(PERIODS, request.query.get("period", Period.ALL_TIME))
    found = await site.services.web_pages.private(
        request.match_info["token"], period=period, page=number(request), at=site.now()
    )
    match found:
        case ProgressPage():
            return await _progress(request, found)
        case ExamPage():
            return await _exam(request, found)
        case HeatMapPage():
            return await _heat_map(request, found)


async def _progress(request: web.Request, found: ProgressPage) -> web.Response:
    report = found.report
    by_day = {day.day: day for day in report.days}
    weeks = []
    for place in range(WEEKS):
        monday = report.first_day + timedelta(weeks=place)
        days = [monday + timedelta(days=offset) for offset in range(7)]
        counts = [by_day[day].answered if day in by_day else 0 for day in days]
        right = sum(by_day[day].right for day in days if day in by_day)
        weeks.append((monday, [None if day > report.today else n for day, n in zip(days, counts, strict=True)], right))
    return await page(
        request,
        "progress.html",
        reach=Reach.PRIVATE,
        found=found,
        report=report,
        pack=report.pack,
        everything=ALL,
        weeks=weeks,
        daily_goal=DAILY_GOAL,
        first_answers=FIRST_ANSWERS,
        enough=ENOUGH,
        passing=version_of(report.pack).passing,
    )


async def _exam(request: web.Request, found: ExamPage) -> web.Response:
    result = found.result
    paper, version = result.paper, version_of(result.paper.pack)
    low, high = likely_range(result.outcome.correct, result.outcome.scored, version)
    entries = [
        (
            entry,
            result.sealed.get(entry.question.id),
            asked(paper.pack, entry.question, entry.shown, given=entry.answer),
        )
        for entry in paper.entries
    ]
    return await page(
        request,
        "exam.html",
        reach=Reach.PRIVATE,
        found=found,
        result=result,
        pack=paper.pack,
        version=version,
        judged=is_judged(paper.pack),
        low=low,
        high=high,
        entries=entries,
        domains={domain.id: f"{domain.id} {domain.title}" for domain in paper.pack.domains},
        minutes=round((result.outcome.submitted_at - paper.exam.started_at).total_seconds() / 60),
    )


async def _heat_map(request: web.Request, found: HeatMapPage) -> web.Response:
    return await page(
        request,
        "heat_map.html",
        reach=Reach.PRIVATE,
        found=found,
        pack=found.pack,
        server=request.app[SITE].name_of(found.link.guild_id),
        periods=PERIODS,
        level=level,
        bounds=BOUNDS,
        few=FEW,
    )
