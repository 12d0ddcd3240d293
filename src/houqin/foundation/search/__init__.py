"""Search: one index over everything the office keeps, the same on both databases.

What is found is what the registers show: papers, people, places, things. 維修, 维修, ``wx``, ``weixiu`` and any part of a
word find the same rows. Identity numbers and telephones are not in the index at all, and nobody is shown a row no
register would show them.

    words     what a text and a question are cut into
    sources   which rows of which registers are searched, and what they say
    keeping   rows are marked in the transaction that writes them and indexed soon after; `houqin reindex` does all anew
    finding   hits, ranked, and only those this person may read
"""
