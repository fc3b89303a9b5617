"""A connector's limit is the only writer of what it keeps."""

import ast
from collections.abc import Iterator
from pathlib import Path

import custom_components.ev_load_manager as integration
from custom_components.ev_load_manager.balancing.compliance import Compliance
from custom_components.ev_load_manager.csms.limits.connector_limit import ConnectorLimit
from custom_components.ev_load_manager.csms.limits.ledger import LimitLedger
from custom_components.ev_load_manager.csms.limits.write_count import WriteCount

ROOT = Path(integration.__file__).parent
OWNER = ROOT / "csms" / "limits" / "connector_limit.py"
PARTS = {"ledger": LimitLedger, "compliance": Compliance, "writes": WriteCount}
QUERIES = {
    "held",
    "held_amperes",
    "beside",
    "is_pending",
    "above",
    "lives_at_most",
    "may_hold",
    "is_bare_without",
    "state",
}


def kept() -> set[str]:
    """The names of all that a connector's limit keeps."""
    return {name for name in vars(ConnectorLimit(1, wake=lambda: None)) if name[0] != "_"}


def assigned(tree: ast.AST) -> Iterator[ast.Attribute]:
    """Every attribute that is assigned or deleted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield node


def is_own(node: ast.expr) -> bool:
    """Whether something belongs to the object whose method it is in."""
    return isinstance(node, ast.Name) and node.id == "self"


def test_nobody_else_assigns_what_a_connectors_limit_keeps() -> None:
    names = kept()
    assert {"standing", "running", "resend", "ledger"} <= names
    found = [
        f"{path.name}:{node.lineno} {node.attr}"
        for path in ROOT.rglob("*.py")
        if path != OWNER and "ConnectorLimit" in path.read_text()
        for node in assigned(ast.parse(path.read_text()))
        if node.attr in names and not is_own(node.value)
    ]
    assert found == []


def test_nobody_else_changes_its_parts() -> None:
    found = []
    for path in ROOT.rglob("*.py"):
        if path == OWNER:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            part = node.func.value
            if (
                isinstance(part, ast.Attribute)
                and part.attr in PARTS
                and not is_own(part.value)
                and callable(getattr(PARTS[part.attr], node.func.attr, None))
                and node.func.attr not in QUERIES
            ):
                found.append(f"{path.name}:{node.lineno} {part.attr}.{node.func.attr}")
    assert found == []
