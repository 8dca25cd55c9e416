"""Write docs/licenses.md: the packages that the bot is installed with, and their licenses. `make licenses` passes the
list of packages.

`--check` writes nothing, and exits with 1 if the page is out of date or if a license does not allow redistributing the
bot.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "licenses.md"

HEAD = """# Licenses of the packages that Cohort uses

Cohort's code is under the MIT license, its questions and guide under CC BY 4.0. City names come from [GeoNames](https://www.geonames.org), CC BY 4.0. The fonts of its
pictures are DejaVu (Bitstream Vera), Noto (OFL 1.1) and Droid Sans Fallback (Apache 2.0); their licenses are in `bot/cogs/ui/fonts`. The packages below are installed with
Cohort, including its extras; each contains its own license text. `make licenses` writes this page, and `make lint-files` checks it.

| package | license |
|---|---|
"""

SHORT = {
    "apache software license": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "bsd license": "BSD",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "the mit license": "MIT",
}
"""The SPDX expression for each license as packages write it, in lower case."""

OLDEST = (3, 11)
"""The oldest Python version; the page lists the packages that are installed on it."""

ELSEWHERE = {"audioop-lts": "PSF-2.0"}
"""Licenses of packages that are installed only on other systems or Python versions, looked up by hand."""

REFUSED = re.compile(r"\bA?GPL|proprietary|non-?commercial|unknown", re.IGNORECASE)
"""Matches licenses that do not allow redistributing the bot under its own licenses. LGPL allows it."""


def license_of(package: Distribution) -> str:
    """Return a package's SPDX expression; if it has none, its license as written."""
    meta = package.metadata
    if expression := meta.get("License-Expression"):
        return expression
    classified = [
        line.rpartition(" :: ")[2]
        for line in meta.get_all("Classifier") or []
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    said = (meta.get("License") or "").strip()
    first = said.splitlines()[0] if said else ""
    words = classified or ([first] if first else ["unknown"])
    return " AND ".join(sorted({SHORT.get(word.lower(), word) for word in words}))


def table(lines: list[str]) -> dict[str, str]:
    """Return the license of each package in a list of requirements."""
    found = {}
    for line in lines:
        if name := re.match(r"[A-Za-z0-9._-]+", line):
            try:
                found[name[0]] = license_of(distribution(name[0]))
            except PackageNotFoundError:
                found[name[0]] = ELSEWHERE[name[0]]
    return found


def same(written: str, page: str) -> bool:
    """Return whether the page is up to date. On newer Pythons only the names are compared, because newer packages may
    word a license differently."""
    if sys.version_info[:2] == OLDEST:
        return written == page
    return re.findall(r"^\| (\S+) \|", written, re.MULTILINE) == re.findall(r"^\| (\S+) \|", page, re.MULTILINE)


def main() -> int:
    licenses = table(sys.stdin.read().splitlines())
    page = HEAD + "".join(f"| {name} | {text} |\n" for name, text in sorted(licenses.items()))
    refused = [f"{name}: {text}" for name, text in licenses.items() if REFUSED.search(text)]
    if refused:
        print("Cohort cannot be redistributed with: " + ", ".join(refused), file=sys.stderr)
        return 1
    if "--check" not in sys.argv:
        PAGE.write_text(page, encoding="utf-8")
    elif not same(PAGE.read_text(encoding="utf-8"), page):
        print("docs/licenses.md is out of date: run `make licenses`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
