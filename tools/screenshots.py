"""Take the screenshots for the README and the command pages: `make screenshots`, or only some: `make screenshots ONLY="quiz duel"`.

Each scene (tools/scenes.py) is played in a playground of its own, at the same moment of the same week, and Chromium
captures its messages as a phone shows them; the README's picture shows the whole page. The pictures are stored in
docs/commands and docs/images.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from unittest.mock import patch

from PIL import Image
from playwright.async_api import Browser, FloatRect, Page

from bot.bank.loader import load_library
from bot.config import Settings
from bot.frame.page import framed
from bot.playground import make_world, simulated
from bot.study.questions import Pack
from tests.browser.chromium import CHROMIUM, browser
from tools.commands import slug
from tools.scenes import SCENES, Scene, Stage, playground

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs"
AT = datetime(2026, 11, 24, 9, 0, 30, tzinfo=UTC)
"""A Tuesday morning, just after the question was posted."""
WIDTH = 390
"""The width of a phone in CSS pixels. Each CSS pixel becomes two pixels of the picture."""
TALLEST = 1040
"""The maximum height of a picture in CSS pixels; a longer message is cut off there."""
MARGIN = 10
DRAWN = "() => window.simcordPreview?.ready === true && [...document.images].every((image) => image.complete)"
"""JavaScript that waits for the page to be drawn. The page polls for updates, so waiting for an idle network does not
work."""
WELCOMED = "sessionStorage.setItem('cohort-welcome-seen', 'yes')"
"""JavaScript that closes the welcome, which covers the messages on a phone."""
QUALITY = 70


@dataclass(frozen=True)
class Picture:
    """A picture: its file, its scene, and the size of the window."""

    file: str
    scene: Scene
    width: int = WIDTH
    height: int = 4000
    whole: bool = False
    """Whether it shows the whole page instead of only the last message."""


PICTURES = {name: Picture(f"commands/{slug(name)}.webp", scene) for name, scene in SCENES.items()} | {
    "playground": Picture("images/playground.webp", playground, 1240, 600, whole=True)
}


async def take(chromium: Browser, picture: Picture, settings: Settings, packs: Mapping[str, Pack]) -> bytes:
    """Play a picture's scene, and return the picture as WebP."""
    async with simulated(settings, packs) as (env, bot):
        world = await make_world(env, bot, AT)
        stage = Stage(world)
        # Some minutes later, so that the next message of the same author is shown with its own header.
        await stage.pass_time(900)
        viewers = [world.people[await picture.scene(stage)]]
        async with framed(env, world.channel, viewers, 0) as frame:
            page = await chromium.new_page(
                viewport={"width": picture.width, "height": picture.height},
                device_scale_factor=2,
                reduced_motion="reduce",
            )
            try:
                await page.add_init_script(WELCOMED)
                await page.goto(frame.url)
                await page.wait_for_function(DRAWN)
                png = await page.screenshot(clip=None if picture.whole else await _last_message(page))
            finally:
                await page.close()
    made = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(made, "WEBP", quality=QUALITY, method=6)
    return made.getvalue()


async def _last_message(page: Page) -> FloatRect:
    box = await page.locator(".channel-message").last.bounding_box()
    assert box is not None, "the message is shown"
    return {"x": 0, "y": box["y"] - MARGIN, "width": WIDTH, "height": min(box["height"] + 2 * MARGIN, TALLEST)}


async def take_all(names: list[str]) -> None:
    settings = Settings(content_dir=ROOT / "content")
    packs = load_library(settings.content_dir)
    async with browser() as chromium:
        for name in names:
            with patch("secrets.randbits", Random(name).getrandbits):  # choose the same questions each time
                made = await take(chromium, PICTURES[name], settings, packs)
            (FOLDER / PICTURES[name].file).write_bytes(made)
            print(f"{PICTURES[name].file}: {len(made) / 1024:.0f} KiB")


def main(names: list[str]) -> int:
    if CHROMIUM is None:
        print("The pictures are taken with Chromium: install your system's package.", file=sys.stderr)
        return 1
    if unknown := [name for name in names if name not in PICTURES]:
        print(f"There is no picture {', '.join(unknown)}. There are: {', '.join(PICTURES)}.", file=sys.stderr)
        return 2
    asyncio.run(take_all(names or list(PICTURES)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
