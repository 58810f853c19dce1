import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { clearable, created, currency, email, integer, mergeMetadata, metadata, paging, text } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { attachPaymentMethod, resolvePaymentMethod } from '../payment-methods/attach.js'
import { requireTestClock } from '../test-clocks/require-test-clock.js'
import { changeBalance } from './customer-balance.js'
import { buildCustomer } from './customer.object.js'
import { deleteCustomer } from './delete-customer.js'
import { readSearch } from './search.js'
import { requireCustomer } from './require-customer.js'

const address = z.union([
  z.literal('').transform(() => null),
  z.strictObject({ city: text, country: text, line1: text, line2: text, postal_code: text, state: text }).partial(),
])

const fields = {
  email: email.optional(),
  name: clearable.optional(),
  phone: clearable.optional(),
  description: clearable.optional(),
  metadata: metadata.optional(),
  address: address.optional(),
  balance: integer.optional(),
  preferred_locales: z.array(text.regex(/^[a-z]{2,3}(?:-[A-Za-z\d]{2,8})*$/, 'no language tag')).optional(),
  tax_exempt: z
    .enum(['', 'none', 'exempt', 'reverse'])
    .transform((kind) => kind || 'none')
    .optional(),
  invoice_settings: z
    .strictObject({
      default_payment_method: text.optional(),
      custom_fields: z
        .union([
          z.literal('').transform(() => null),
          z.array(z.strictObject({ name: text.max(40), value: text.max(140) })).max(4),
        ])
        .optional(),
    })
    .optional(),
}

const update = z.strictObject(fields)
const creation = z.strictObject({ ...fields, payment_method: text.optional(), test_clock: text.optional() })

/** Customers: create, retrieve, update, list by email, delete; their balance. */
export const customerRoutes = [
  route('POST', '/v1/customers', creation, (world, { input }) => {
    if (input.test_clock !== undefined) requireTestClock(world, input.test_clock)
    const customer = buildCustomer(world, { ...input, metadata: mergeMetadata({}, input.metadata) })
    world.store.put('customer', { ...customer, address: addressOf(input.address) })
    emitEvent(world, 'customer.created', world.store.need('customer', customer.id))
    const attached =
      input.payment_method === undefined
        ? undefined
        : attachPaymentMethod(world, resolvePaymentMethod(world, input.payment_method).id, customer.id)
    // A test name stands for a new payment method each time; here both parameters name the attached one.
    const chosen = input.invoice_settings?.default_payment_method
    return changeCustomer(world, world.store.need('customer', customer.id), {
      balance: input.balance,
      invoice_settings:
        attached !== undefined && chosen === input.payment_method
          ? { ...input.invoice_settings, default_payment_method: attached.id }
          : input.invoice_settings,
    })
  }),
  route('GET', '/v1/customers/:customer', z.strictObject({}), (world, { path }) => {
    const id = path['customer'] ?? ''
    return world.store.get('deleted_customer', id) ?? requireCustomer(world, id)
  }),
  route('POST', '/v1/customers/:customer', update, (world, { path, input }) =>
    changeCustomer(world, requireCustomer(world, path['customer'] ?? ''), input),
  ),
  route(
    'GET',
    '/v1/customers',
    z.strictObject({ ...paging, created, email: text.optional(), test_clock: text.optional() }),
    (world, { input, url }) => {
      const customers = world.store
        .newest('customer')
        .filter(
          (one) =>
            (input.email === undefined || one.email === input.email) &&
            (one.test_clock ?? undefined) === input.test_clock &&
            wasCreated(one, input.created),
        )
      return listPage(customers, url, input)
    },
  ),
  route(
    'GET',
    '/v1/customers/search',
    z.strictObject({ query: text, limit: paging.limit, page: text.optional() }),
    (world, { input }) => {
      const isFound = readSearch(input.query, ['created', 'email', 'metadata', 'name', 'phone'])
      const found = world.store.newest('customer').filter((one) => isFound(one as unknown as Record<string, unknown>))
      const start = Number(input.page ?? 0)
      const data = found.slice(start, start + input.limit)
      const hasMore = start + data.length < found.length
      return {
        object: 'search_result',
        data,
        has_more: hasMore,
        next_page: hasMore ? String(start + data.length) : null,
        url: '/v1/customers/search',
      }
    },
  ),
  route('DELETE', '/v1/customers/:customer', z.strictObject({}), (world, { path }) =>
    deleteCustomer(world, requireCustomer(world, path['customer'] ?? '')),
  ),
  route(
    'POST',
    '/v1/customers/:customer/balance_transactions',
    z.strictObject({ amount: integer, currency, description: clearable.optional(), metadata: metadata.optional() }),
    (world, { path, input }) => {
      const customer = requireCustomer(world, path['customer'] ?? '')
      if (customer.currency != null && customer.balance !== 0 && customer.currency !== input.currency) {
        throw invalid(
          `The currency of the balance transaction must match the customer's currency \`${customer.currency}\`.`,
          'currency',
        )
      }
      return changeBalance(world, customer.id, {
        amount: input.amount,
        currency: input.currency,
        type: 'adjustment',
        description: input.description ?? null,
        metadata: mergeMetadata({}, input.metadata),
      })
    },
  ),
  route(
    'GET',
    '/v1/customers/:customer/balance_transactions',
    z.strictObject({ ...paging, created, invoice: text.optional() }),
    (world, { path, input, url }) => {
      const entries = world.store
        .by('customer_balance_transaction', 'customer', requireCustomer(world, path['customer'] ?? '').id)
        .toReversed()
        .filter(
          (one) =>
            (input.invoice === undefined || idOf(one.invoice) === input.invoice) && wasCreated(one, input.created),
        )
      return listPage(entries, url, input)
    },
  ),
]

