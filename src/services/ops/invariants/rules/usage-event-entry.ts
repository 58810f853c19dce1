/** SQL condition: the ledger entry is the one from which view `ledger_usage_event` derives `usage.recorded`. */
export const isUsageEventEntry = (entry: string): string =>
  `${entry}.operation_no = 0 and ${entry}.entry_no = 0 and ${entry}.kind in ('CONSUME', 'RESERVE', 'RELEASE')`
