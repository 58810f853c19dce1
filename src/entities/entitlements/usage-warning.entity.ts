import { defineEntity, p } from '@mikro-orm/postgresql'
import { ownerKey } from '../owner-key.js'

/** A usage warning that was sent: once per threshold and period, even if usage falls and rises again. */
export const UsageWarningSchema = defineEntity({
  name: 'UsageWarning',
  tableName: 'usage_warning',
  properties: {
    accountId: ownerKey,
    feature: p.text().primary(),
    /** When the period began: the calendar month, the billing period, or a stretch as long as the sliding window. */
    period: p.datetime().primary(),
    /** Percent. */
    threshold: p.integer().primary(),
    warnedAt: p.datetime(),
  },
})
