"""The gate 門衛: who comes in and goes out, pupils on a leave slip, vehicles, things carried out (domain reference G01–G04).

Words
    visit          來訪      somebody from outside, from entry to signing out (登記、簽字、消號)
    host           受訪人    who is visited and must agree before anybody comes in
    pass           訪客證    the number lent at entry; nobody else bears it while it is out
    leave slip     離校單    a pupil may leave during lessons: parent reached, class teacher signs, guard lets out, once
    ban            謝絕名單  who may not come in
    goods pass     出門單    what is carried out, and who allowed it

Accounts
    none: nothing of the school changes hands at the gate; a goods pass only lets through what other domains moved.

Entry kinds
    gate.entered            category: purpose (parent, delivery, repair, …); measure visitors
    gate.left               because of gate.entered; measure minutes stayed
    gate.refused            somebody was not let in
    gate.day_closed         measure inside: how many were not signed out that day
    gate.identities_purged  measure visits whose identity and telephone were removed
    gate.banned, gate.unbanned
    gate.slip_applied, gate.parent_contacted
    gate.slip_issued        the class teacher signed; category: reason (illness, family, …); measure unsigned where a past
                            paper bears no signature
    gate.slip_released      measure return_due (day as ordinal) where the pupil is to come back
    gate.slip_returned      measure late where he came after the stated time
    gate.slip_closed, gate.slip_cancelled
    gate.vehicle_entered, gate.vehicle_left
    gate.goods_requested, gate.goods_approved, gate.goods_released

Personal data: of an identity number only the last four places are kept for the eye and a keyed digest for the list of
the banned; both and the telephone are purged after ``gate.identity_days``. No name of a visitor or pupil reaches the
journal or a task.
"""
