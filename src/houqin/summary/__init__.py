"""The summary 工作總結: the half year in the office's own headings, every figure open to the rows behind it.

Words
    plan         體例      a kind of summary as data: headings, framing sentences, which chapters go where
    composition  成文      the text of a period: sections, paragraphs, runs; a run is words or a figure that knows its name
    gap          待補      a figure without data: printed 〔待補：…〕, and no signature until it is filled
    hand number  手填數    a number somebody typed: marked until a record or a second person vouches for it
    fair copy    定稿      what was signed: text, values and head of the chain, frozen
    correction   更正      a figure of a fair copy that reads differently now, with the entries that made it so

Domains say what they have to say in clauses and problems (:mod:`houqin.foundation.journal.sentences`); nothing here
counts anything itself.

Entry kinds: summary.target_set, .drafted, .edited, .vouched, .submitted, .returned, .discarded, .frozen.
"""
