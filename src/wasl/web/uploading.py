"""Files that browsers send: bounded while they come in, before anything of them is kept."""

from __future__ import annotations

from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from wasl.intake.uploads import MOST_BYTES

# A few files at once, each up to the limit of one.
MOST_REQUEST_BYTES = 2 * MOST_BYTES
TOO_LARGE = "wasl_upload_too_large"


class LimitedUpload(FileUploadHandler):
    """Stands before Django's handlers and lets nothing through that is too large; the form around it still comes."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._taken = 0
        self._refused = False

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse at once what says that it is too large."""
        if content_length > MOST_REQUEST_BYTES:
            self._refuse()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, unless the request is refused already."""
        super().new_file(*args, **kwargs)
        if self._refused:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a piece on, as long as all together is not too large."""
        self._taken += len(raw_data)
        if start + len(raw_data) > MOST_BYTES or self._taken > MOST_REQUEST_BYTES:
            self._refuse()
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""

    def _refuse(self) -> None:
        self._refused = True
        if self.request is not None:
            self.request.META[TOO_LARGE] = "1"


def is_too_large(request: HttpRequest) -> bool:
    """Tell whether a file of this request was left out for its size."""
    return TOO_LARGE in request.META
