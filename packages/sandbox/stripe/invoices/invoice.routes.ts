import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import {
  boolean,
  clearable,
  created,
  currency,
  mergeMetadata,
  metadata,
  paging,
  text,
  unsupported,
} from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing, StripeError } from '../api/stripe-error.js'
import { collectInvoice, payOutOfBand } from '../collection/collect-invoice.js'
import { nothingToPayWith, paymentMethodFor } from '../collection/payment-method-for.js'
import { requireCustomer } from '../customers/require-customer.js'
import { discountInput, redeemDiscounts } from '../discounts/redeem-discounts.js'
import { emitEvent } from '../events/emit-event.js'
import { pendingInvoiceItems } from '../invoice-items/invoice-item.object.js'
import { resolvePaymentMethod } from '../payment-methods/attach.js'
import { paymentRefused } from '../subscriptions/change-subscription.js'
import { followClosedInvoice } from '../subscriptions/apply-invoice-result.js'
import { markUncollectible, voidInvoice } from './close-invoice.js'
import { createPreview, previewInput } from './create-preview.js'
import { draftInvoice } from './draft-invoice.js'
import { finalizeInvoice } from './finalize-invoice.js'
import { CHARGED, invoiceTerms, invoiceTermsInput, termsOf } from './invoice-terms.js'
import { sendInvoice } from './send-invoice.js'

const creation = z.strictObject({
  customer: text,
  auto_advance: boolean.default(false),
  automatic_tax: z.strictObject({ enabled: boolean, liability: unsupported }).optional(),
  currency: currency.optional(),
  ...invoiceTermsInput,
  default_payment_method: text.optional(),
  description: clearable.optional(),
  discounts: z.union([z.literal('').transform(() => []), discountInput]).optional(),
  metadata: metadata.optional(),
  pending_invoice_items_behavior: z.enum(['exclude', 'include']).default('exclude'),
  subscription: text.optional(),
})

/**
 * Invoices: create, preview, retrieve, update, finalize, send, pay, void, mark as uncollectible, delete, list; their lines.
 */
export const invoiceRoutes = [
  route('POST', '/v1/invoices', creation, (world, { input }) => createInvoice(world, input)),
  route('POST', '/v1/invoices/create_preview', previewInput, (world, { input }) => createPreview(world, input)),
  route('GET', '/v1/invoices/:invoice', z.strictObject({}), (world, { path }) =>
    requireInvoice(world, path['invoice'] ?? ''),
  ),
  route(
    'POST',
    '/v1/invoices/:invoice',
    z.strictObject({
      auto_advance: boolean.optional(),
      default_payment_method: text.optional(),
      description: clearable.optional(),
      metadata: metadata.optional(),
    }),
    (world, { path, input }) => {
      const before = requireInvoice(world, path['invoice'] ?? '')
      const method = input.default_payment_method
      const { object, previous } = changeObject(world, 'invoice', before.id, {
        ...(input.auto_advance === undefined ? {} : { auto_advance: input.auto_advance }),
        ...(method === undefined ? {} : { default_payment_method: resolvePaymentMethod(world, method).id }),
        ...(input.description === undefined ? {} : { description: input.description }),
        metadata: mergeMetadata(before.metadata ?? {}, input.metadata),
      })
      if (Object.keys(previous).length > 0) emitEvent(world, 'invoice.updated', object, previous)
      return object
    },
  ),
  route('DELETE', '/v1/invoices/:invoice', z.strictObject({}), (world, { path }) => {
    const invoice = requireIn(world, path['invoice'] ?? '', ['draft'], 'delete')
    world.due.cancel('invoice.finalize', invoice.id)
    for (const item of world.store.by('invoiceitem', 'invoice', invoice.id)) world.store.remove('invoiceitem', item.id)
    world.store.remove('invoice', invoice.id)
    emitEvent(world, 'invoice.deleted', invoice)
    return { id: invoice.id, object: 'invoice', deleted: true }
  }),
  route(
    'POST',
    '/v1/invoices/:invoice/finalize',
    z.strictObject({ auto_advance: boolean.optional() }),
    (world, { path, input }) => {
      const draft = requireIn(world, path['invoice'] ?? '', ['draft'], 'finalize')
      const invoice = finalizeInvoice(world, draft.id)
      return (input.auto_advance ?? draft.auto_advance) || invoice.amount_due === 0
        ? collectInvoice(world, invoice.id, invoice.collection_method === 'send_invoice' ? { by: 'schedule' } : {})
        : invoice
    },
  ),
  route(
    'POST',
    '/v1/invoices/:invoice/pay',
    z.strictObject({
      off_session: boolean.default(true),
      paid_out_of_band: boolean.default(false),
      payment_method: text.optional(),
    }),
    (world, { path, input }) => pay(world, path['invoice'] ?? '', input),
  ),
  route('POST', '/v1/invoices/:invoice/send', z.strictObject({}), (world, { path }) => {
    const invoice = requireIn(world, path['invoice'] ?? '', ['draft', 'open'], 'send')
    if (invoice.collection_method !== 'send_invoice')
      throw invalid('You can only manually send an invoice if its collection method is `send_invoice`.')
    if (invoice.status === 'draft') finalizeInvoice(world, invoice.id)
    return sendInvoice(world, invoice.id)
  }),
  route('POST', '/v1/invoices/:invoice/void', z.strictObject({}), (world, { path }) =>
    closed(world, voidInvoice(world, requireIn(world, path['invoice'] ?? '', ['open', 'uncollectible'], 'void').id)),
  ),
  route('POST', '/v1/invoices/:invoice/mark_uncollectible', z.strictObject({}), (world, { path }) =>
    closed(
      world,
      markUncollectible(world, requireIn(world, path['invoice'] ?? '', ['open'], 'mark as uncollectible').id),
    ),
  ),
  route(
    'GET',
    '/v1/invoices',
    z.strictObject({
      ...paging,
      created,
      customer: text.optional(),
      subscription: text.optional(),
      status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']).optional(),
      collection_method: z.enum(['charge_automatically', 'send_invoice']).optional(),
      customer_account: unsupported,
      due_date: unsupported,
    }),
    (world, { input, url }) => {
      const invoices = knownInvoices(world, input).filter(
        (one) =>
          (input.customer === undefined || one.customer === input.customer) &&
          (input.status === undefined || one.status === input.status) &&
          (input.collection_method === undefined || one.collection_method === input.collection_method) &&
          wasCreated(one, input.created),
      )
      return listPage(invoices, url, input)
    },
  ),
  route('GET', '/v1/invoices/:invoice/lines', z.strictObject(paging), (world, { path, input, url }) =>
    listPage(requireInvoice(world, path['invoice'] ?? '').lines.data, url, input),
  ),
]

