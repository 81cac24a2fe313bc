"""Rows of a list whose columns the reader chooses.

{% rows page.object_list %}<tr>{% column "date" %}<td>{{ row.date }}</td>{% endcolumn %} …</tr>{% endrows %}

Which columns are drawn is asked once a table (of `show`, see `pages.columns`), not once a cell: fifty rows cost what
they cost without a choice (an `if` around each cell made them a quarter dearer).
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class ColumnNode(Node):
    """The cell of one column. It is never drawn by itself."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist


class RowsNode(Node):
    def __init__(self, rows: FilterExpression, nodelist: NodeList) -> None:
        self.rows = rows
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        show, drawn = context["show"], []
        for node in self.nodelist:
            if not isinstance(node, ColumnNode):
                drawn.append(node)
            elif show[node.name]:
                drawn.extend(node.nodelist)
        found: list[Any] = []
        with context.push():
            for row in self.rows.resolve(context):
                context["row"] = row
                found += [node.render_annotated(context) for node in drawn]
        return mark_safe("".join(found))  # noqa: S308 - each node has escaped what it draws


@register.tag("rows")
def rows(parser: Parser, token: Token) -> RowsNode:
    """Draw what is inside for each of the rows, under the name `row`."""
    _tag, given = token.split_contents()
    nodelist = parser.parse(("endrows",))
    parser.delete_first_token()
    return RowsNode(parser.compile_filter(given), nodelist)


@register.tag("column")
def column(parser: Parser, token: Token) -> ColumnNode:
    """The cell of a column, inside `rows`."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endcolumn",))
    parser.delete_first_token()
    return ColumnNode(name.strip("\"'"), nodelist)
