import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { PriceSchema } from '../catalog/price.entity.js'
import type { StoredInvoiceTerms } from '../identity/account.entity.js'
import type { CheckoutStatus } from './checkout-state.js'
import { ownerKey } from '../owner-key.js'

/** Decision of an operator about a quarantined checkout. */
export type CheckoutResolution = 'RELEASED' | 'REFUNDED'

/** One attempt to pay: what is bought for how much, decided here and never by the client. */
export const CheckoutSchema = defineEntity({
  name: 'Checkout',
  tableName: 'checkout',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>(),
    status: p.text().$type<CheckoutStatus>(),
    /** Plans of one group exclude each other, so do their open checkouts. */
    groupCode: p.text().nullable(),
    /** Identity of the offer: price, quantity, trial. `replaced` while another offer takes its place. */
    offer: p.text(),
    productId: p.text(),
    /** The terms that are sold, of a plan or of a package. */
    planVersionId: p.text().nullable(),
    packageVersionId: p.text().nullable(),
    priceId: () => p.manyToOne(PriceSchema).mapToPk().fieldName('price_id'),
    quantity: p.integer().default(1),
    amountMinor: p.bigint('number'),
    currency: p.text(),
    trialDays: p.integer().default(0),
    /** When what recurs begins, because another provider's period ends then; null: when it is paid. */
    startsAt: p.datetime().nullable(),
    /** Terms of a plan that is paid by invoice. Null: the buyer pays on a page. */
    invoiceTerms: p.json().$type<StoredInvoiceTerms>().nullable(),
    /** The promotion code that was given, and the provider's id of it. */
    promotionCode: p.text().nullable(),
    promotionId: p.text().nullable(),
    /** The payment challenge that a program answered. Null: the buyer pays on a page. The token that it gave is sealed until it is charged. */
    challengeId: p.text().nullable(),
    grantedToken: p.text().nullable(),
    /** ID of the originating request; its events carry it. */
    requestId: p.text().nullable(),
    sessionId: p.text().nullable(),
    url: p.text().nullable(),
    successUrl: p.text(),
    cancelUrl: p.text(),
    statusReason: p.text().nullable(),
    /** Null: none; a quarantined checkout waits for it. */
    resolution: p.text().$type<CheckoutResolution>().nullable(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
    completedAt: p.datetime().nullable(),
    /** Machine time of the latest call that requested it: an earlier call does not replace it. */
    requestedAt: p.datetime().defaultRaw('now()'),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'checkout_status',
      expression: `status in ('CREATING', 'OPEN', 'PROCESSING', 'COMPLETED', 'EXPIRED', 'FAILED', 'CANCELLED', 'QUARANTINED')`,
    },
    { name: 'checkout_resolution', expression: `resolution in ('RELEASED', 'REFUNDED')` },
    { name: 'checkout_amount', expression: 'amount_minor >= 0 and quantity > 0' },
  ],
  uniques: [{ name: 'checkout_session', properties: ['provider', 'sessionId', 'accountId'] }],
  indexes: [
    { name: 'checkout_account', properties: ['accountId'] },
    {
      name: 'checkout_challenge',
      expression: `create unique index "checkout_challenge" on "checkout" ("account_id", "challenge_id") where challenge_id is not null and status not in ('FAILED', 'EXPIRED', 'CANCELLED')`,
    },
    { name: 'checkout_at', properties: ['createdAt'] },
    { name: 'checkout_status_id', properties: ['status', 'id'] },
    {
      name: 'checkout_one_open',
      expression: `create unique index "checkout_one_open" on "checkout" ("account_id", "group_code") where status in ('CREATING', 'OPEN', 'PROCESSING')`,
    },
  ],
})

export type CheckoutRow = RowOf<typeof CheckoutSchema>
