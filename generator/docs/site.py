"""Extend Python-Markdown to show the snippets of the guides in both forms; `mkdocs.yml` loads it."""

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from .snippets import with_tabs


class _Faces(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return with_tabs("\n".join(lines) + "\n", "docs").split("\n")


class _BothFaces(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        # Before the preprocessor of fenced code, which has 25.
        md.preprocessors.register(_Faces(md), "both_faces", 27)


def makeExtension() -> Extension:
    """Create the extension. Python-Markdown calls this."""
    return _BothFaces()
