"""Documents and what is signed on them: routes, signatures, tasks, attachments, numbering.

Words
    document    單據      a paper with a number and a state: a repair, a slip, a voucher
    route       流程      which state may follow which, by which action, who signs
    signature   簽章      a frozen row: who, as what, at which step, when, over what was on the paper
    task        待辦      what somebody must do next with a document
    attachment  附件      a photo or a file, kept by its SHA-256
    stamp       簽章圖    a person's own signature or name stamp, kept to sign with one tap
    comment     留言      what somebody said about a paper; it may mention others (@王保管)
"""
