/**
 * Of ledger entries, those that are use, as a condition in SQL. What a grant paid of debt is entered as consumed behind it, in the same
 * operation; it was used before, when the credits that were taken back since paid for it, and counts only there.
 */
export const isUsageEntry = (entry: string): string =>
  `${entry}.kind = 'CONSUME' and not exists (select from ledger_entry given where given.account_id = ${entry}.account_id
    and given.version = ${entry}.version and given.op = ${entry}.op and given.ord = 0 and given.kind = 'GRANT')`
