import type { Stripe } from 'stripe'
import type { StoredAddress, StoredBillingDetails, StoredTaxId } from '#entities/identity/account.entity.js'
import type { Mode } from '#services/kernel/config/mode.js'
import type { CustomerPort } from '../customer-port.js'
import { orNull, type CallStripe } from './stripe-errors.js'

const EXEMPTIONS = { NONE: 'none', EXEMPT: 'exempt', REVERSE_CHARGE: 'reverse' } as const

/** Address of Stripe's dashboard by mode. Test objects have a folder of their own. */
const DASHBOARDS: Readonly<Record<Mode, string | null>> = {
  live: 'https://dashboard.stripe.com',
  test: 'https://dashboard.stripe.com/test',
  sandbox: null,
}

/** Stripe's customers as payers. */
export function stripeCustomers(client: Stripe, call: CallStripe, mode: Mode): CustomerPort {
  const fetchCustomer = async (id: string): Promise<Stripe.Customer | null> => {
    const found = await orNull(call('customers.retrieve', () => client.customers.retrieve(id, { expand: ['tax_ids'] })))
    return found && !found.deleted ? found : null
  }
  return {
    pageOf: (customerId) => {
      const dashboard = DASHBOARDS[mode]
      return dashboard && `${dashboard}/customers/${customerId}`
    },
    fetchDetails: async (customerId) => {
      const customer = await fetchCustomer(customerId)
      return customer && readDetails(customer)
    },
    writeDetails: async (customerId, { name, address, taxIds, taxExemption, purchaseOrder = null }) => {
      const before = await fetchCustomer(customerId)
      const known = before?.tax_ids?.data ?? []
      // First the part that Stripe can reject.
      for (const { type, value } of taxIds.filter((wanted) => !known.some((kept) => isSame(kept, wanted))))
        await call('customers.createTaxId', () => client.customers.createTaxId(customerId, { type, value }))
      await call('customers.update', () =>
        client.customers.update(customerId, {
          name: name ?? '',
          address: address ? toStripeAddress(address) : '',
          tax_exempt: EXEMPTIONS[taxExemption],
          ...orderNumber(before, purchaseOrder),
        }),
      )
      for (const { id } of known.filter((kept) => !taxIds.some((wanted) => isSame(kept, wanted))))
        await orNull(call('customers.deleteTaxId', () => client.customers.deleteTaxId(customerId, id)))
    },
  }
}

/** Name of the field of invoices that shows the number of the buyer's order. */
const ORDER_FIELD = 'Purchase order'

const orderOf = (customer: Stripe.Customer): string | null =>
  customer.invoice_settings.custom_fields?.find(({ name }) => name === ORDER_FIELD)?.value ?? null

/** Other fields of the seller stay. */
function orderNumber(before: Stripe.Customer | null, value: string | null): Stripe.CustomerUpdateParams {
  if (!before || orderOf(before) === value) return {}
  const others = (before.invoice_settings.custom_fields ?? []).filter(({ name }) => name !== ORDER_FIELD)
  const fields = value === null ? others : [...others, { name: ORDER_FIELD, value }]
  return { invoice_settings: { custom_fields: fields.length > 0 ? fields : '' } }
}

const isSame = (kept: Stripe.TaxId, { type, value }: StoredTaxId): boolean => kept.type === type && kept.value === value

const toStripeAddress = ({ line1, line2, city, postalCode, region, country }: StoredAddress): Stripe.AddressParam => ({
  line1: line1 ?? '',
  line2: line2 ?? '',
  city: city ?? '',
  postal_code: postalCode ?? '',
  state: region ?? '',
  country,
})

function readDetails(customer: Stripe.Customer): StoredBillingDetails {
  const { name, address, tax_ids: taxIds, tax_exempt: exempt } = customer
  return {
    name: name || null,
    address: address?.country
      ? {
          line1: address.line1 || null,
          line2: address.line2 || null,
          city: address.city || null,
          postalCode: address.postal_code || null,
          region: address.state || null,
          country: address.country,
        }
      : null,
    taxIds: (taxIds?.data ?? []).map(({ type, value, verification }) => ({
      type,
      value,
      verification: (verification?.status.toUpperCase() ?? 'UNAVAILABLE') as StoredTaxId['verification'],
    })),
    taxExemption: exempt === 'exempt' ? 'EXEMPT' : exempt === 'reverse' ? 'REVERSE_CHARGE' : 'NONE',
    purchaseOrder: orderOf(customer),
  }
}
