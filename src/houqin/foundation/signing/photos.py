"""Photos sent with a form: several at once, each checked for being one before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from .attachments import LARGEST, MEGABYTE, PHOTO_SUFFIXES

# What a phone is asked for; it turns its own formats into these.
ACCEPT_PHOTOS = "image/jpeg,image/png,image/webp"


class PhotosWidget(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to ``most`` photos → a list of uploads, empty where none was taken."""

    widget = PhotosWidget

    def __init__(self, *, most: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(uploads) > self.most:
            raise forms.ValidationError(_("最多 %(most)d 張照片。") % {"most": self.most})
        return [photo(super(PhotosField, self).clean(one)) for one in uploads]


def photo(upload: Any) -> Any:
    """The upload, where its name and size are those of a photo; what is in it :func:`.attachments.keep` looks at."""
    if Path(str(upload.name)).suffix.lower() not in PHOTO_SUFFIXES:
        raise forms.ValidationError(_("「%(name)s」不是照片。請拍照，或選 JPG、PNG。") % {"name": upload.name})
    if upload.size > LARGEST:
        raise forms.ValidationError(
            _("照片有 %(size)d MB，最多 %(most)d MB。請用較小的尺寸再拍一張。")
            % {"size": upload.size // MEGABYTE, "most": LARGEST // MEGABYTE}
        )
    return upload
