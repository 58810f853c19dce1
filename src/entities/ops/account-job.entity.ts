import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** An export or the deletion of an account: work that takes its time, and that people watch. One deletion is open at a time. */
export const AccountJobSchema = defineEntity({
  name: 'AccountTask',
  tableName: 'account_task',
  properties: {
    id: p.text().primary(),
    accountId: p.text(),
    kind: p.text().$type<'EXPORT' | 'DELETION'>(),
    state: p.text().$type<'PLANNED' | 'RUNNING' | 'DONE' | 'UNDONE'>().default('PLANNED'),
    /** Of a hundred. */
    progress: p.integer().default(0),
    requestedBy: p.text(),
    /** Business time, of the wish and of when it is done. */
    createdAt: p.datetime(),
    dueAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
    /** Why it waits, when it does. */
    why: p.text().nullable(),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'account_task_kind', expression: `kind in ('EXPORT', 'DELETION')` },
    { name: 'account_task_state', expression: `state in ('PLANNED', 'RUNNING', 'DONE', 'UNDONE')` },
  ],
  indexes: [
    { name: 'account_task_account', properties: ['accountId', 'id'] },
    {
      name: 'account_task_one_deletion',
      expression: `create unique index "account_task_one_deletion" on "account_task" ("account_id") where kind = 'DELETION' and state in ('PLANNED', 'RUNNING')`,
    },
  ],
})

export type AccountJobRow = RowOf<typeof AccountJobSchema>
