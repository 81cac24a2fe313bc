"""How files arrive with a form: not from strangers, not too much at once, and without a name.

What is too long for memory is a file without a name, which vanishes with the process. Django's own handler gives it one
in the folder for temporary files; killed there, a process left it behind for ever (`bin/manage drill --web`).
"""

from __future__ import annotations

import tempfile
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

MOST = 2  # times MAX_UPLOAD_MB, all of a request: of a file that is a little too large its form still says so


class DoorkeepingUploadHandler(FileUploadHandler):
    """Stands before the others, which keep what it lets through; asked when somebody first reads `request.POST`."""

    def handle_raw_input(self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any) -> None:  # noqa: N803 - Django's name
        """Raises RequestDataTooBig (400) before anything is read. More than it announces no request brings."""
        if content_length > MOST * settings.MAX_UPLOAD_MB * 2**20:
            raise RequestDataTooBig(f"{content_length} bytes are more than is taken in one request.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Raises SkipFile for strangers: none of their forms has files. The rest of the form is read as ever."""
        if not self.request or not self.request.user.is_authenticated:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next one has it."""


class NamelessFileUploadHandler(FileUploadHandler):
    """Stands in for TemporaryFileUploadHandler: behind that for memory, which takes what is short."""

    file: UploadedFile[Any]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        nameless = tempfile.TemporaryFile()  # noqa: SIM115 - the request closes it
        told = (self.content_type, 0, self.charset, self.content_type_extra)
        self.file = UploadedFile(nameless, self.file_name, *told)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
