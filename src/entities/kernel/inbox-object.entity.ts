import { defineEntity, p } from '@mikro-orm/postgresql'
import { leaseColumns } from '../lease-columns.js'
import type { RowOf } from '../row.js'
import { sqlIndex } from '../sql-index.js'

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
    ...leaseColumns(),
    /** It waits because its provider did not respond. The first good response of the provider wakes it. */
    unreachable: p.boolean().default(false),
  },
  indexes: [sqlIndex('inbox_object_pending', 'on "inbox_object" ("available_at") where pending')],
})

export type InboxObjectRow = RowOf<typeof InboxObjectSchema>
