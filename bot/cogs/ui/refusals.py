"""The sentence for each refusal: what is wrong, and what to do."""

from __future__ import annotations

from bot.cogs.ui.text import plural
from bot.study.awards import MAX_AWARDS
from bot.study.competitions import MAX_OPEN, MAX_TEAMS
from bot.study.confidence import SAYABLE_FOR
from bot.study.duels import MAX_OPEN as MAX_DUELS
from bot.study.errors import Refusal
from bot.study.evenings import MAX_OPEN as MAX_EVENINGS
from bot.study.live import MAX_OPEN as MAX_LIVE
from bot.study.partners import MOST_ASKS
from bot.study.schedules import MOST
from bot.study.suggestions import MAX_QUEUE
from bot.study.suggestions import MAX_WAITING as MAX_SUGGESTIONS


def _complete(**sentences: str) -> dict[Refusal, str]:
    """Return the sentence of each refusal. A missing, duplicate or unknown one fails at import."""
    table = {Refusal[name]: sentence for name, sentence in sentences.items()}
    if missing := [refusal.name for refusal in Refusal if refusal not in table]:
        raise LookupError(f"no sentence for {', '.join(missing)}")
    return table


SENTENCES = _complete(
    UNKNOWN_DAILY="That question is no longer here. Use `/answer` for the one that is open now.",
    DAILY_QUESTION_GONE="This daily's question is no longer in the pack, so it can no longer be posted, answered or "
    "explained. The next one comes as scheduled; until then, use `/quiz`.",
    WRONG_SERVER="That question belongs to another server, so your answer was not counted. Answer it there.",
    NEEDS_SERVER="This works in a server that has Cohort. Here, you can use `/quiz` and `/guide`.",
    NOT_YOUR_QUIZ="That quiz is someone else's. Start your own with `/quiz` or `/review`.",
    UNKNOWN_QUIZ="That quiz is no longer here. Start another with `/quiz` or `/review`.",
    EXAM_PACK_GONE="That mock exam belongs to a pack that is missing. Your exam and its answers are kept. When my operator "
    "has restored the pack, you can continue, or see the result if the time is up.",
    LEFT_OUT="That question was changed after your exam began, so it does not count. `/exam resume` continues "
    "with the others; `/exam history` shows the result afterward.",
    UNKNOWN_EXAM="That mock exam is no longer here. `/exam history` lists the ones you have taken.",
    NOT_YOUR_EXAM="That mock exam is someone else's. Start your own with `/exam start`.",
    NOT_RATEABLE="Only a right answer in a review can be rated hard or easy. The review date stays as it is.",
    TOO_LATE_TO_SAY=f"You can say how sure you were only within {plural(SAYABLE_FOR.days, 'day')} of your answer. You can do so after your next answer.",
    NO_LIVE_QUESTIONS="That section has no questions that a live round can ask. Choose a larger section, or leave it out to play with all sections.",
    NO_COMPETITION_QUESTIONS="Those sections have no questions, so nobody could score. Choose others, or leave `sections` out to use all of them.",
    NOT_SCHEDULED="This server has no daily yet. A manager can start one with `/daily schedule`.",
    DAILY_GONE="That daily has ended. `/daily status` shows the dailies of this server.",
    TOO_MANY_DAILIES=f"A server has at most {MOST} dailies, numbered from 1. Change one of yours, or end one with `/daily remove`.",
    DAILY_NAME_TAKEN="Another daily of this server has that name. Choose a different one.",
    FORUM_AT_CLOSE="Anyone can read a post in a forum, so a discussion there begins at the close. Choose `at close`, or leave out `forum`.",
    NO_DISCUSSION="That question no longer has a discussion. Press Explain on its post to see why each option is right or wrong.",
    DISCUSSION_SHUT="That discussion is archived or locked, or I am not allowed to let anyone in. Ask a manager of this server to open it.",
    BAD_DAILY_NAME="A daily's name needs a letter and cannot be `Daily` with a number, because a daily can also be named by its number. "
    "Choose a different one.",
    SKIP_WAITS="The daily is paused. Use `/daily resume` first; then you can undo a skip.",
    DAILY_PAUSED="The daily is paused, so there is nothing to skip. `/daily resume` starts it again.",
    NO_SKIP="There is no skip to undo. `/daily status` says when the next question comes.",
    SKIP_GONE="That skip has already been undone, or its time has passed. `/daily status` shows what is skipped now.",
    NOTHING_KEPT="I have no data about you. I keep none until you answer, sign up, or use a command that has to remember something.",
    BAD_ROLE="The daily cannot ping everyone. Choose a role that members have asked for, or none.",
    NOT_ALLOWED="Only managers of this server can do that: you need the permission Manage Server.",
    NO_OWN_QUESTIONS="This server has no questions of its own to export. `/question add` adds one, and `/question import` reads a file.",
    DRAFT_GONE=(
        "That draft is no longer here: it was sent, saved or discarded, or you have written another one since. "
        "`/question suggest` starts over; managers can also use `/question add`."
    ),
    DRAFT_FAULTY="That cannot be saved yet: something is missing, or your server's pack has changed. Press "
    "Change to see what.",
    SUGGESTIONS_OFF="This server does not accept suggestions right now. A manager can change that with `/settings suggestions:`.",
    SUGGESTED_ALREADY="You have already suggested that question, and it is waiting for a decision. `/question suggestions` shows it.",
    TOO_MANY_SUGGESTIONS=(
        f"You have {plural(MAX_SUGGESTIONS, 'suggestion')} waiting for a decision, which is the limit. `/question suggestions` lists them; "
        "suggest more once one is decided."
    ),
    QUEUE_FULL=(
        f"This server has {plural(MAX_QUEUE, 'suggestion')} waiting for a decision, which is the limit. Try again when the managers have "
        "decided on some of them."
    ),
    SUGGESTION_GONE="That suggestion has already been decided, or its author deleted it. `/question queue` shows the ones that are waiting.",
    EXPORT_TOO_LARGE="That is more than Discord lets me attach, even compressed. Export less: `/question export section:` exports one section.",
    NO_PACK_FILES="I cannot find that question in the files of your pack: they have changed since I started, or are somewhere else. Your server's own "
    "questions can still be exported with `/question export question:`.",
    FILE_LOST="I could not get that file from Discord. Please attach it again.",
    NOT_ANSWERED="You can report a question once you have answered it: the Report button is under the feedback.",
    ALL_OPEN="Every question that fits is open as a question of the day, in one of your duels or in an exam evening. "
    "Answer it there: use `/answer` for the question of the day.",
    NOTHING_TO_RETRY="The questions you missed can no longer be asked: they have since been removed from this server or from the pack. `/quiz` has other questions.",
    EXAM_OPEN="This exam needs questions that are open as a question of the day, in one of your duels or in an exam evening. "
    "Answer them there first: use `/answer` for the question of the day.",
    OPEN_ELSEWHERE="The rest of today's plan is open as a question of the day, in one of your duels or in an exam evening. "
    "Answer it there: use `/answer` for the question of the day.",
    OPTIONS_CHANGED="The options of this question were changed after you saw them, so nothing was recorded. Look at the question again, and answer it as it is now.",
    NOTHING_LIKE_IT="That message has no question of mine. Use this on a question of the day, on its discussion or on feedback; `/quiz` works anywhere.",
    FROM_ANOTHER_PACK="That question is from a pack that this server does not study, so I have none like it here. `/quiz` has questions from the pack that it studies.",
    UNKNOWN_BUTTON="I do not know that button: it may be from an older version. `/help` shows what I can do now.",
    NOT_LISTED="What you picked no longer exists, because that menu is out of date. Use its command "
    "again, and pick from the new one.",
    FORM_OUT_OF_DATE="That form is from another version of me, so nothing was recorded. Open it again with its button or command, and send it again.",
    CANNOT_POST_HERE="I cannot post here. Use the command in a text channel, in a thread, or in the chat of a voice channel.",
    TOO_LATE_FOR_FORM="That took me too long, so Discord no longer lets me open the form. "
    "Nothing was recorded; please try again in a moment.",
    NOT_A_TEXT_CHANNEL="I post in text channels. Choose one, or use the command in one.",
    NAME_TAKEN="Another competition here has that name. Choose another, so that members can tell them apart.",
    TOO_MANY_COMPETITIONS=(
        f"There are {MAX_OPEN} competitions announced or running here, which is the limit. "
        "Wait until one ends, or cancel one with `/competition cancel`."
    ),
    NO_TIME_TO_JOIN=(
        "The competition starts at once, and entry closes at the start, so nobody could join. Choose a later `start`, or "
        "leave out `entry`."
    ),
    BAD_TEAM_ROLES=(
        f"Teams by role need 2 to {MAX_TEAMS} roles: mention them in `roles`, such as @Blue @Red. `@everyone` "
        "cannot be a team. "
        "For other competitions, leave `roles` empty."
    ),
    COMPETITION_OVER="That competition is over. `/competition standings` shows how it ended.",
    COMPETITION_RUNNING="That competition has no result yet. `/competition standings` shows the table so far.",
    ENTRY_CLOSED="That competition has begun, and entry is closed. `/competition list` shows the others.",
    HIDING=(
        "You are hidden on the leaderboards of this server, and a competition shows who is in it. `/privacy hide hidden: False` shows you "
        "again; then join."
    ),
    IN_NO_COMPETITION="You are not in any competition here, so there is nothing to leave. `/competition list` shows what you can join.",
    NOT_IN_COMPETITION="You are not in that competition, so there is nothing to leave.",
    TOO_MANY_TEAMS=f"That competition has {MAX_TEAMS} teams, which is the limit. Join one of them.",
    UNKNOWN_LIVE="That live round is no longer here. `/live start` opens another.",
    NO_LIVE="No live round is going on in this channel. `/live start` opens one.",
    TOO_MANY_LIVE=f"This server has {MAX_LIVE} live rounds going on, which is the limit. "
    f"Join one of them, or start yours later.",
    LIVE_BEGUN="The questions have begun. Press the letter of your answer, and you are in.",
    LIVE_OVER="That live round is over. `/live start` opens another.",
    LIVE_QUESTION_CLOSED="That question has just closed, so your answer was not counted. If there is another, it appears in the same message.",
    LIVE_QUESTION_OPEN="That question is still open; its explanation will be shown when it closes.",
    NOBODY_JOINED="Nobody has joined yet. Press Join, then start the round.",
    NOT_IN_LIVE="You are not in that live round, so there is nothing to leave.",
    NOT_YOUR_LIVE="Only the host of the live round, or a manager of this server, can do that.",
    ROLE_BOUND="That role can already be won. Remove it first with `/award remove`.",
    UNKNOWN_AWARD="Members cannot win that role. `/award list` shows the roles that they can win.",
    TOO_MANY_AWARDS=f"This server has {MAX_AWARDS} roles that can be won, which is the limit. Remove one first with `/award remove`.",
    DUEL_WITH_ONESELF="A duel needs two players. Challenge someone else, or use `/quiz` on your own.",
    DUEL_WITH_BOT="Bots do not study. Challenge a member.",
    OPPONENT_ERASED="That member has deleted their data, and this duel with it. To challenge someone else, use `/duel`.",
    DUEL_WITH_STRANGER="That member is no longer in this server. Challenge someone who is here.",
    TOO_MANY_DUELS=f"You have started {plural(MAX_DUELS, 'duel')} here that are still open, which is the limit. "
    f"First play one, or withdraw a challenge.",
    UNKNOWN_DUEL="That duel is no longer here. `/duel` starts another.",
    NOT_YOUR_DUEL="That duel is between two others. `/duel` starts one of your own.",
    NOT_CHALLENGED="Only the challenged member can accept or decline. You can withdraw your challenge.",
    NOT_CHALLENGER="Only the challenger can withdraw a challenge. You can decline it.",
    DUEL_NOT_ACCEPTED="That challenge has not been accepted yet, so there is nothing to play.",
    DUEL_ACCEPTED="That duel has already been accepted. Press Play on its post.",
    DUEL_OVER="That duel is over, so nothing was recorded. `/duel` starts another.",
    PACK_FIRST="That exam belongs to another pack. Change the pack first with `/settings pack:`, then choose its exam.",
    NAME_WITH_ADDRESS="Other servers see that name, so it cannot contain a link or an invitation. Choose another.",
    PARTNER_ONESELF="A partner streak needs two members. Ask someone else, or keep your own streak.",
    PARTNER_BOT="Bots do not study. Ask a member.",
    PARTNER_STRANGER="That member is no longer in this server. Ask someone who is here.",
    PARTNER_HIDING="You are hidden in this server, and a partner streak shows both names. `/privacy hide hidden: False` shows you again; then try again.",
    HAS_PARTNER="You already have a partner here. `/streak partner` shows your partner streak, and can end it.",
    PARTNER_TAKEN="That member already has a partner here. Ask someone else.",
    ASKED_TOO_OFTEN=f"You have asked {plural(MOST_ASKS, 'member')} within a day, which is the limit, because each is pinged. Ask again tomorrow.",
    NOT_ASKED="Only the member who was asked can accept. You can withdraw your request.",
    UNKNOWN_PARTNERSHIP="That partner streak is no longer here. `/streak partner` shows yours.",
    NOT_YOUR_PARTNERSHIP="That streak belongs to two other members. Use `/streak partner member:` to start one of your own.",
    PARTNERSHIP_OVER="That streak has ended, or the request was declined or withdrawn. Use `/streak partner member:` to ask again.",
    NO_PAUSE="That pause is over, or was canceled. `/streak pause` shows what is planned.",
    PAUSE_WITHOUT_START="Also give the first day of the pause in `from`.",
    START_TOO_SOON="That is too soon: plan the start at least two minutes ahead, so that members can sign up.",
    START_TOO_FAR="That is too far ahead. Plan the start within the next 90 days.",
    TOO_MANY_EVENINGS=f"This server has {MAX_EVENINGS} exam evenings ahead, which is the limit. First call one off with Manage on its post.",
    UNKNOWN_EVENING="That exam evening is no longer here. `/exam group` plans another.",
    EVENING_OVER="That exam evening is over. To take a mock exam on your own, use `/exam start`.",
    EVENING_NOT_BEGUN="The exam evening has not started yet. Its post says when; press Begin then.",
    EVENING_BEGUN="The exam evening has started, so its time cannot change. You can only call it off.",
    NOT_YOUR_EVENING="Only the member who planned the exam evening, or a manager of this server, can do that.",
    NOT_IN_EVENING="You are not in that exam evening. Until it is over, press Sign up or Begin on its post to take part.",
    SHARING_OFF="This server's managers have turned sharing off, so nothing was shared.",
    SHARING_HIDDEN="You are hidden in this server, and a shared line shows your name, so nothing was shared. "
    "`/privacy hide hidden: False` shows you again.",
    SHARING_ALONE="Only you and I read this channel, so there is nobody to share it with. Press Share in a server or a group.",
    SHARED_ALREADY="You have already shared that here. Each result can be shared once.",
    NOTHING_TO_SHARE="You have no result to share there yet. Answer the question of the day, or take a mock exam with `/exam start`.",
    NOT_IN_LEAGUE=(
        "This server is not in the league between servers. A manager can opt in with `/league join`, which says first what others "
        "would see."
    ),
)
