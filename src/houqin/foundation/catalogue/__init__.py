"""What can be counted: items, categories with the words people use for them, counter words, counting mode.

Words
    item        品目      a thing with a name, a specification and a counter word (燈管 T8 支)
    vocabulary  詞表      the categories of one kind of matter and the words that mean them (更換燈管 → lamp)
    counter     量詞      支, 只, 張, 頁, 套, 臺; per item, as the school says it
    counting    計數方式  次 (how often it was done) or 件 (how many pieces)

Entry kinds: catalogue.item_added, catalogue.word_added.
"""
