"""How the house says no."""


class Refused(Exception):
    """The thing asked cannot be done; carries a sentence for the person asking, and what to do next.

    ``field`` names the form field the sentence is about, where there is one.
    """

    def __init__(self, sentence: object, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


class Denied(Refused):
    """This person may not do this. The sentence says who may."""
