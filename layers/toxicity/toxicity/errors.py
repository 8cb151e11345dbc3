"""What can go wrong in scoring."""


class ModelError(Exception):
    """The model's files are missing, damaged or not what the manifest says, or it gave no usable score."""


class TextTooLongError(ModelError):
    """A text is longer than the scorer is willing to work through; nothing of it was scored."""
