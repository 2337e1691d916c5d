"""Flowcharts: proof that every way through ends in something to do."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from whoknows.engine.aids.kinds import Edge, Flowchart, Node
from whoknows.engine.aids.problem import Problem, error, hint

MANY_NODES = 25


def ways_from(chart: Flowchart) -> dict[str, list[Edge]]:
    """Return the edges out of each node, by its id, in the order written."""
    ways: dict[str, list[Edge]] = defaultdict(list)
    for edge in chart.edges:
        ways[edge.source].append(edge)
    return ways


def reached_from(start: str, ways: Mapping[str, list[Edge]]) -> set[str]:
    """Return the ids that can be reached from ``start``, itself among them."""
    seen, waiting = {start}, [start]
    while waiting:
        for edge in ways.get(waiting.pop(), []):
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return seen


def chart_problems(chart: Flowchart) -> Iterator[Problem]:
    """Yield what is wrong with ``chart``: names that lead nowhere first, else its ways."""
    broken = list(_broken(chart))
    yield from broken
    if broken:
        return
    ways = ways_from(chart)
    for index, node in enumerate(chart.nodes):
        yield from _node_problems(index, node, ways.get(node.id, []))
    yield from _lost(chart, ways)
    if len(chart.nodes) > MANY_NODES:
        yield hint(
            "nodes",
            "{count} boxes are hard to take in. Most people read a table more easily.",
            count=len(chart.nodes),
        )


def _broken(chart: Flowchart) -> Iterator[Problem]:
    if not chart.nodes:
        yield error("nodes", "Add the first question or action.")
        return
    yield from _unnamed(chart)
    ids = {node.id for node in chart.nodes}
    if chart.start not in ids:
        yield error("start", "Say in which box to start.")
    for index, edge in enumerate(chart.edges):
        for name, end in (("from", edge.source), ("to", edge.target)):
            if end not in ids:
                yield error(
                    f"edges-{index}-{name}", "There is no box called “{end}”. Choose one.", end=end
                )


def _unnamed(chart: Flowchart) -> Iterator[Problem]:
    ids: set[str] = set()
    for index, node in enumerate(chart.nodes):
        if not node.id:
            yield error(f"nodes-{index}-id", "Give this box a short name for others to lead to.")
        elif node.id in ids:
            yield error(f"nodes-{index}-id", "Two boxes are called “{id}”. Rename one.", id=node.id)
        if not node.text:
            yield error(f"nodes-{index}-text", "Say what to ask or to do here.")
        ids.add(node.id)


def _node_problems(index: int, node: Node, ways: list[Edge]) -> Iterator[Problem]:
    place = f"nodes-{index}-text"
    if not node.is_question:
        if len(ways) > 1:
            yield error(
                place, "“{text}” leads to several boxes. Make it a question.", text=node.text
            )
        return
    labels = [edge.label for edge in ways]
    if not ways:
        yield error(place, "The question “{text}” leads nowhere. Add its answers.", text=node.text)
    elif len(ways) == 1:
        yield error(
            place, "The question “{text}” has one answer only. Add the others.", text=node.text
        )
    if "" in labels:
        yield error(
            place, "An answer to “{text}” is not named. Write it on its way.", text=node.text
        )
    if len({*labels}) < len(labels):
        yield error(place, "Two answers to “{text}” are the same. Change one.", text=node.text)


def _lost(chart: Flowchart, ways: Mapping[str, list[Edge]]) -> Iterator[Problem]:
    reached = reached_from(chart.start, ways)
    backwards: dict[str, list[Edge]] = defaultdict(list)
    for edge in chart.edges:
        backwards[edge.target].append(Edge(edge.target, edge.source))
    ends = [n.id for n in chart.nodes if not n.is_question and not ways.get(n.id)]
    with_exit: set[str] = set()
    for end in ends:
        if end not in with_exit:
            with_exit |= reached_from(end, backwards)
    asks = {node.id for node in chart.nodes if node.is_question and not ways.get(node.id)}
    for index, node in enumerate(chart.nodes):
        if node.id not in reached:
            yield error(
                f"nodes-{index}-text",
                "Nothing leads to “{text}”. Connect it or remove it.",
                text=node.text,
            )
        elif node.id not in with_exit and not reached_from(node.id, ways) & asks:
            yield error(
                f"nodes-{index}-text",
                "From “{text}” one only goes round in circles. Add a way out.",
                text=node.text,
            )
