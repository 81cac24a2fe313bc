"""What is too long for memory while a form arrives: a file without a name, which vanishes with the process.

Django's own handler gives it one in the folder for temporary files; killed there, a process left it behind for ever
(`bin/manage drill --web`).
"""

from __future__ import annotations

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


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
