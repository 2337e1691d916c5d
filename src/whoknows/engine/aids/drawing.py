"""Flowcharts as pictures: layers from top to bottom, few crossings, plain SVG.

The picture has no colours of its own: its classes (``chart-box``, ``chart-question``,
``chart-way``, ``chart-answer``) are painted by the page, so that it follows light and dark. One
that no phone has room for is ``chart-wide``. What it says stands in a table beside it, too.
"""

import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from whoknows.engine.aids.charts import ways_from
from whoknows.engine.aids.kinds import Edge, Flowchart, Node

WIDTH, GAP, RISE = 190, 34, 54
LINE_HEIGHT, PADDING = 19, 13
# As wide as a phone of 390 px has room for, within its margins.
FITS_A_PHONE = 330
_CHARACTERS, _MOST_LINES = 23, 6
_SWEEPS = 6
# A hundred questions, each with a way past all that follow, bend this often. More is a tangle.
MOST_BENDS = 5_000


@dataclass(slots=True)
class _Place:
    """Where a box stands; one without node only bends a way that passes its layer."""

    id: str
    layer: int
    node: Node | None = None
    number: int = 0
    text: list[str] = field(default_factory=list[str])
    x: float = 0.0
    y: float = 0.0

    @property
    def height(self) -> float:
        return len(self.text) * LINE_HEIGHT + 2 * PADDING if self.node else 0.0

    @property
    def width(self) -> float:
        return WIDTH if self.node else 0.0


@dataclass(slots=True)
class _Way:
    """An edge and the places it passes; one that leads back up passes none."""

    edge: Edge
    through: list[_Place]
    is_back: bool = False


