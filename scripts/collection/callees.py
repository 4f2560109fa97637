"""What the calls of a Python file call, as far as its imports tell."""
import ast


def callees(text):
    """Yields (call node, dotted name or None). A name that no import binds stands for itself."""
    tree = ast.parse(text)
    imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                imported[alias.asname or alias.name.split('.')[0]] = alias.name if alias.asname else alias.name.split('.')[0]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                imported[alias.asname or alias.name] = f'{node.module}.{alias.name}'

    def dotted(node):
        if isinstance(node, ast.Name):
            return imported.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            inner = dotted(node.value)
            return None if inner is None else f'{inner}.{node.attr}'
        return None

    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)
