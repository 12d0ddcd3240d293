"""Time as the school lives it: school years, terms, holidays, report periods; and duties, which come round.

Words
    term            學期      spring or autumn, with free dates
    report period   報告期間  what a summary is about (上半年); never derived from the fiscal year
    fiscal year     會計年度  1 January to 31 December, for money
    duty            職責      something that must be done again and again, by whom, and the action that fulfils it

Entry kinds: calendar.term_added, calendar.period_added, calendar.duty_added, calendar.duty_ended,
calendar.duties_installed (the duties that domains declare in their duties.py, see defaults.py).
"""
