import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** An export or the deletion of an account: a long-running job with visible progress. At most one deletion is open. */
export const AccountJobSchema = defineEntity({
  name: 'AccountJob',
  tableName: 'account_job',
  properties: {
    id: p.text().primary(),
    accountId: p.text().primary(),
    kind: p.text().$type<'EXPORT' | 'DELETION'>(),
    state: p.text().$type<'SCHEDULED' | 'RUNNING' | 'COMPLETED' | 'CANCELED'>().default('SCHEDULED'),
    /** Of a hundred. */
    progress: p.integer().default(0),
    requestedBy: p.text(),
    /** Business time of the request and of the completion. */
    createdAt: p.datetime(),
    runAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
    /** Why it waits, when it does. */
    blockedReason: p.text().nullable(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'account_job_kind', expression: `kind in ('EXPORT', 'DELETION')` },
    { name: 'account_job_state', expression: `state in ('SCHEDULED', 'RUNNING', 'COMPLETED', 'CANCELED')` },
  ],
  indexes: [
    { name: 'account_job_account', properties: ['accountId', 'id'] },
    {
      name: 'account_job_one_deletion',
      expression: `create unique index "account_job_one_deletion" on "account_job" ("account_id") where kind = 'DELETION' and state in ('SCHEDULED', 'RUNNING')`,
    },
  ],
})

export type AccountJobRow = RowOf<typeof AccountJobSchema>
