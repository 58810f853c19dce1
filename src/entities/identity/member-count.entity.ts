import { defineEntity, p } from '@mikro-orm/postgresql'
import { AccountSchema } from './account.entity.js'

/**
 * Member count of an account from a time on (business clock): features granted per seat count the highest number of a
 * period.
 */
export const MemberCountSchema = defineEntity({
  name: 'MemberCount',
  tableName: 'member_count',
  properties: {
    accountId: () => p.manyToOne(AccountSchema).mapToPk().fieldName('account_id').primary(),
    changedAt: p.datetime().primary(),
    members: p.integer(),
    /** The highest number at this very moment, when several came and went. */
    peak: p.integer(),
  },
  checks: [{ name: 'member_count_peak', expression: `members >= 0 and peak >= members` }],
})
