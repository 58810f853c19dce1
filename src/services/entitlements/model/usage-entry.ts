/**
 * SQL condition: the entry counts as usage. Includes the debt of work that cost more than was available, and units that an
 * amendment returned. Excludes `CONSUME` entries that repay debt, which the next entry enters: that usage was counted earlier.
 * @param areFew few entries of the ledger are read, so that the next one of each is found by its key. Otherwise the planner may read all of them.
 */
export const isUsageEntry = (entry: string, areFew = false): string =>
  `(${entry}.kind = 'ADJUST' and (${entry}.source = 'OVERAGE' or ${entry}.grant_id is not null or ${entry}.window_end is not null)
    or ${entry}.kind = 'CONSUME' and not exists (select from ledger_entry paid where paid.account_id = ${entry}.account_id
      and paid.version = ${entry}.version and paid.operation_no = ${entry}.operation_no and paid.entry_no = ${entry}.entry_no + 1
      and paid.kind = 'ADJUST' and paid.grant_id is null and paid.window_end is null and paid.amount = -${entry}.amount and paid.amount > 0
      ${areFew ? 'offset 0' : ''}))`
