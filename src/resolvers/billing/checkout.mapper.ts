import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import type { Checkout } from '#schema/billing/checkout.type.js'
import { toIntervalType, toMoney } from '../kernel/price.mapper.js'
import type { RequestContext } from '#context/request-context.js'

export const toCheckout = (context: RequestContext, row: CheckoutRow): Checkout => ({
  __typename: 'Checkout',
  id: row.id,
  provider: row.provider,
  status: row.status,
  statusReason: row.statusReason,
  url: row.status === 'OPEN' ? row.url : pageOfInvoiced(row),
  paymentUrl: row.invoiceTerms && row.url,
  providerReference: row.sessionId,
  productId: row.productId,
  money: toMoney({ amountMinor: row.amountMinor, currency: row.currency }),
  interval: toIntervalType(context.catalog.current().priceById.get(row.priceId)?.interval ?? 'MONTH'),
  quantity: row.quantity,
  trialDays: row.trialDays,
  completedAt: row.completedAt,
  accountId: row.accountId,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
})

/** A plan that is paid by invoice has no page at the provider. */
const pageOfInvoiced = ({ invoiceTerms, sessionId, status, successUrl }: CheckoutRow): string | null =>
  invoiceTerms && sessionId && (status === 'PROCESSING' || status === 'COMPLETED')
    ? successUrl.replace('{CHECKOUT_SESSION_ID}', sessionId)
    : null
