"""Logins: who may come in, by which ways, and how the first one is made.

The pages are in ``interfaces/web``; here is what stands behind them and behind every way in: the administrator's
actions about logins (:mod:`.actions`), what django-allauth asks of the house (:mod:`.adapters`), the ways in of other
houses (:mod:`.ways`), the lock after too many failures (:mod:`.locks`), one-time links (:mod:`.links`), and the setup
code that keeps a stranger on the network from founding the school (:mod:`.setup`).

A login is a Django user. It sees something only through the person it belongs to; whoever left the school is let in by
no way. Nobody signs up: the administrator makes a login for somebody on the list of people.
"""
