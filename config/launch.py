"""`python -m config.launch FOLDER COMMAND ...`: one management command, run in FOLDER, with servers (bin/manage)."""

import contextlib
import os
import secrets
import sys
from pathlib import Path

from config.embedded import attach
from config.servers import Refused, is_given

ROOT = Path(__file__).resolve().parent.parent


def complete_environment(**more: str) -> Path:
    """Make `os.environ` enough for a demo on this machine, with `more` where it is silent; the folder for all that is
    kept.

    Who gives SECRET_KEY, or a file with it, has an environment of their own (README -> Settings), and nothing is added
    to it.
    """
    var = Path(os.environ.setdefault("VAR_DIR", str(ROOT / "var")))
    var.mkdir(parents=True, exist_ok=True)
    if not is_given("SECRET_KEY"):
        os.environ.update({"DEBUG": "1", "EMAIL_URL": "consolemail://", **more, **os.environ})
        os.environ["SECRET_KEY"] = _secret_key(var / "secret-key")
    return var


def _secret_key(path: Path) -> str:
    """Made once, whole from its first moment: two first starts at once read the same one."""
    if not path.exists():
        new = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(new, path)
        new.unlink()
    return path.read_text()


def main() -> None:
    try:
        environment, servers = attach(complete_environment() / "servers")
    except (Refused, OSError) as error:
        sys.exit(str(error))
    for server in servers:
        os.set_inheritable(server.users.fileno(), True)  # the command holds the servers until it ends, however it ends
    os.chdir(sys.argv[1])
    os.execve(sys.executable, [sys.executable, str(ROOT / "manage.py"), *sys.argv[2:]], environment)  # noqa: S606


if __name__ == "__main__":
    main()
