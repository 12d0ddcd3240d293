"""Work that nobody waits for: sends, nightly checks, what a page would take too long over.

    work.py      @job: a function that can be done later; tried again with growing pauses, then marked failed
    schedule.py  @daily: what is done every day at a time; @watch: what looks every second whether there is work
    worker.py    ``houqin worker``: takes jobs one at a time; ``houqin serve`` starts one
    models.py    every job with its state and what became of it; who works
    jobs.py      what the house itself does every night
    pages.py     where the administrator sees what failed and lets it be done again

Jobs wait in the database itself (django-tasks with its database backend), so what is asked for in a transaction is asked for
exactly when it commits. A job may be done twice (its process may be killed after the work and before saying so) and must
bear that.
"""
