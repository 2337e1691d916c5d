"""Which actions the audit trail may name, read from the source."""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
RECORD = "whoknows.base.audit.record"


@dataclass(frozen=True)
class Recorder:
    """A function that leaves a line: under what its parameter says, put into ``form``."""

    parameter: str
    form: str = "{}"


@dataclass(frozen=True)
class Function:
    """A function somewhere in the source; a method goes by its name alone."""

    name: str
    node: ast.FunctionDef

    @property
    def parameters(self) -> list[str]:
        args = self.node.args
        names = [arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
        return names[1:] if names[:1] == ["self"] else names


class Module:
    """One file: what it defines, and what it calls things that others define."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.tree = ast.parse(text)

    @cached_property
    def imports(self) -> dict[str, str]:
        """Return the full names of what is imported, by the names it has here."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        return found

    @cached_property
    def functions(self) -> list[Function]:
        methods = {
            id(node)
            for cls in ast.walk(self.tree)
            if isinstance(cls, ast.ClassDef)
            for node in cls.body
        }
        return [
            Function(f"self.{node.name}" if id(node) in methods else self._full(node.name), node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef)
        ]

    def named(self, node: ast.expr) -> str | None:
        """Return the full name of what ``node`` stands for, if it is a function."""
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, self._full(node.id))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "self":
                return f"self.{node.attr}"
            if node.value.id in self.imports:
                return f"{self.imports[node.value.id]}.{node.attr}"
        return None

    def _full(self, name: str) -> str:
        return f"{self.name}.{name}"


class Reading:
    """Follows ``audit.record`` to its callers, and on to the callers of who only passes it on.

    ``actions`` are the names found, each with where it is recorded. ``unread`` are the places where
    the name cannot be told by reading.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._modules = [Module(name, text) for name, text in texts.items()]
        self._reexported = {
            f"{m.name}.{name}": full for m in self._modules for name, full in m.imports.items()
        }
        self._recorders: dict[str, set[Recorder]] = {RECORD: {Recorder("action")}}
        self._signatures = {f.name: f for m in self._modules for f in m.functions}
        known = 0
        while known != (known := sum(map(len, self._recorders.values()))):
            self.actions: dict[str, set[str]] = {}
            self.unread: set[str] = set()
            for module in self._modules:
                self._read(module)

    def functions(self) -> Iterator[Function]:
        """Yield every function that is no method."""
        for function in self._signatures.values():
            if not function.name.startswith("self."):
                yield function

    def leading_to(self, names: Collection[str]) -> set[str]:
        """Return the functions of these names and whatever calls one of them, however far off."""
        mentions = {
            function.name: {
                self._named(module, node)
                for node in ast.walk(function.node)
                if isinstance(node, ast.Name | ast.Attribute)
            }
            for module in self._modules
            for function in module.functions
        }
        found, known = set(names), 0
        while known != (known := len(found)):
            found |= {name for name, told in mentions.items() if told & found}
        return found

    def _named(self, module: Module, node: ast.expr) -> str | None:
        name = module.named(node)
        while name in self._reexported:
            name = self._reexported[name]
        return name

    def _read(self, module: Module) -> None:
        called = set()
        for call, function in _calls(module):
            name = self._named(module, call.func)
            if name in self._recorders:
                called.add(id(call.func))
                for recorder in list(self._recorders[name]):
                    self._follow(module, call, function, name, recorder)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Name | ast.Attribute) and id(node) not in called:
                name = self._named(module, node)
                if name in self._recorders and not isinstance(node.ctx, ast.Store):
                    self.unread.add(f"{module.name}:{node.lineno} hands on {name}")

    def _follow(
        self, module: Module, call: ast.Call, function: Function | None, name: str, to: Recorder
    ) -> None:
        given = {word.arg: word.value for word in call.keywords if word.arg}
        given |= dict(zip(self._signatures[name].parameters, call.args, strict=False))
        where = f"{module.name}:{call.lineno}"
        if to.parameter not in given:
            self.unread.add(f"{where} names no action")
            return
        for form, parameter in _values(given[to.parameter], function):
            told = to.form.replace("{}", form)
            if parameter is None:
                self.unread.add(f"{where} {ast.unparse(call)}")
            elif parameter == "":
                self.actions.setdefault(told, set()).add(where)
            elif function is not None:
                self._recorders.setdefault(function.name, set()).add(Recorder(parameter, told))


def _calls(module: Module) -> Iterator[tuple[ast.Call, Function | None]]:
    """Yield every call, and the innermost function that it stands in."""
    inside: dict[int, Function] = {}
    for function in module.functions:
        inside |= {id(node): function for node in ast.walk(function.node)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield node, inside.get(id(node))


def _values(node: ast.expr, function: Function | None) -> Iterator[tuple[str, str | None]]:
    """Yield what ``node`` may say: a text and "", or a form and the parameter that fills it.

    None for a parameter: it cannot be told.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, ""
    elif isinstance(node, ast.IfExp):
        yield from _values(node.body, function)
        yield from _values(node.orelse, function)
    elif isinstance(node, ast.JoinedStr):
        yield from _filled(node, function)
    elif isinstance(node, ast.Name) and function and node.id in function.parameters:
        yield "{}", node.id
    elif isinstance(node, ast.Name) and function and (said := _assigned(node.id, function)):
        for value in said:
            yield from _values(value, function)
    else:
        yield "", None


def _filled(node: ast.JoinedStr, function: Function | None) -> Iterator[tuple[str, str | None]]:
    """Yield what a formatted text with one thing in it may say."""
    holes = [part for part in node.values if isinstance(part, ast.FormattedValue)]
    around = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
    if len(holes) != 1:
        yield "", None
        return
    for said, parameter in _values(holes[0].value, function):
        yield "".join(around).replace("{}", said), parameter


def _assigned(name: str, function: Function) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(function.node)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id == name
    ]


def sources() -> dict[str, str]:
    """Return the text of each module by its name."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if "migrations" not in parts:
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path.read_text()
    return found
