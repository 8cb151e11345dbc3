"""Writes small pictures as SVG that read well on light and on dark pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

# Colours that differ in lightness as well, so that they can be told apart in any eyes.
STYLE: Final = """
    .page { fill: #ffffff; } text { fill: #1f2328; } .quiet { fill: #59636e; } .strong { font-weight: 600; }
    .grid { stroke: #d1d9e0; } .axis { stroke: #818b98; } .even { stroke: #818b98; stroke-dasharray: 4 4; }
    .main { stroke: #0969da; } .main-fill { fill: #0969da; }
    .other { stroke: #bc7a00; } .other-fill { fill: #e0a32e; }
    .third { stroke: #818b98; } .third-fill { fill: #a8b1bb; }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; } text { fill: #f0f6fc; } .quiet { fill: #9198a1; }
      .grid { stroke: #2f3742; } .axis { stroke: #656c76; } .even { stroke: #9198a1; }
      .main { stroke: #58a6ff; } .main-fill { fill: #58a6ff; }
      .other { stroke: #d29922; } .other-fill { fill: #bb8009; }
      .third { stroke: #9198a1; } .third-fill { fill: #656c76; }
    }"""


@dataclass
class Picture:
    """A picture under construction; coordinates in pixels from the upper left corner.

    Attributes:
        width, height: of the picture.
        title: what it shows, for those who do not see it.
    """

    width: int
    height: int
    title: str
    _parts: list[str] = field(default_factory=list)

    def text(  # noqa: PLR0913 (what SVG's own element takes)
        self, x: float, y: float, words: str, *, style: str = "", anchor: str = "start", size: int = 13
    ) -> None:
        """Writes words, their baseline at y."""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}" font-size="{size}">'
            f"{escape(words)}</text>"
        )

    def upright(self, x: float, y: float, words: str) -> None:
        """Writes words from below to above, centred."""
        self._parts.append(
            f'<text transform="translate({x:.1f} {y:.1f}) rotate(-90)" class="quiet" text-anchor="middle" '
            f'font-size="12">{escape(words)}</text>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        """A straight line."""
        self._parts.append(f'<path d="M{x1:.1f} {y1:.1f} L{x2:.1f} {y2:.1f}" class="{style}"/>')

    def curve(self, points: Sequence[tuple[float, float]], style: str) -> None:
        """A line through points."""
        way = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        self._parts.append(f'<path d="M{way}" class="line {style}"/>')

    def dot(self, x: float, y: float, radius: float, style: str) -> None:
        """A filled circle."""
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="{style}-fill"/>')

    def bar(self, x: float, y: float, width: float, height: float, style: str) -> None:
        """A filled rectangle."""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" rx="1.5" '
            f'class="{style}-fill"/>'
        )

    def key(self, x: float, y: float, names: Sequence[tuple[str, str]], step: float = 20) -> None:
        """A legend, one (style, name) below the other."""
        for number, (style, name) in enumerate(names):
            self.bar(x, y + number * step - 10, 14, 11, style)
            self.text(x + 20, y + number * step, name)

    def __str__(self) -> str:
        body = "\n  ".join(self._parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" font-family="system-ui, sans-serif" role="img" '
            f'aria-label="{escape(self.title, {chr(34): "&quot;"})}">\n'
            f"  <title>{escape(self.title)}</title>\n  <style>{STYLE}\n  </style>\n"
            f'  <rect class="page" width="{self.width}" height="{self.height}" rx="8"/>\n  {body}\n</svg>\n'
        )


@dataclass(frozen=True)
class Panel:
    """A plot's area within a picture, with its axes.

    Attributes:
        picture: where it is drawn.
        left, top, width, height: of the area within the axes.
        right_end, upper_end: the values where the axes end; both begin at 0.
    """

    picture: Picture
    left: float
    top: float
    width: float
    height: float
    right_end: float = 1.0
    upper_end: float = 1.0

    def x(self, value: float) -> float:
        """Where a value lies, from the left."""
        return self.left + self.width * value / self.right_end

    def y(self, value: float) -> float:
        """Where a value lies, from the top."""
        return self.top + self.height * (1 - value / self.upper_end)

    def frame(self, title: str, *, steps: int, size: int = 12) -> None:
        """Grid, values along the axes, and a title above."""
        bottom = self.top + self.height
        for number in range(steps + 1):
            x, y = self.right_end * number / steps, self.upper_end * number / steps
            self.picture.line(self.x(x), self.top, self.x(x), bottom, "grid")
            self.picture.line(self.left, self.y(y), self.left + self.width, self.y(y), "grid")
            self.picture.text(
                self.x(x), bottom + 16, f"{x:.0%}", style="quiet", anchor="middle", size=size - 1
            )
            self.picture.text(
                self.left - 6, self.y(y) + 4, f"{y:.0%}", style="quiet", anchor="end", size=size - 1
            )
        self.picture.line(self.left, self.top, self.left, bottom, "axis")
        self.picture.line(self.left, bottom, self.left + self.width, bottom, "axis")
        self.picture.text(self.left, self.top - 8, title, style="strong", size=size + 1)

    def points(self, values: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Where values lie."""
        return [(self.x(x), self.y(y)) for x, y in values]
