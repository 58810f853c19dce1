import { defineEntity, p } from '@mikro-orm/postgresql'
import { AccountSchema } from '../identity/account.entity.js'

/** A named resource allocated against a limit, deallocated when it is released. */
export const AllocationSchema = defineEntity({
  name: 'Allocation',
  tableName: 'allocation',
  properties: {
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id').primary(),
    feature: p.text().primary(),
    resourceId: p.text().primary(),
    allocatedAt: p.datetime(),
    releasedAt: p.datetime().nullable(),
  },
  indexes: [
    {
      name: 'allocation_held',
      expression: 'create index "allocation_held" on "allocation" ("account_id", "feature") where released_at is null',
    },
  ],
})
