import { defineCte, type StatementCte } from './statement-cte.js'

/** Use of caps: written for every account that has one. */
export const CAP_CTES: readonly StatementCte[] = [
  defineCte(
    'spent',
    (change) => change.caps,
    {
      id: ['text', (row) => row.id],
      period_start: ['timestamptz', (row) => row.periodStart],
      used: ['bigint', (row) => row.used],
      rounded_up: ['int', (row) => row.roundedUp],
    },
    ({ rows, account }) => `
      update spend_cap c set period_start = r.period_start, used = r.used, rounded_up = r.rounded_up from ${rows} where c.id = r.id and c.account_id = ${account}`,
  ),
]
