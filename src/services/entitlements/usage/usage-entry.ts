/**
 * SQL condition: the entry counts as usage. Excludes `CONSUME` entries that a grant wrote to repay debt, because that
 * usage was counted earlier. Includes the debt of work that cost more than was available.
 */
export const isUsageEntry = (entry: string): string =>
  `(${entry}.kind = 'ADJUST' and ${entry}.source = 'OVERAGE' or ${entry}.kind = 'CONSUME' and not exists (select from ledger_entry given where given.account_id = ${entry}.account_id
    and given.version = ${entry}.version and given.operation_no = ${entry}.operation_no and given.entry_no = 0 and given.kind = 'GRANT'))`
