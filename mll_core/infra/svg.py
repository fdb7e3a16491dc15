"""A line drawn as an SVG picture, for where no script runs; no library draws one as quickly."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from math import isfinite
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 560, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 40, 60
_COLOURS = ("#2563eb", "#9ca3af", "#d97706", "#059669")
_TICKS = 5

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Line:
    """Points in order of x; ``dots`` are not joined."""

    name: str
    points: Points
    dots: bool = False


def draw(title: str, x: str, y: str, lines: Sequence[Line]) -> str:
    """The picture as text: (n, 2) points a line, both axes from the smallest to the largest value.

    Points that are not finite are left out; an empty picture says that there is nothing to show.
    """
    known = [p for line in lines for p in line.points if isfinite(p[0]) and isfinite(p[1])]
    body = _axes(x, y, _Frame.around(known), lines) if known else _text(280, 200, "Nothing to show")
    said = escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12" role="img"><title>{said}</title>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
        f"{_text(_WIDTH / 2, 22, title, size=15)}{body}</svg>\n"
    )


@dataclass(frozen=True)
class _Frame:
    left: float
    right: float
    low: float
    high: float

    @classmethod
    def around(cls, points: Points) -> "_Frame":
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, right, low, high = min(xs), max(xs), min(ys), max(ys)
        return cls(left, right or left + 1, low, high if high > low else low + 1)

    def place(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.left) / ((self.right - self.left) or 1)
        up = (y - self.low) / ((self.high - self.low) or 1)
        wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return round(_LEFT + across * wide, 1), round(_HEIGHT - _BOTTOM - up * high, 1)


def _axes(x: str, y: str, frame: _Frame, lines: Sequence[Line]) -> str:
    parts = [_text(_WIDTH / 2, _HEIGHT - 8, x), _turned(y)]
    for tick in range(_TICKS):
        share = tick / (_TICKS - 1)
        at = frame.left + share * (frame.right - frame.left)
        up = frame.low + share * (frame.high - frame.low)
        across, down = frame.place(at, up)
        parts += [
            _text(across, _HEIGHT - _BOTTOM + 16, f"{at:.3g}"),
            _text(_LEFT - 6, down + 4, f"{up:.3g}", anchor="end"),
            f'<path d="M{_LEFT} {down}H{_WIDTH - _RIGHT}" stroke="#e5e7eb"/>',
        ]
    coloured = list(zip(lines, cycle(_COLOURS), strict=False))
    parts += [_drawn(line, frame, colour) for line, colour in coloured]
    named = [(line.name, colour) for line, colour in coloured if line.name]
    parts += [_key(place, name, colour) for place, (name, colour) in enumerate(named)]
    return "".join(parts)


def _drawn(line: Line, frame: _Frame, colour: str) -> str:
    places = [frame.place(a, b) for a, b in line.points if isfinite(a) and isfinite(b)]
    if line.dots:
        return "".join(
            f'<circle cx="{a}" cy="{b}" r="2.5" fill="{colour}" fill-opacity=".6"/>'
            for a, b in places
        )
    path = " ".join(f"{a},{b}" for a, b in places)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _key(place: int, name: str, colour: str) -> str:
    down = _TOP + 14 + 16 * place
    mark = f'<rect x="{_LEFT + 8}" y="{down - 8}" width="10" height="8" fill="{colour}"/>'
    return mark + _text(_LEFT + 24, down, name, anchor="start")


def _text(x: float, y: float, text: str, *, size: int = 12, anchor: str = "middle") -> str:
    place = f'x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}"'
    return f'<text {place} fill="#111827">{escape(text)}</text>'


def _turned(text: str) -> str:
    middle = (_HEIGHT - _BOTTOM + _TOP) / 2
    place = f'text-anchor="middle" transform="translate(16 {middle:g}) rotate(-90)"'
    return f'<text {place} fill="#111827">{escape(text)}</text>'


def density(shares: Sequence[float]) -> str:
    """Bars of equal width as a strip without words, as high as their share; for behind a slider."""
    most = max(shares, default=0.0) or 1.0
    bars = "".join(
        f'<rect x="{10 * at}" y="{30 - 30 * share / most:.1f}" width="9" '
        f'height="{30 * share / most:.1f}"/>'
        for at, share in enumerate(shares)
    )
    wide = 10 * max(1, len(shares))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} 30" width="{wide}"'
    return f'{head} height="30" fill="#5B9BD8" fill-opacity="0.55">{bars}</svg>'
