"""A page of a leaderboard."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cogs.seasons.custom_ids import SeasonBoardId
from bot.cogs.standings.custom_ids import BoardId, BoardOrderId, BoardPeriodId, BoardSectionId
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.menus import Menu, MenuLine, fitting, key_of
from bot.cogs.ui.questions import BLUE
from bot.cogs.ui.text import plain, plural, safe_name, when
from bot.services.standings import Board
from bot.storage.seasons import Season
from bot.storage.standings import BoardPlace
from bot.study.periods import Period, key, title_of_season
from bot.study.standings import MIN_ANSWERS_FOR_ACCURACY, By

MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}

PERIODS = {
    Period.TODAY: "Today",
    Period.WEEK: "This week",
    Period.SEASON: "This season",
    Period.ALL_TIME: "All time",
}
ORDERS = {By.POINTS: "By points", By.ACCURACY: "By accuracy"}

RULES = {
    By.POINTS: "Ties: fewer answers first, then the member who got there first. A question scores once a season.",
    By.ACCURACY: (
        "“At least”: a cautious estimate that grows with more answers, so 18 of 20 ranks above 9 of 10. It needs "
        f"{MIN_ANSWERS_FOR_ACCURACY} answers; only your first answer to each question counts. Ties: more answers first, then the member who got there first."
    ),
}


def board(board: Board, seasons: Sequence[Season] = ()) -> Message:
    """Show a page of a leaderboard. `seasons`: ended ones, newest first, for the menu."""
    card = Card(title=f"🏆 {plain(board.pack.title_of(board.section))}", color=BLUE)
    card.above = f"{period_title(board)} · by {board.by.value}"
    lines = [line(place, board.by, mine=board.mine) for place in board.places]
    if board.mine is not None and board.mine not in board.places:
        lines += ["…", line(board.mine, board.by, mine=board.mine)]
    if not lines:
        lines = [nobody(board)]
    elif board.mine is None and board.ended is None:
        lines.append(f"\nYou are not on it yet: {how_to_join(board)}")
    card.text = "\n".join(lines)
    if board.ends_at is not None:
        card.add("Ends", when(board.ends_at))
    if board.past is not None:
        card.add("Final leaderboard", f"Closed {when(board.past.closed_at)}.")
    if board.counted is not None:
        card.add(
            "Being counted",
            f"Some answers have not been counted yet. This leaderboard will be final {when(board.counted.due_at)}.",
        )
    if board.waiting is not None:
        title = title_of_season(board.waiting.season)
        card.add(
            f"Season {title}",
            f"Some of its answers have not been counted yet, so its result will follow {when(board.waiting.due_at)}. "
            f"`/leaderboard period: {title}` shows it so far.",
        )
    page = f"Page {board.page} of {board.pages} · {plural(board.size, 'member')} · " if board.pages > 1 else ""
    card.footer = f"{page}{RULES[board.by]}"
    return Message(card, _pager(board), menus=_menus(board, seasons))


def period_title(board: Board) -> str:
    if board.past is not None:
        return f"Season {title_of_season(board.past.season)}, final"
    if board.counted is not None:
        return f"Season {title_of_season(board.counted.season)}, being counted"
    match board.period:
        case Period.TODAY:
            return "Today"
        case Period.WEEK:
            return "This week"
        case Period.SEASON:
            return f"Season {title_of_season(key(Period.SEASON, board.day))}"
        case Period.ALL_TIME:
            return "All time"


def marked(rank: int, *, scored: bool) -> str:
    """Return a rank in bold, with its medal if the member has scored."""
    return f"{MEDALS.get(rank, '') if scored else ''} **{rank}.**".strip()


def line(place: BoardPlace, by: By, *, mine: BoardPlace | None) -> str:
    tally = place.tally
    rank = marked(place.rank, scored=bool(tally.points if by is By.POINTS else tally.correct))
    name = safe_name(place.name)
    share = f"{tally.correct} of {tally.answered} right"
    figures = (
        f"{plural(tally.points, 'point')}, {share}" if by is By.POINTS else f"at least {tally.accuracy:.0%}, {share}"
    )
    you = " ← you" if mine is not None and place.user_id == mine.user_id else ""
    return f"{rank} {name} · {figures}{you}"


def nobody(board: Board) -> str:
    if board.past is not None:
        return "Nobody was on this leaderboard when the season closed."
    if board.counted is not None:
        return "Nobody is on this leaderboard so far."
    how = how_to_join(board)
    return f"Nobody is on this leaderboard yet. {how[0].upper()}{how[1:]}"


def how_to_join(board: Board) -> str:
    if board.hidden:
        return "you are hidden on the leaderboards of this server. `/privacy hide hidden: False` shows you again, with all you have earned."
    if board.by is By.ACCURACY:
        return f"it needs {MIN_ANSWERS_FOR_ACCURACY} answers; take a `/quiz` for more."
    return "answer the question of the day, or start `/quiz`."


def _menus(board: Board, seasons: Sequence[Season]) -> list[Menu]:
    """Return the menus for section, period and order, each with the current choice."""
    shown = board.ended or board.period.value
    sections = [
        MenuLine(key_of(name), board.pack.title_of(name), chosen=name == board.section) for name in board.pack.boards
    ]
    named = [(period.value, PERIODS[period]) for period in Period]
    named += [(past.season, f"Season {title_of_season(past.season)}") for past in seasons]
    periods = [MenuLine(key_of(name), title, chosen=name == shown) for name, title in named]
    orders = [MenuLine(key_of(by), ORDERS[by], chosen=by is board.by) for by in By]
    return [
        Menu(BoardSectionId(shown, board.by), "Section", fitting(sections)),
        Menu(BoardPeriodId(board.section, board.by), "Period", fitting(periods)),
        Menu(BoardOrderId(board.section, shown), "Order", orders),
    ]


def _pager(board: Board) -> list[Press]:
    if board.pages == 1:
        return []
    return [
        Press(_id(board, max(1, board.page - 1)), "◀ Previous", disabled=board.page == 1),
        Press(_id(board, min(board.pages, board.page + 1)), "Next ▶", disabled=board.page == board.pages),
    ]


def _id(board: Board, page: int) -> BoardId | SeasonBoardId:
    if board.ended is not None:
        return SeasonBoardId(board.ended, board.section, board.by, page)
    return BoardId(board.section, board.period, board.by, page)
