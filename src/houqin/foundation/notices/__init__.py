"""Notices: what people are told when something waits for them, is late, has moved on or mentions them.

    occasions.py   what there is to tell, and when unless a person chooses otherwise
    telling.py     notify(): writes the notice and what is to be sent, in the transaction of the cause
    timing.py      quiet hours, days off, the time of the daily digest
    listening.py   what the book's new entries, late tasks, duties, mentions and failed jobs give to tell
    channels.py    how a message leaves: mail, robots of DingTalk, WeCom and Feishu
    jobs.py        reads the book, sends what is due, looks for what is late
    actions.py     addresses, robots, wishes

A live entry is told of after its commit by reading the book from where it was read last; entries of an import are past papers
and told of to nobody. Everybody sees their notices in the page; what is sent, where and when is each person's wish. What goes to a robot
says the kind of paper and its number, never a name or a free text: a group reads it, on somebody else's server.
"""
