"""Check that every link of the built site leads to a file of it, and every anchor to an element.

    python .ci/site_links.py [SITE]

`zensical build` comes first, and `.ci/site_text.py`, whose `llms.txt` is checked too.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent


class Page(HTMLParser):
    """The links and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links = set[str]()
        self.anchors = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what an element has."""
        for name, value in attrs:
            if value and name in ("href", "src"):
                self.links.add(value)
            elif value and (name == "id" or (tag == "a" and name == "name")):
                self.anchors.add(value)


def main(site: Path = ROOT / "build/site") -> int:
    """Print the broken links. Return 1 if there are any."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    index = (site / "llms.txt").read_text(encoding="utf-8")
    links = [(site / "llms.txt", link) for link in re.findall(r"\]\(([^)]+)\)", index)]
    # The page for what is not found is shown at any address, so its links begin at the root of the site.
    links += [(path, link) for path, page in pages.items() if path.name != "404.html" for link in sorted(page.links)]
    broken = [(path, link) for path, link in links if is_broken(pages, path, link)]
    for path, link in broken:
        print(f"{path.relative_to(site)}: {link} leads nowhere")
    print(f"{len(links)} links and anchors of {len(pages)} pages, {len(broken)} broken")
    return int(bool(broken) or not pages)


def is_broken(pages: dict[Path, Page], path: Path, link: str) -> bool:
    """Whether a link within the site leads to no file, or to no element of its page."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return False
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target = target / "index.html"
    if target in pages:
        return unquote(parts.fragment) not in pages[target].anchors
    return not target.is_file()


if __name__ == "__main__":
    sys.exit(main(*(Path(argument).resolve() for argument in sys.argv[1:])))
