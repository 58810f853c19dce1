import { defineEntity, p } from '@mikro-orm/postgresql'

/** A difference that an operator accepted: the same difference is not named again. */
export const AcceptedDriftSchema = defineEntity({
  name: 'AcceptedDrift',
  tableName: 'accepted_drift',
  properties: {
    provider: p.text().primary(),
    kind: p.text().primary(),
    object: p.text().primary(),
    /** Hash of what the provider said. */
    fingerprint: p.text().primary(),
    acceptedBy: p.text(),
    reason: p.text(),
    acceptedAt: p.datetime(),
    /** The difference is named again after this time (business clock); null: never. */
    acceptedUntil: p.datetime().nullable(),
  },
})
