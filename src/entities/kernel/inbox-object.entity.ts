import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'

/** The unit of inbox work: a provider's object that has open events. Claiming it makes work serial per object. */
export const InboxObjectSchema = defineEntity({
  name: 'InboxObject',
  tableName: 'inbox_object',
  properties: {
    provider: p.text().primary(),
    objectKey: p.text().primary(),
    pending: p.boolean().default(true),
    /** Incremented by every new event, so that an event that arrives during the work is not lost. */
    generation: p.bigint('number').default(1),
    attempts: p.integer().default(0),
    availableAt: p.datetime().defaultRaw('now()'),
    leaseToken: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
    /** It waits because its provider did not respond. The first good response of the provider wakes it. */
    unreachable: p.boolean().default(false),
  },
  indexes: [
    {
      name: 'inbox_object_pending',
      expression: 'create index "inbox_object_pending" on "inbox_object" ("available_at") where pending',
    },
  ],
})

export type InboxObjectRow = RowOf<typeof InboxObjectSchema>
