import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import {
  boolean,
  clearable,
  created,
  currency,
  integer,
  mergeMetadata,
  metadata,
  paging,
  text,
  unsupported,
} from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { requireCustomer } from '../customers/require-customer.js'
import { emitEvent } from '../events/emit-event.js'
import { addToDraft, rebuildDraft } from '../invoices/change-draft.js'
import { requireCurrency, resolvePrice } from '../prices/resolve-price.js'
import { createPricedItem } from './invoice-item.object.js'

const period = z.strictObject({ start: integer, end: integer })

/** Invoice items: lines of a customer's next invoice, or of a draft. */
export const invoiceItemRoutes = [
  route(
    'POST',
    '/v1/invoiceitems',
    z.strictObject({
      customer: text.optional(),
      amount: integer.optional(),
      currency: currency.optional(),
      description: clearable.optional(),
      discountable: boolean.optional(),
      invoice: text.optional(),
      metadata: metadata.optional(),
      period: period.optional(),
      pricing: z.strictObject({ price: text }).optional(),
      quantity: integer.optional(),
      subscription: text.optional(),
      tax_behavior: z.enum(['exclusive', 'inclusive', 'unspecified']).optional(),
    }),
    (world, { input }) => {
      const draft = input.invoice === undefined ? null : requireDraft(world, input.invoice)
      const customer = requireCustomer(world, input.customer ?? idOf(draft?.customer) ?? '', 'customer', 400)
      if (draft !== null && idOf(draft.customer) !== customer.id)
        throw invalid('The customer of an invoice item must be that of its invoice.', 'invoice')
      const price = input.pricing === undefined ? null : resolvePrice(world, input.pricing, 'pricing')
      if ((price === null) === (input.amount === undefined))
        throw invalid('You must pass either `amount` or `pricing`.', 'amount')
      const code = input.currency ?? draft?.currency ?? price?.currency ?? customer.currency ?? 'usd'
      if (draft !== null && draft.currency !== code)
        throw invalid(`The currency of an invoice item must be that of its invoice (${draft.currency}).`, 'currency')
      if (price !== null) requireCurrency(world, price, code, 'pricing')
      const item = createPricedItem(world, {
        customer: customer.id,
        currency: code,
        what:
          price === null
            ? { amount: input.amount ?? 0, taxBehavior: input.tax_behavior }
            : { price, quantity: input.quantity ?? 1 },
        description: input.description,
        subscription: subscriptionOf(world, input.subscription),
        period: input.period,
        discountable: input.discountable,
        metadata: mergeMetadata({}, input.metadata),
      })
      if (draft !== null) addToDraft(world, draft, item)
      return world.store.need('invoiceitem', item.id)
    },
  ),
  route('GET', '/v1/invoiceitems/:item', z.strictObject({}), (world, { path }) =>
    requireItem(world, path['item'] ?? ''),
  ),
  route(
    'POST',
    '/v1/invoiceitems/:item',
    z.strictObject({
      amount: integer.optional(),
      description: clearable.optional(),
      discountable: boolean.optional(),
      metadata: metadata.optional(),
      period: period.optional(),
    }),
    (world, { path, input }) => {
      const before = requireOpen(world, path['item'] ?? '')
      const { metadata: change, ...given } = input
      const { object } = changeObject(world, 'invoiceitem', before.id, {
        ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        ...(input.amount === undefined ? {} : { net_amount: input.amount }),
        metadata: mergeMetadata(before.metadata ?? {}, change),
      })
      rebuild(world, object)
      return object
    },
  ),
  route('DELETE', '/v1/invoiceitems/:item', z.strictObject({}), (world, { path }) => {
    const item = requireOpen(world, path['item'] ?? '')
    world.store.remove('invoiceitem', item.id)
    emitEvent(world, 'invoiceitem.deleted', item)
    rebuild(world, item)
    return { id: item.id, object: 'invoiceitem', deleted: true }
  }),
  route(
    'GET',
    '/v1/invoiceitems',
    z.strictObject({
      ...paging,
      created,
      customer: text.optional(),
      invoice: text.optional(),
      pending: boolean.optional(),
      customer_account: unsupported,
    }),
    (world, { input, url }) => {
      const known =
        input.customer === undefined
          ? world.store.newest('invoiceitem')
          : world.store.by('invoiceitem', 'customer', input.customer).toReversed()
      const items = known.filter(
        (one) =>
          (input.invoice === undefined || one.invoice === input.invoice) &&
          (input.pending === undefined || (one.invoice === null) === input.pending) &&
          wasCreated({ created: one.date }, input.created),
      )
      return listPage(items, url, input)
    },
  ),
]

function rebuild(world: SandboxState, item: Stripe.InvoiceItem): void {
  const invoice = world.store.get('invoice', idOf(item.invoice) ?? '')
  if (invoice !== undefined) rebuildDraft(world, invoice)
}

function subscriptionOf(world: SandboxState, id: string | undefined): string | null {
  if (id === undefined) return null
  if (world.store.get('subscription', id) === undefined) throw missing('subscription', id, 'subscription', 400)
  return id
}

function requireDraft(world: SandboxState, id: string): Stripe.Invoice {
  const invoice = world.store.get('invoice', id)
  if (invoice === undefined) throw missing('invoice', id, 'invoice', 400)
  if (invoice.status !== 'draft')
    throw invalid('Invoice items can only be added to a draft.', 'invoice', 'invoice_not_editable')
  return invoice
}

function requireItem(world: SandboxState, id: string): Stripe.InvoiceItem {
  const item = world.store.get('invoiceitem', id)
  if (item === undefined) throw missing('invoiceitem', id, 'invoiceitem')
  return item
}

/** An item that can still be changed: it waits, or its invoice is a draft. */
function requireOpen(world: SandboxState, id: string): Stripe.InvoiceItem {
  const item = requireItem(world, id)
  const invoice = world.store.get('invoice', idOf(item.invoice) ?? '')
  if (invoice !== undefined && invoice.status !== 'draft')
    throw invalid(
      'This invoice item is attached to an invoice that is no longer editable.',
      'invoiceitem',
      'invoice_not_editable',
    )
  return item
}
