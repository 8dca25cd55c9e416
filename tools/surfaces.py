"""Draw what members see on a phone and on a desktop.

    python -m tools.surfaces FOLDER [NAME …]

Each surface (tools/surface_scenes.py) is played in a playground of its own. FOLDER gets two pictures of each and a page
that shows them; with `--beside`, the page also shows the pictures of another folder. A surface that is too tall for a
phone fails, so that someone shortens it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from random import Random
from unittest.mock import patch

import click
from playwright.async_api import Browser

from bot.bank.loader import load_library
from bot.config import Settings
from bot.frame.page import PlaygroundView, framed
from bot.playground import make_world, simulated
from bot.study.questions import Pack
from tests.browser.chromium import CHROMIUM, browser
from tools.scenes import Stage
from tools.screenshots import AT, DRAWN, ROOT, WELCOMED
from tools.surface_scenes import SURFACES, Look

PHONE, DESKTOP = (390, 844), (1280, 800)
TALL = 1.2
"""The maximum height of a message, in phone screens."""
FREE = frozenset({"answer-wrong", "answer-whole", "quiz-wrong", "exam-review", "reports", "guide", "review"})
"""Surfaces that may be taller: questions with their full feedback (also for managers), the guide and the review."""


async def draw(chromium: Browser, name: str, folder: Path, settings: Settings, packs: Mapping[str, Pack]) -> float:
    """Play a surface and capture it in both windows; return its height in phone screens."""
    async with simulated(settings, packs) as (env, bot):
        world = await make_world(env, bot, AT)
        stage = Stage(world)
        await stage.pass_time(900)  # so that the next message of the same author is shown with its own header
        found = await SURFACES[name](stage)
        look = Look(found) if isinstance(found, int) else found
        async with framed(env, world.channel, [world.people[look.who]], 0) as frame:
            if look.form is not None:
                await frame.show(look.form)
            if look.direct:
                await frame.move(PlaygroundView.DIRECT, "")
            page = await chromium.new_page(reduced_motion="reduce")
            try:
                await page.add_init_script(WELCOMED)
                height = 0.0
                for width, screen in (DESKTOP, PHONE):
                    await page.set_viewport_size({"width": width, "height": screen})
                    await page.goto(frame.url)
                    await page.wait_for_function(DRAWN)
                    shown = page.locator("[role=dialog]" if look.form is not None else ".channel-message").last
                    box = await shown.bounding_box()
                    assert box is not None, f"{name} is not shown"
                    height = box["height"] / screen
                    await page.screenshot(path=folder / file_of(name, (width, screen)))
            finally:
                await page.close()
    return height


def file_of(name: str, window: tuple[int, int]) -> str:
    return f"{name}-{window[0]}x{window[1]}.png"


async def draw_all(names: list[str], folder: Path) -> dict[str, float | None]:
    """Draw surfaces, and return the height of each; None for a surface that failed. The others are still drawn."""
    settings = Settings(content_dir=ROOT / "content")
    packs = load_library(settings.content_dir)
    heights: dict[str, float | None] = {}
    async with browser() as chromium:
        for name in names:
            with patch("secrets.randbits", Random(name).getrandbits):  # choose the same questions each time
                try:
                    heights[name] = height = await draw(chromium, name, folder, settings, packs)
                    print(f"{name:20} {height:5.2f}{'  too high' if too_high(name, height) else ''}", flush=True)
                except Exception as error:  # noqa: BLE001
                    heights[name] = None
                    print(f"{name:20} {type(error).__name__}: {error}", flush=True)
    return heights


def too_high(name: str, height: float | None) -> bool:
    return height is None or (height > TALL and name not in FREE)


def page_of(names: list[str], folder: Path, beside: Path | None) -> str:
    """Return a page with the pictures of each surface; the pictures of the folder `beside` come first."""
    folders = [(label, where) for label, where in (("Before", beside), ("Now", folder)) if where is not None]
    rows = []
    for name in names:
        pictures = [
            f'<figure><figcaption>{label}</figcaption><img src="{escape(os.path.relpath(picture, folder))}" height="{window[1]}" loading="lazy"></figure>'
            for window in (PHONE, DESKTOP)
            for label, where in folders
            if (picture := where / file_of(name, window)).exists()
        ]
        rows.append(f"<h2>{escape(name)}</h2><div>{''.join(pictures)}</div>")
    style = "body{font:16px sans-serif} div{display:flex;gap:16px;overflow:auto} figure{margin:0}"
    return f"<!doctype html><meta charset=utf-8><title>Surfaces</title><style>{style}</style>{''.join(rows)}\n"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("names", nargs=-1, type=click.Choice(list(SURFACES)))
@click.option(
    "--beside", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Pictures of an earlier version."
)
def main(folder: Path, names: tuple[str, ...], beside: Path | None) -> None:
    """Draw surfaces into FOLDER: those named in NAMES, or all."""
    if CHROMIUM is None:
        raise click.ClickException("The pictures are taken with Chromium: install your system's package.")
    folder.mkdir(parents=True, exist_ok=True)
    heights = asyncio.run(draw_all(list(names or SURFACES), folder))
    (folder / "index.html").write_text(page_of(list(SURFACES), folder, beside), encoding="utf-8")
    sys.exit(int(any(too_high(name, height) for name, height in heights.items())))


if __name__ == "__main__":
    main()
