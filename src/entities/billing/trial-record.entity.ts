import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { AccountSchema } from '../identity/account.entity.js'

/**
 * A trial of a plan that an account has begun, or may begin with an open checkout. Person, address and payment method are hashes: they can
 * be compared, and do not say who it was.
 */
export const TrialRecordSchema = defineEntity({
  name: 'TrialRecord',
  tableName: 'trial_record',
  properties: {
    accountId: () => p.manyToOne(AccountSchema).mapToPk().primary().fieldName('account_id'),
    planId: p.text().primary(),
    personKey: p.text().nullable(),
    emailKey: p.text().nullable(),
    /** The fingerprint of the payment method, where the provider gives one. */
    cardKey: p.text().nullable(),
    /** When it began (business clock); null while only a checkout offers it. */
    beganAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'trial_record_plan', properties: ['planId'] }],
})

export type TrialRecordRow = RowOf<typeof TrialRecordSchema>
