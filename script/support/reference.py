"""The pages of docs/reference, which the code writes."""

from collections.abc import Callable

from support.commands_reference import commands_page
from support.python_reference import notebook_page, provider_page
from support.settings_reference import settings_page

#: Path in the project -> what the page says now. Each raises ValueError for a public name that is not documented.
PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/settings.md": settings_page,
    "docs/reference/commands.md": commands_page,
    "docs/reference/python.md": notebook_page,
    "docs/reference/provider.md": provider_page,
}
