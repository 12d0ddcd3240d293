"""Whatever was written is indexed within about a second where a worker runs."""

from houqin.foundation.jobs.schedule import watch

from .keeping import catch_up_in_passing


@watch("search")
def index_what_was_written() -> None:
    """Done here and now instead of asked for: a job for every repair somebody reports would fill the list of jobs."""
    catch_up_in_passing(seconds=0.5)
