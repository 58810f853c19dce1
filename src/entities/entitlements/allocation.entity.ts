import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'
import { sqlIndex } from '../sql-index.js'

/** A named resource allocated against a limit, deallocated when it is released. */
export const AllocationSchema = defineEntity({
  name: 'Allocation',
  tableName: 'allocation',
  properties: {
    accountId: ownerKey,
    feature: p.text().primary(),
    resourceId: p.text().primary(),
    allocatedAt: p.datetime(),
    releasedAt: p.datetime().nullable(),
  },
  indexes: [sqlIndex('allocation_held', 'on "allocation" ("account_id", "feature") where released_at is null')],
})
