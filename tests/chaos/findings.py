"""What a run found, and how much it tested."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.members import Members


@dataclass
class Findings:
    seed: int
    database: str = "sqlite"
    kills: Counter[str] = field(default_factory=Counter)
    """The number of kills, by moment."""
    outages: int = 0
    overlaps: int = 0
    """How often a process was started while another was still running."""
    replaced: int = 0
    """How often the older of two processes was asked to stop instead of being killed."""
    troubles: Counter[str] = field(default_factory=Counter)
    members: Members | None = None
    posts: int = 0
    events: int = 0
    discussions: int = 0
    roles: int = 0
    reminders: int = 0
    nonces: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        assert self.members is not None
        members = self.members
        moments = ", ".join(f"{count} when {moment}" for moment, count in self.kills.most_common())
        lines = [
            f"seed {self.seed} on {self.database}: killed {self.kills.total()} times in {self.seconds:.0f} s ({moments}); "
            f"{self.outages} times down for long; started {self.overlaps} times while another was at work, which was asked to stop {self.replaced} times. Some requests were "
            + (
                ", ".join(f"{count} times {trouble}" for trouble, count in self.troubles.most_common())
                or "never in trouble"
            )
            + ".",
            f"  {members.acts} presses and commands ({members.doubled} delivered twice): {members.recorded} told to be on "
            f"record, {members.refused} refused, {members.unanswered} without a reply; {len(members.live_told)} told so in live rounds.",
            f"  {self.posts} posts of dailies, {self.events} of competitions, duels and live rounds, {self.discussions} discussions, {self.roles} changes of roles, {self.reminders} reminders; {self.nonces} sent again and known by their nonce.",
        ]
        if self.problems:
            lines.append(f"  {len(self.problems)} PROBLEMS:")
            lines += [f"    {problem}" for problem in self.problems[:40]]
        else:
            lines.append("  Nothing lost, nothing twice.")
        return "\n".join(lines)
