"""Filling in a Word template that an office wrote, safely: placeholders, loops and conditions, and nothing else.

The values are plain texts and lists; the environment is a sandbox without arithmetic, without functions, with a handful
of filters, and with loops at most two deep, so that no template can reach into the program or run for ever.
"""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from agreements.drafts.facts import PARTS, PLACEHOLDERS, sample

FILTERS = ("upper", "lower", "title", "capitalize", "trim", "default", "join", "first", "last", "length", "e", "escape")
FORBIDDEN = (
    nodes.Macro, nodes.CallBlock, nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block, nodes.Call,
    nodes.Mul, nodes.Pow, nodes.Mod, nodes.Div, nodes.FloorDiv, nodes.Concat, nodes.FilterBlock, nodes.Slice,
)  # fmt: skip
DEEPEST = 2


class Environment(SandboxedEnvironment):
    """What a template of an office may do."""

    allowed: ClassVar[tuple[str, ...]] = FILTERS

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in self.allowed}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        for node in parsed.find_all(FORBIDDEN):
            raise TemplateSyntaxError(_("only placeholders, loops and conditions are allowed"), node.lineno)
        _check_depth(parsed, 0)
        return parsed


def fill_in(template: bytes, facts: dict[str, Any]) -> bytes:
    """The Word file with the facts. Raises ValidationError that says which placeholder is wrong."""
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.render(facts, jinja_env=Environment(), autoescape=True)
        target = io.BytesIO()
        document.save(target)
    except TemplateError as error:
        raise ValidationError(_why(error), "template") from None
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, SyntaxError) as error:
        words = {"why": type(error).__name__}
        raise ValidationError(
            _("The Word file cannot be filled in (%(why)s). Save it again in Word."), "word", words
        ) from None
    return target.getvalue()


def check_template(template: bytes) -> None:
    """Try a template out. Raises ValidationError with all unknown placeholders, or with the first other fault."""
    known = {*PLACEHOLDERS, *PARTS}
    try:
        document = DocxTemplate(io.BytesIO(template))
        used = document.get_undeclared_template_variables(Environment())
    except TemplateError as error:
        raise ValidationError(_why(error), "template") from None
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, SyntaxError):
        raise ValidationError(
            _("This is no Word file that can be read. Save it as .docx and try again."), "word"
        ) from None
    unknown = sorted(used - known)
    if unknown:
        raise ValidationError([_unknown(name, known) for name in unknown])
    if not used:
        raise ValidationError(_("There is no placeholder in it: every draft would be the same. Write {{ tentang }}."))
    fill_in(template, sample())


def _unknown(name: str, known: set[str]) -> ValidationError:
    near = difflib.get_close_matches(name, known, 1)
    words = {"name": name, "near": near[0] if near else ""}
    if near:
        return ValidationError(_("{{ %(name)s }} is no placeholder. Did you mean {{ %(near)s }}?"), "unknown", words)
    return ValidationError(_("{{ %(name)s }} is no placeholder. See the list below."), "unknown", words)


def _why(error: TemplateError) -> str:
    """The fault in words, with the line of the text where it is known."""
    if isinstance(error, UndefinedError):
        found = re.search(r"attribute '(\w+)'|'(\w+)' is undefined", error.message or "")
        return _("“%(name)s” is no part of what this loop goes through, or is misspelt.") % {
            "name": found[1] or found[2] if found else error.message
        }
    if isinstance(error, SecurityError):
        return _("The template asks for something that templates may not do.")
    near = " ".join(_near(error))
    words = {"why": error.message or type(error).__name__, "near": near}
    return (_("%(why)s, near “%(near)s”.") if near else _("%(why)s.")) % words


def _near(error: TemplateError) -> Iterator[str]:
    """The texts around the fault that carry a placeholder."""
    for line in getattr(error, "docx_context", ()):
        text = re.sub(r"\s+", " ", line).strip()
        if "{%" in text or "{{" in text:
            yield text[:80]


def _check_depth(node: nodes.Node, depth: int) -> None:
    for child in node.iter_child_nodes():
        deeper = depth + isinstance(child, nodes.For)
        if deeper > DEEPEST:
            raise TemplateSyntaxError(_("loops may lie at most two deep"), child.lineno)
        _check_depth(child, deeper)
