"""The 實物台賬 as a view over the journal: one row per movement of an item at a store, with running balances.

A value line stands right behind the goods line it belongs to, between the same two accounts.
"""

LEDGER = """
SELECT m.id, m.entry, m.occurred_on, m.kind, m.voucher, m.reason, m.store_id, m.item_id,
       CASE WHEN m.into_store = m.sign THEN m.sign * m.quantity ELSE 0 END AS received,
       CASE WHEN m.into_store = m.sign THEN m.sign * m.value ELSE 0 END AS received_value,
       CASE WHEN m.into_store = m.sign THEN 0 ELSE m.sign * m.quantity END AS issued,
       CASE WHEN m.into_store = m.sign THEN 0 ELSE m.sign * m.value END AS issued_value,
       m.balance, m.balance_value,
       CASE WHEN m.balance > 0 THEN (2 * m.balance_value + m.balance) / (2 * m.balance) END AS price
FROM (
    SELECT l.*,
           CAST(SUM(l.into_store * l.quantity) OVER w AS bigint) AS balance,
           CAST(SUM(l.into_store * l.value) OVER w AS bigint) AS balance_value
    FROM (
        SELECT g.id, e.number AS entry, e.occurred_on, e.kind, e.document_number AS voucher, e.reason, e.sign,
               a.place_id AS store_id, i.id AS item_id, 1 AS into_store, g.position, g.quantity,
               COALESCE(v.quantity, 0) AS value
        FROM journal_account a
        JOIN journal_line g ON g.target_id = a.id
        JOIN journal_entry e ON e.number = g.entry_id
        JOIN catalogue_item i ON i.commodity_id = g.commodity_id
        LEFT JOIN journal_commodity c ON c.code = 'value:' || g.commodity_id
        LEFT JOIN journal_line v ON v.entry_id = g.entry_id AND v.position = g.position + 1 AND v.commodity_id = c.id
        WHERE a.role = 'store'
        UNION ALL
        SELECT g.id, e.number, e.occurred_on, e.kind, e.document_number, e.reason, e.sign,
               a.place_id, i.id, -1, g.position, g.quantity, COALESCE(v.quantity, 0)
        FROM journal_account a
        JOIN journal_line g ON g.source_id = a.id
        JOIN journal_entry e ON e.number = g.entry_id
        JOIN catalogue_item i ON i.commodity_id = g.commodity_id
        LEFT JOIN journal_commodity c ON c.code = 'value:' || g.commodity_id
        LEFT JOIN journal_line v ON v.entry_id = g.entry_id AND v.position = g.position + 1 AND v.commodity_id = c.id
        WHERE a.role = 'store'
    ) l
    WINDOW w AS (PARTITION BY l.store_id, l.item_id ORDER BY l.occurred_on, l.entry, l.position)
) m
"""
