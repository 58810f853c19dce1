import { defineEntity, p } from '@mikro-orm/postgresql'
import { AccountSchema } from '../identity/account.entity.js'

/** When a resource was counted before it was given back and allocated again: written then, from the row that begins anew. */
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
