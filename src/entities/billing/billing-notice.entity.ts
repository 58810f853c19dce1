import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'

/** Kinds of billing notices. */
export type NoticeKind =
  | 'PAYMENT_FAILED'
  | 'PAYMENT_ACTION_REQUIRED'
  | 'TRIAL_ENDING'
  | 'ACCESS_ENDED'
  | 'PAYMENT_RECOVERED'
  | 'PAUSED'
  | 'RESUMED'
  | 'PLAN_CHANGED'

/** A billing notice that was sent once: the key identifies its cause. */
export const BillingNoticeSchema = defineEntity({
  name: 'BillingNotice',
  tableName: 'billing_notice',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    subscriptionId: p.text(),
    kind: p.text().$type<NoticeKind>(),
    /** The cause, as the invoice and its attempt: `in_1…:2`. */
    key: p.text(),
    at: p.datetime(),
  },
  uniques: [{ name: 'billing_notice_once', properties: ['subscriptionId', 'kind', 'key', 'accountId'] }],
  indexes: [{ name: 'billing_notice_account', properties: ['accountId'] }],
})

export type BillingNoticeRow = RowOf<typeof BillingNoticeSchema>
