import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'

/** Cause for which an automatic top-up stopped. It charges nothing until it is set again. */
export const TOP_UP_STOPS = [
  'DECLINED',
  'AUTHENTICATION_REQUIRED',
  'NO_PAYMENT_METHOD',
  'PRICE_CHANGED',
  'NOT_FOR_SALE',
  'REVERSED',
  'DISPUTED',
  'UNKNOWN_RESULT',
  'REQUEST_REJECTED',
] as const
export type TopUpStop = (typeof TOP_UP_STOPS)[number]

/** Terms of an automatic top-up: the pack that is bought each time a balance falls below a level. */
export const AutoTopUpSchema = defineEntity({
  name: 'AutoTopUp',
  tableName: 'auto_top_up',
  properties: {
    /** ID of the balance level that causes it. */
    id: p.text().primary(),
    accountId: ownerKey,
    feature: p.text(),
    package: p.text(),
    quantity: p.integer(),
    /** Price of one top-up that the account agreed to. No top-up costs more. */
    amountMinor: p.bigint('number'),
    currency: p.text(),
    /** Most top-ups of the feature in a calendar month (UTC). */
    maxPerMonth: p.integer(),
    createdBy: p.text(),
    since: p.datetime(),
    endedAt: p.datetime().nullable(),
    stoppedAt: p.datetime().nullable(),
    stopReason: p.text().$type<TopUpStop>().nullable(),
  },
  checks: [
    { name: 'auto_top_up_amounts', expression: `amount_minor > 0 and quantity > 0 and max_per_month > 0` },
    { name: 'auto_top_up_stop_reason', expression: `stop_reason in ('${TOP_UP_STOPS.join(`', '`)}')` },
  ],
  indexes: [
    {
      name: 'auto_top_up_live',
      expression:
        'create unique index "auto_top_up_live" on "auto_top_up" ("account_id", "feature") where ended_at is null',
    },
  ],
})

export type AutoTopUpRow = RowOf<typeof AutoTopUpSchema>
