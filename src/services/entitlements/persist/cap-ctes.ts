import type { SpendCap } from '../model/account-snapshot.js'
import { defineCte, type StatementCte } from './statement-cte.js'

/** Table of a cap: those of members have their own, and those of the account in money. */
const tableOf = ({ currency, userId }: SpendCap): string =>
  userId !== null ? 'member_cap' : currency !== null ? 'money_cap' : 'spend_cap'

const ofTable = (caps: readonly SpendCap[], table: string): readonly SpendCap[] =>
  caps.length === 0 ? caps : caps.filter((cap) => tableOf(cap) === table)

/** Use of caps, and the levels that it reached: written for every account that has one. */
export const CAP_CTES: readonly StatementCte[] = [
  defineCte(
    'spent',
    (change) => ofTable(change.caps, 'spend_cap'),
    {
      id: ['text', (row) => row.id],
      period_start: ['timestamptz', (row) => row.periodStart],
      used: ['bigint', (row) => row.used],
    },
    ({ rows, account }) => `
      update spend_cap c set period_start = r.period_start, used = r.used from ${rows} where c.id = r.id and c.account_id = ${account}`,
  ),
  defineCte(
    'spent_money',
    (change) => ofTable(change.caps, 'money_cap'),
    {
      id: ['text', (row) => row.id],
      period_start: ['timestamptz', (row) => row.periodStart],
      used: ['bigint', (row) => row.used],
    },
    ({ rows, account }) => `
      update money_cap c set period_start = r.period_start, used_minor = r.used from ${rows} where c.id = r.id and c.account_id = ${account}`,
  ),
  defineCte(
    'spent_by_member',
    (change) => ofTable(change.caps, 'member_cap'),
    {
      id: ['text', (row) => row.id],
      period_start: ['timestamptz', (row) => row.periodStart],
      used: ['bigint', (row) => row.used],
      rounded_up: ['int', (row) => row.roundedUp],
    },
    ({ rows, account }) => `
      update member_cap c set period_start = r.period_start, used = r.used, rounded_up = r.rounded_up from ${rows} where c.id = r.id and c.account_id = ${account}`,
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
