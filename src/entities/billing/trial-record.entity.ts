import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'

/**
 * A trial of a plan that an account has started, or can start with an open checkout. Person, address and payment method
 * are stored as hashes, which can be compared but not read.
 */
export const TrialRecordSchema = defineEntity({
  name: 'TrialRecord',
  tableName: 'trial_record',
  properties: {
    accountId: ownerKey,
    planId: p.text().primary(),
    personKey: p.text().nullable(),
    emailKey: p.text().nullable(),
    /** Hash of the payment method's fingerprint. Null if the provider gives none. */
    cardKey: p.text().nullable(),
    /** Start of the trial (business clock). Null while only a checkout offers it. */
    beganAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'trial_record_plan', properties: ['planId'] }],
})
