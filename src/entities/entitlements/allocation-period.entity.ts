import { defineEntity, p } from '@mikro-orm/postgresql'
import { AccountSchema } from '../identity/account.entity.js'

/** An earlier period in which a resource was allocated, written when it is allocated again. */
export const AllocationPeriodSchema = defineEntity({
  name: 'AllocationPeriod',
  tableName: 'allocation_period',
  properties: {
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id').primary(),
    feature: p.text().primary(),
    resourceId: p.text().primary(),
    allocatedAt: p.datetime().primary(),
    releasedAt: p.datetime(),
  },
})
