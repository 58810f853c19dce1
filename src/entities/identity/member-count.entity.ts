import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'

/**
 * Member count of an account from a time on (business clock): features granted per seat count the highest number of a
 * period.
 */
export const MemberCountSchema = defineEntity({
  name: 'MemberCount',
  tableName: 'member_count',
  properties: {
    accountId: ownerKey,
    changedAt: p.datetime().primary(),
    members: p.integer(),
    /** The highest number at this very moment, when several came and went. */
    peak: p.integer(),
  },
  checks: [{ name: 'member_count_peak', expression: `members >= 0 and peak >= members` }],
})
