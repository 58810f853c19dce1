import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Invoice } from '#schema/billing/invoice.type.js'
import type { Purchase } from '#schema/billing/purchase.type.js'
import { toMoney } from '../kernel/price.mapper.js'

export const toPurchase = (row: PurchaseRow): Purchase => ({
  __typename: 'Purchase',
  id: row.id,
  productId: row.productId,
  money: toMoney({ amountMinor: row.amountMinor, currency: row.currency }),
  paidByCredit: row.creditMinor > 0 ? toMoney({ amountMinor: row.creditMinor, currency: row.currency }) : null,
  credited: row.creditedMinor > 0 ? toMoney({ amountMinor: row.creditedMinor, currency: row.currency }) : null,
  status: row.status,
  provider: row.provider,
  purchasedAt: row.purchasedAt,
  refunded: row.refundedMinor > 0 ? toMoney({ amountMinor: row.refundedMinor, currency: row.currency }) : null,
  expiresAt: row.expiresAt,
})

export const toInvoice = (row: InvoiceRow): Invoice => ({
  __typename: 'Invoice',
  id: row.id,
  number: row.number,
  status: row.status,
  total: toMoney({ amountMinor: row.totalMinor, currency: row.currency }),
  paidByCredit: row.creditMinor === 0 ? null : toMoney({ amountMinor: row.creditMinor, currency: row.currency }),
  createdAt: row.createdAt,
  hostedUrl: row.hostedUrl,
  pdfUrl: row.pdfUrl,
  lines: row.lines.map((line) => ({
    __typename: 'InvoiceLine',
    description: line.description,
    money: toMoney({ amountMinor: line.amountMinor, currency: row.currency }),
    quantity: line.quantity,
    proration: line.proration,
    periodStart: line.periodStart === null ? null : new Date(line.periodStart),
    periodEnd: line.periodEnd === null ? null : new Date(line.periodEnd),
  })),
})