function createInvoice(world: SandboxState, input: z.output<typeof creation>): Stripe.Invoice {
  const customer = requireCustomer(world, input.customer, 'customer', 400)
  const subscription = input.subscription === undefined ? null : world.store.get('subscription', input.subscription)
  if (subscription === undefined) throw missing('subscription', input.subscription ?? '', 'subscription', 400)
  const code = input.currency ?? subscription?.currency ?? customer.currency ?? 'usd'
  const id = world.ids.next('in')
  const now = world.clock.seconds
  return draftInvoice(world, {
    id,
    customer,
    subscription,
    currency: code,
    reason: 'manual',
    period: { start: now, end: now },
    lines: [],
    pending:
      input.pending_invoice_items_behavior === 'include'
        ? pendingInvoiceItems(world, customer.id, subscription?.id ?? null, code)
        : [],
    ...(input.discounts === undefined
      ? {}
      : {
          discounts: redeemDiscounts(world, input.discounts, {
            customer: customer.id,
            invoice: id,
            amount: 0,
            currency: code,
          }),
        }),
    autoAdvance: input.auto_advance,
    ...(input.automatic_tax === undefined ? {} : { automaticTax: input.automatic_tax.enabled }),
    terms: invoiceTerms(input, subscription === null ? CHARGED : termsOf(subscription), customer),
    finalizesAt: null,
    description: input.description ?? null,
    metadata: mergeMetadata({}, input.metadata),
    defaultPaymentMethod:
      input.default_payment_method === undefined ? null : resolvePaymentMethod(world, input.default_payment_method).id,
  })
}

/** Collects now. A failed attempt returns a card error and keeps its changes. */
function pay(
  world: SandboxState,
  id: string,
  input: { off_session: boolean; paid_out_of_band: boolean; payment_method?: string | undefined },
): Stripe.Invoice | StripeError {
  const known = requireInvoice(world, id)
  if (known.status === 'paid') throw invalid('Invoice is already paid', undefined, 'invoice_already_paid')
  const invoice =
    known.status === 'draft' ? finalizeInvoice(world, id) : requireIn(world, id, ['open', 'uncollectible'], 'pay')
  if (input.paid_out_of_band) return payOutOfBand(world, invoice.id)
  const method =
    input.payment_method === undefined
      ? paymentMethodFor(world, invoice)
      : methodOfPayer(world, invoice, input.payment_method)
  if (method === null && invoice.amount_remaining > 0) throw nothingToPayWith()
  const collected = collectInvoice(world, invoice.id, {
    presence: input.off_session ? 'off_session' : 'on_session',
    ...(method === null ? {} : { method }),
  })
  const intent = world.store.get(
    'payment_intent',
    idOf(world.store.by('invoice_payment', 'invoice', id)[0]?.payment.payment_intent) ?? '',
  )
  if (collected.status === 'paid' || intent?.status === 'processing') return collected
  return paymentRefused(world, collected, 'invoice_payment_intent_requires_action')
}

function closed(world: SandboxState, invoice: Stripe.Invoice): Stripe.Invoice {
  followClosedInvoice(world, invoice)
  return invoice
}

function methodOfPayer(world: SandboxState, invoice: Stripe.Invoice, id: string): Stripe.PaymentMethod {
  const method = resolvePaymentMethod(world, id)
  const owner = idOf(method.customer)
  if (owner === null || owner === idOf(invoice.customer)) return method
  throw invalid('The payment method must belong to the customer of the invoice.', 'payment_method')
}

function knownInvoices(
  world: SandboxState,
  { subscription, customer }: { subscription?: string | undefined; customer?: string | undefined },
): Stripe.Invoice[] {
  if (subscription !== undefined) return world.store.by('invoice', 'subscription', subscription).toReversed()
  if (customer !== undefined) return world.store.by('invoice', 'customer', customer).toReversed()
  return world.store.newest('invoice')
}

function requireInvoice(world: SandboxState, id: string): Stripe.Invoice {
  const invoice = world.store.get('invoice', id)
  if (invoice === undefined) throw missing('invoice', id, 'invoice')
  return invoice
}

function requireIn(world: SandboxState, id: string, statuses: string[], verb: string): Stripe.Invoice {
  const invoice = requireInvoice(world, id)
  if (statuses.includes(invoice.status ?? '')) return invoice
  throw invalid(`You cannot ${verb} an invoice with the status ${invoice.status}.`, undefined, 'invoice_not_editable')
}
