"""Safety 安全管理: inspections, hazards, responsibility letters, education, drills, plans and the squad.

Words
    inspection  安全檢查    one look at a place by a checklist; both the inspector and the head of the place sign
    sweep       大排查      an inspection of the whole school
    hazard      隱患        something found that can hurt; it stays in the book until a second person closes it
    letter      安全責任書  what a person promised to answer for, in so many copies
    session     安全教育    one lesson, talk, broadcast or blackboard on a topic
    drill       應急演練    everybody out, counted and timed
    plan, squad 預案, 小分隊  what is to be done in an emergency, and by whom

Accounts: none, nothing of value moves here.

Entry kinds (category; measures)
    safety.inspected         kind of check (sweep, routine, food …); failed = 1 where something was not in order
    safety.inspection_countersigned
    safety.hazard_found      kind of hazard; due = the deadline as an ordinal day
    safety.hazard_graded, safety.hazard_protected, safety.hazard_reported
    safety.hazard_assigned   due, where the finding had no deadline yet
    safety.hazard_rectified  cost in 分
    safety.hazard_accepted, safety.hazard_rejected, safety.hazard_rechecked, safety.hazard_closed
    safety.hazard_amended    a past paper came again with more filled in
    safety.letter_signed     kind of letter; copies
    safety.education_held    topic; pupils, minutes
    safety.topic_taught      a further topic of the same session
    safety.drill_held        kind of drill; pupils, seconds
    safety.plan_issued, safety.squad_named

Rules: SA01, SA03-1…6, SA06-1…4 and SOD-7 of the domain reference, chapter 7 and §1.2.
"""
