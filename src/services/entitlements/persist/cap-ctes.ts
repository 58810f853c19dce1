import { defineCte, type StatementCte } from './statement-cte.js'

/** Use of caps, and the levels that it reached: written for every account that has one. */
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
  defineCte(
    'alerted',
    (change) => change.alerts,
    {
      cap_id: ['text', (row) => row.capId],
      period_start: ['timestamptz', (row) => row.periodStart],
      percent: ['int', (row) => row.percent],
      used: ['bigint', (row) => row.used],
      at: ['timestamptz', (_row, change) => change.at],
    },
    ({ rows, account }) => `
      insert into spend_cap_alert (account_id, cap_id, period_start, percent, used, at)
      select ${account}, r.cap_id, r.period_start, r.percent, r.used, r.at from ${rows} on conflict do nothing`,
  ),
]
