"""What the channel and the two members read about a partner streak."""

from __future__ import annotations

from bot.cogs.streaks.custom_ids import PartnerAcceptId, PartnerEndId, PartnerShowId
from bot.cogs.ui.access import Access, refusal
from bot.cogs.ui.buttons import Press
from bot.cogs.ui.cards import Card, Message
from bot.cogs.ui.questions import BLUE, GREY
from bot.cogs.ui.reconciler import Rendered, Renderer
from bot.cogs.ui.text import day_name, plural, safe_name
from bot.services.partners import NoPartner, PartnerScene
from bot.storage.partners import Partner, Partnership
from bot.storage.posts import Post, PostKind
from bot.study.partners import PartnershipState

RULES = (
    "A day counts when both partners answer a question of the day, right or wrong. Days without a question and planned pauses do not break the streak; "
    "freezes do not help here."
)
MOST_ASKED = 5


def _name(partner: Partner | None) -> str:
    """Return a partner's name, or a mention if they have never used the bot here. The mention pings nobody unless the sender allows it."""
    if partner is None:
        return "a member who is no longer here"
    return f"**{safe_name(partner.name)}**" if partner.name else f"<@{partner.user_id}>"


# -- in the channel


def post(found: Partnership) -> Message:
    """Show a request, or the two partners. An ended one names nobody, because one of them may be hidden."""
    match found.state, found.partners:
        case PartnershipState.ASKED, (first, second):
            text = f"{_name(first)} asks {_name(second)} to keep a streak together.\n\n{RULES}"
            accept = Press(PartnerAcceptId(found.id), "Accept", main=True)
            return Message(_card("🤝 A partner streak?", text), [accept, Press(PartnerEndId(found.id), "Decline")])
        case PartnershipState.RUNNING, (first, second):
            kept = (
                f"have kept a streak together since {day_name(found.since)}"
                if found.since
                else "keep a streak together"
            )
            text = f"{_name(first)} and {_name(second)} {kept}.\n\n{RULES}"
            return Message(_card("🤝 A partner streak", text), [Press(PartnerShowId(found.id), "Our streak")])
    words = {
        PartnershipState.DECLINED: "The request was declined.",
        PartnershipState.WITHDRAWN: "The request was withdrawn.",
    }
    text = words.get(found.state, "This partner streak is over.")
    return Message(_card("🤝 No partner streak", f"{text} Use `/streak partner` to ask someone else.", ended=True))


# -- for one of the two


def private(scene: PartnerScene | NoPartner) -> Message:
    """Show a member their partner streak, with what they can do."""
    if isinstance(scene, NoPartner):
        return _without(scene)
    found, other = scene.partnership, scene.partnership.other(scene.viewer)
    me = found.partner(scene.viewer)
    end = PartnerEndId(found.id)
    if found.state is PartnershipState.RUNNING:
        return _running(scene, other)
    if found.state is PartnershipState.ASKED and me is not None and me.asker:
        text = f"I have asked {_name(other)} in <#{found.channel_id}>. The streak begins when they accept, there or with `/streak partner`.\n\n{RULES}"
        return Message(_card("🤝 Waiting for your partner", text), [Press(end, "Withdraw")])
    if found.state is PartnershipState.ASKED:
        text = f"{_name(other)} asks you to keep a streak together.\n\n{RULES}"
        accept = Press(PartnerAcceptId(found.id), "Accept", main=True)
        return Message(_card("🤝 You have been asked", text), [accept, Press(end, "Decline")])
    text = "This partner streak is over. Your own streak continues. Use `/streak partner member:` to ask someone else."
    return Message(_card("🤝 No partner streak", text, ended=True))


def _running(scene: PartnerScene, other: Partner | None) -> Message:
    found = scene.partnership
    card = _card(f"🤝 {plural(scene.days, 'day')} together", f"With {_name(other)}. {RULES}")
    card.add("Today", _today(scene, other))
    if found.since is not None:
        card.add("Since", day_name(found.since))
    return Message(card, [Press(PartnerEndId(found.id), "End it")])


def _today(scene: PartnerScene, other: Partner | None) -> str:
    match scene.mine, scene.theirs:
        case True, True:
            return "You have both answered."
        case True, False:
            return f"You have answered; {_name(other)} has not yet."
        case False, True:
            return f"{_name(other)} has answered; you have not yet. Answer the question of the day with `/answer`."
        case _:
            return "Neither of you has answered today yet. If there is a question of the day, answer it with `/answer`."


def line(scene: PartnerScene) -> str:
    """Describe a partner streak in one line, for `/progress`."""
    return f"With {_name(scene.partnership.other(scene.viewer))}: {plural(scene.days, 'day')} together."


def _without(scene: NoPartner) -> Message:
    card = _card(
        "🤝 No partner yet", f"Use `/streak partner member:` to ask someone to keep a streak with you. {RULES}"
    )
    presses = []
    for found in scene.asked[:MOST_ASKED]:
        asker = next((one for one in found.partners if one.asker), None)
        presses.append(
            Press(PartnerAcceptId(found.id), f"Accept {safe_name(asker.name or '') if asker else ''}".strip())
        )
    if scene.asked:
        names = [_name(next((one for one in found.partners if one.asker), None)) for found in scene.asked[:MOST_ASKED]]
        card.add("You have been asked by", "\n".join(names))
    return Message(card, presses)


def unposted(access: Access) -> Message:
    """Say that the request was not posted, and why."""
    text = f"Your request could not be posted, so I withdrew it. {refusal(access)} Then ask again."
    return Message(_card("🤝 No partner streak", text, ended=True))


def _card(title: str, text: str, *, ended: bool = False) -> Card:
    card = Card(title=title, text=text, color=GREY if ended else BLUE)
    card.footer = "Either of you can end it at any time: `/streak partner`"
    return card


def _compose(_post: Post, found: Partnership) -> Rendered:
    asked = found.state is PartnershipState.ASKED
    return Rendered(post(found), users=tuple(one.user_id for one in found.partners if asked and not one.asker))


RENDERERS: dict[str, Renderer] = {
    PostKind.PARTNERS: Renderer(
        _compose, lambda post: (PartnerAcceptId(int(post.subject)), PartnerShowId(int(post.subject)))
    )
}
