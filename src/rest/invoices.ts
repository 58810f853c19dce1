import { z } from 'zod'
import type { InvoiceRow } from '../entities/billing/invoice.entity.js'
import type { RequestContext } from '../context/request-context.js'
import { discountOfInvoice } from '../services/billing/invoices/discount-of-invoice.js'
import { invoiceTimeline, noticeKey } from '../services/billing/invoices/invoice-timeline.js'
import { invoicesOf } from '../services/billing/purchases/purchase-queries.js'
import { atProvider } from '../services/billing/queries/billing-links.js'
import { billingAccount } from '../services/billing/queries/visible-billing.js'
import { pageRequest } from '../services/kernel/paging/page.js'
import { authenticate } from './authenticate.js'
import { ownAccount } from './entitlement-requests.js'
import { pageFields } from './field-types.js'
import { moneyBody } from './money-bodies.js'
import { describeRoutes } from './openapi/route-description.js'
import { invoicesResponse } from './responses/invoices.js'
import type { RestHost } from './rest-context.js'
import type { RestApp } from './type-provider.js'
import { nextAfter } from './usage-batch-bodies.js'

const PAGE_SIZE = 20
const STATUSES = ['draft', 'open', 'paid', 'uncollectible', 'void'] as const

const listRequest = z.strictObject({
  account_id: ownAccount,
  statuses: z.array(z.enum(STATUSES)).nullish().describe('Statuses to return. Default: all.'),
  ...pageFields(PAGE_SIZE),
})

/** Invoices of an account with their timelines over REST: the same as in GraphQL. */
export function invoiceRoutes(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticate(host))
    describeRoutes(app, { tag: 'Billing', access: 'bearer', errors: ['FORBIDDEN', 'NOT_FOUND'] })

    app.post(
      '/api/v1/billing/invoices',
      {
        schema: {
          operationId: 'listInvoices',
          summary: 'Returns the invoices of an account with the steps until their payment, newest first.',
          body: listRequest,
          example: { account_id: 'person:auth0|ann', statuses: ['open'] },
          response: { 200: invoicesResponse },
          errors: ['INVALID_CURSOR'],
        },
      },
      async ({ requestContext: context, body }) => {
        const { id } = await billingAccount(context, body.account_id)
        const statuses = body.statuses?.map((status) => status.toUpperCase() as Uppercase<typeof status>)
        const page = await invoicesOf(context, id, { statuses: statuses ?? null }, pageRequest(body, PAGE_SIZE))
        return {
          account_id: id,
          invoices: await Promise.all(page.items.map((row) => invoiceBody(context, row))),
          next_after: nextAfter(page),
        }
      },
    )
  }
}

async function invoiceBody(context: RequestContext, row: InvoiceRow) {
  const money = (amountMinor: number) => moneyBody({ amountMinor, currency: row.currency })
  const discount = discountOfInvoice(row)
  const dueAt = row.amountDueMinor > 0 ? row.dueAt : null
  return {
    id: row.id,
    provider: row.provider.toLowerCase(),
    number: row.number,
    status: row.status.toLowerCase(),
    total: money(row.totalMinor),
    discount: discount && moneyBody(discount),
    tax: money(row.taxMinor),
    amount_due: money(row.amountDueMinor),
    amount_paid: money(row.amountPaidMinor),
    due_at: dueAt?.toISOString() ?? null,
    hosted_url: row.hostedUrl,
    pdf_url: row.pdfUrl,
    created_at: row.createdAt.toISOString(),
    timeline: await timelineBody(context, row, dueAt),
  }
}

async function timelineBody({ loaders, clock }: RequestContext, row: InvoiceRow, dueAt: Date | null) {
  const { accountId, provider, externalId, subscriptionId } = row
  const [notices, subscription, purchase] = await Promise.all([
    loaders.attemptsOfInvoice.load(noticeKey(accountId, externalId)),
    subscriptionId ? loaders.subscriptionAtProvider.load(atProvider(provider, subscriptionId)) : null,
    loaders.purchaseOfInvoice.load(atProvider(provider, externalId)),
  ])
  const invoice = { status: row.status, createdAt: row.createdAt, dueAt }
  const paidAt = purchase?.purchasedAt ?? null
  return invoiceTimeline({ invoice, notices, subscription, paidAt, now: clock.now() }).map((step) => ({
    kind: step.kind.toLowerCase(),
    at: step.at.toISOString(),
    attempt: step.attempt,
    planned: step.planned,
  }))
}