function changeCustomer(
  world: SandboxState,
  before: Stripe.Customer,
  input: Partial<z.output<typeof update>>,
): Stripe.Customer {
  const { email, name, phone, description } = input
  const { object, previous } = changeObject(world, 'customer', before.id, {
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(phone === undefined ? {} : { phone }),
    ...(description === undefined ? {} : { description }),
    ...(input.preferred_locales === undefined ? {} : { preferred_locales: input.preferred_locales }),
    ...(input.tax_exempt === undefined ? {} : { tax_exempt: input.tax_exempt }),
    ...(input.address === undefined ? {} : { address: addressOf(input.address) }),
    ...(input.invoice_settings === undefined
      ? {}
      : { invoice_settings: invoiceSettings(world, before, input.invoice_settings) }),
    metadata: mergeMetadata(before.metadata, input.metadata),
  })
  if (Object.keys(previous).length > 0) emitEvent(world, 'customer.updated', object, previous)
  if (input.balance === undefined || input.balance === before.balance) return object
  changeBalance(world, before.id, {
    amount: input.balance - before.balance,
    currency: before.currency ?? 'usd',
    type: 'adjustment',
  })
  return world.store.need('customer', before.id)
}

function invoiceSettings(
  world: SandboxState,
  customer: Stripe.Customer,
  { default_payment_method: id, custom_fields: fields }: NonNullable<z.output<typeof update>['invoice_settings']>,
): Stripe.Customer.InvoiceSettings {
  return {
    ...customer.invoice_settings,
    ...(fields === undefined ? {} : { custom_fields: fields }),
    ...(id === undefined ? {} : { default_payment_method: id === '' ? null : ownMethod(world, customer, id) }),
  }
}

function ownMethod(world: SandboxState, customer: Stripe.Customer, id: string): string {
  const method = resolvePaymentMethod(world, id, 'invoice_settings[default_payment_method]')
  if (idOf(method.customer) !== customer.id)
    throw missing('PaymentMethod', id, 'invoice_settings[default_payment_method]', 400)
  return method.id
}

function addressOf(given: z.output<typeof address> | undefined): Stripe.Address | null {
  if (given === undefined || given === null) return null
  const { city, country, line1, line2, postal_code, state } = given
  return {
    city: city ?? null,
    country: country ?? null,
    line1: line1 ?? null,
    line2: line2 ?? null,
    postal_code: postal_code ?? null,
    state: state ?? null,
  }
}