def draw(chart: Flowchart, *, title: str) -> str:
    """Return ``chart`` as an SVG element with ``title`` as its name; "" if it is too tangled.

    Boxes are layered by their longest way from the start (Sugiyama, Tagawa and Toda, 1981, with
    barycentres); edges to boxes that do not exist are left out. A way bends once in each layer that
    it passes; with more than ``MOST_BENDS`` bends in all there is nothing to be seen in a picture.

    Cost: six sorts of each layer, and as many passes over the pieces of ways, of which there are at
    most ``MOST_BENDS`` and one for each edge: tenths of a second for the largest chart.
    """
    layer, back = _layered(chart)
    bends = (layer[e.target] - layer[e.source] - 1 for e in _drawn(chart) if e not in back)
    if sum(bends) > MOST_BENDS:
        return ""
    places, ways = _placed(chart, layer, back)
    layers = _layers(places)
    _order(layers, ways)
    width, height = _set_out(layers)
    backs = [way for way in ways if way.is_back]
    right = width + (GAP / 2) * (len(backs) + 1 if backs else 0)
    # What leads back goes round above the first layer and below the last.
    edge = RISE / 3 if backs else 4
    parts = [*(_way(way) for way in ways if not way.is_back)]
    parts += [_back(way, width + (GAP / 2) * at) for at, way in enumerate(backs, 1)]
    parts += [_box(place) for place in places if place.node]
    look = "chart chart-wide" if right + 8 > FITS_A_PHONE else "chart"
    return (
        f'<svg class="{look}" viewBox="-4 {-edge:.0f} {right + 8:.0f} {height + 2 * edge:.0f}" '
        f'width="{right + 8:.0f}" height="{height + 2 * edge:.0f}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _drawn(chart: Flowchart) -> list[Edge]:
    nodes = {node.id for node in chart.nodes}
    return [e for e in chart.edges if e.source in nodes and e.target in nodes]


def _layered(chart: Flowchart) -> tuple[dict[str, int], set[Edge]]:
    """Return the layer of each box, and the edges that lead back up."""
    nodes = {node.id: node for node in chart.nodes}
    back = _back_edges(chart, nodes)
    return _depths(nodes, [e for e in _drawn(chart) if e not in back]), back


def _placed(
    chart: Flowchart, layer: Mapping[str, int], back: Collection[Edge]
) -> tuple[list[_Place], list[_Way]]:
    nodes = {node.id: node for node in chart.nodes}
    places = {
        node.id: _Place(node.id, layer[node.id], node, number, _wrapped(node.text))
        for number, node in enumerate(nodes.values(), 1)
    }
    found = list(places.values())
    ways: list[_Way] = []
    for index, edge in enumerate(_drawn(chart)):
        way = _Way(edge, [places[edge.source]], is_back=edge in back)
        if not way.is_back:
            for at in range(layer[edge.source] + 1, layer[edge.target]):
                bend = _Place(f"{index}/{at}", at)
                way.through.append(bend)
                found.append(bend)
        way.through.append(places[edge.target])
        ways.append(way)
    return found, ways


def _back_edges(chart: Flowchart, nodes: Mapping[str, Node]) -> set[Edge]:
    """Return the edges that lead back to a box one came through, depth first from the start."""
    ways = ways_from(chart)
    back: set[Edge] = set()
    done: set[str] = set()
    for root in [chart.start, *nodes]:
        if root in done or root not in nodes:
            continue
        stack = [(root, iter(ways.get(root, [])))]
        above: set[str] = {root}
        while stack:
            at, left = stack[-1]
            edge = next(left, None)
            if edge is None:
                stack.pop()
                above.discard(at)
                done.add(at)
            elif edge.target in above:
                back.add(edge)
            elif edge.target in nodes and edge.target not in done:
                above.add(edge.target)
                stack.append((edge.target, iter(ways.get(edge.target, []))))
    return back


def _depths(nodes: Mapping[str, Node], edges: Sequence[Edge]) -> dict[str, int]:
    """Return the longest way to each node; ``edges`` have no circle."""
    depth = dict.fromkeys(nodes, 0)
    into: dict[str, int] = defaultdict(int)
    out: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        into[edge.target] += 1
        out[edge.source].append(edge.target)
    ready = [node for node in nodes if not into[node]]
    while ready:
        at = ready.pop()
        for target in out[at]:
            depth[target] = max(depth[target], depth[at] + 1)
            into[target] -= 1
            if not into[target]:
                ready.append(target)
    return depth


def _wrapped(text: str) -> list[str]:
    # Wide letters (Chinese, Japanese) take two places; wrapping by half as many is close enough.
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    fits = _CHARACTERS // 2 if wide * 2 > len(text) else _CHARACTERS
    rows = textwrap.wrap(text, fits) or [""]
    return rows if len(rows) <= _MOST_LINES else [*rows[: _MOST_LINES - 1], "…"]


def _layers(places: Sequence[_Place]) -> list[list[_Place]]:
    layers: list[list[_Place]] = [[] for _ in range(max((p.layer for p in places), default=-1) + 1)]
    for place in places:
        layers[place.layer].append(place)
    return layers


def _order(layers: list[list[_Place]], ways: Sequence[_Way]) -> None:
    """Order each layer by the mean place of its neighbours, down and up in turn."""
    above: dict[str, list[str]] = defaultdict(list)
    below: dict[str, list[str]] = defaultdict(list)
    for way in ways:
        if not way.is_back:
            for one, other in zip(way.through, way.through[1:], strict=False):
                below[one.id].append(other.id)
                above[other.id].append(one.id)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        neighbours = above if down else below
        at = {place: where for layer in layers for place, where in _within(layer)}
        for layer in layers if down else reversed(layers):
            layer.sort(key=lambda place: _mean([at[n] for n in neighbours[place.id]], at[place.id]))
            at.update(_within(layer))


def _within(layer: Sequence[_Place]) -> Iterable[tuple[str, float]]:
    """Return how far along its layer each place stands, from 0 to 1."""
    return ((place.id, i / len(layer)) for i, place in enumerate(layer))


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _set_out(layers: list[list[_Place]]) -> tuple[float, float]:
    """Give each place its middle (x) and top (y); return the size of the whole."""
    widths = [sum(p.width or GAP for p in layer) + GAP * (len(layer) - 1) for layer in layers]
    width, y = max(widths, default=0.0), 0.0
    for layer, its_width in zip(layers, widths, strict=True):
        x = (width - its_width) / 2
        tallest = max(place.height for place in layer)
        for place in layer:
            step = place.width or GAP
            place.x, place.y = x + step / 2, y + (tallest - place.height) / 2
            x += step + GAP
        y += tallest + RISE
    return width, max(0.0, y - RISE)


def _way(way: _Way) -> str:
    first, last = way.through[0], way.through[-1]
    x, y = first.x, first.y + first.height
    path = [f"M{x:.0f} {y:.0f}"]
    for place in way.through[1:]:
        to_y = place.y - (6 if place is last else 0)
        bend = (y + to_y) / 2
        path.append(f"C{x:.0f} {bend:.0f} {place.x:.0f} {bend:.0f} {place.x:.0f} {to_y:.0f}")
        x, y = place.x, place.y
    towards = way.through[1]
    middle = (first.x + towards.x) / 2, (first.y + first.height + towards.y) / 2
    return _path(" ".join(path)) + _tip(last.x, last.y) + _label(way.edge, *middle)


def _back(way: _Way, lane: float) -> str:
    """Return a way that leads up again: below its box, up its own lane at the right, and down.

    Between the layers stands no box, so that it passes behind none.
    """
    first, last = way.through[0], way.through[-1]
    start, end = first.x - first.width / 4, last.x + last.width / 4
    bottom, top = first.y + first.height, last.y
    low, high = bottom + RISE / 4, top - RISE / 4
    path = f"M{start:.0f} {bottom:.0f} V{low:.0f} H{lane:.0f} V{high:.0f} H{end:.0f} V{top - 6:.0f}"
    return _path(path) + _tip(end, top) + _label(way.edge, (start + lane) / 2, low)


def _path(path: str) -> str:
    return f'<path class="chart-way" d="{path}"/>'


def _tip(x: float, y: float) -> str:
    return f'<path class="chart-tip" d="M{x - 5:.0f} {y - 9:.0f} h10 l-5 9z"/>'


def _label(edge: Edge, x: float, y: float) -> str:
    if not edge.label:
        return ""
    words = edge.label if len(edge.label) <= _CHARACTERS else edge.label[: _CHARACTERS - 1] + "…"
    half = len(words) * 4.2 + 6
    return (
        f'<rect class="chart-behind" x="{x - half:.0f}" y="{y - 11:.0f}" width="{2 * half:.0f}" '
        f'height="20" rx="4"/><text class="chart-answer" x="{x:.0f}" y="{y + 4:.0f}">'
        f"{escape(words)}</text>"
    )


def _box(place: _Place) -> str:
    left, top = place.x - WIDTH / 2, place.y
    is_question = place.node is not None and place.node.is_question
    kind, corner = ("chart-question", place.height / 2) if is_question else ("chart-action", 6)
    texts = "".join(_texts(place))
    return (
        f'<g class="chart-box {kind}"><rect x="{left:.0f}" y="{top:.0f}" width="{WIDTH}" '
        f'height="{place.height:.0f}" rx="{min(corner, 26):.0f}"/>{texts}</g>'
    )


def _texts(place: _Place) -> Iterator[str]:
    for row, words in enumerate(place.text):
        y = place.y + PADDING + LINE_HEIGHT * (row + 0.75)
        yield f'<text x="{place.x:.0f}" y="{y:.0f}">{escape(words)}</text>'
