import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'

/** An earlier period in which a resource was allocated, written when it is allocated again. */
export const AllocationPeriodSchema = defineEntity({
  name: 'AllocationPeriod',
  tableName: 'allocation_period',
  properties: {
    accountId: ownerKey,
    feature: p.text().primary(),
    resourceId: p.text().primary(),
    allocatedAt: p.datetime().primary(),
    releasedAt: p.datetime(),
  },
})
