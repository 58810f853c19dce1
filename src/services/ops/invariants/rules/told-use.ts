/** SQL condition: ledger entry `l` is the one from which view `ledger_usage_event` derives `usage.recorded`. */
export const isUsageEventEntry = (l: string): string =>
  `${l}.operation_no = 0 and ${l}.entry_no = 0 and ${l}.kind in ('CONSUME', 'RESERVE', 'RELEASE')`
