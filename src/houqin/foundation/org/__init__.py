"""The school and its people: school, units, classes, people, roles with scope and dates, suppliers and donors, parameters.

Words
    person      人員      a human; signs, keeps, reports. Not a login
    user        帳號      a login; belongs to one person
    role        崗位      what a person may do, where (scope) and from when to when
    unit        部門      an office or group of the school
    class       班級      pupils with a class teacher in one school year
    party       往來單位  a supplier, contractor or donor
    parameter   參數      a value that varies by place or changes by law, with its effective date and source

Entry kinds: org.person_added, org.person_changed, org.role_given, org.role_ended, org.place_added, org.class_added,
org.unit_added, org.party_added, org.parameter_set, org.pair_allowed (measure not_separated).
"""
