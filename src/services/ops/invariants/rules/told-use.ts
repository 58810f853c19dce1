/** Whether an entry `l` of the ledger tells the use of its version when no event is written down; read all at once, as the view does one by one. */
export const isUsageEventEntry = (l: string): string =>
  `${l}.op = 0 and ${l}.ord = 0 and ${l}.kind in ('CONSUME', 'RESERVE', 'RELEASE')`
