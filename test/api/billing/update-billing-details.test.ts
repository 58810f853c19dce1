import { SetChargingTerms, UpdateBillingDetails } from '@stackgate/client/documents'
import { expectInvariants } from '#test/support/invariants.js'
import { startRewritingProxy, type RewritingProxy } from '#test/support/rewriting-proxy.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { stripeCall, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { taxedCatalog } from '#test/support/taxed-catalog.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Customer {
  readonly name: string | null
  readonly address: { readonly country: string; readonly line1: string } | null
  readonly tax_exempt: string
}

const ADDRESS = { line1: 'Unter den Linden 1', city: 'Berlin', postalCode: '10117', country: 'DE' }
const STORED_ADDRESS = { ...ADDRESS, line2: null, region: null }

describe('updateBillingDetails', () => {
  let server: TestServer
  let stripe: RewritingProxy
  let buyer: Subscriber
  let operator: string
  beforeAll(async () => {
    stripe = await startRewritingProxy()
    server = await startTestServer({
      start: '2026-02-01T08:00:00Z',
      env: { CATALOG: taxedCatalog('agileforge') },
      stripeThrough: (url) => stripe.to(url),
    })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
    buyer = await subscribe(server, 'details@example.com', { plan: 'business' })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
    await stripe.close()
  })

  const update = async (variables: object, token = buyer.token) => {
    const { data } = await server.graphql(UpdateBillingDetails, { input: { ...variables } }, token)
    return data.updateBillingDetails
  }
  const detailsOf = async (token = buyer.token) => {
    const { data } = await server.graphql<{ account: { billing: { billingDetails: object | null } } }>(
      `{ account { billing { billingDetails { name address { line1 line2 city postalCode region country } taxIds { type value verification } taxExemption } } } }`,
      {},
      token,
    )
    return data.account.billing.billingDetails
  }
  const atStripe = async <Found>(path: string): Promise<Found> => {
    const response = await fetch(`${server.sandbox.url}/v1/${path}`, {
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    return (await response.json()) as Found
  }
  const customer = () => atStripe<Customer>(`customers/${buyer.customerId}`)
  const taxIds = async (customerId = buyer.customerId) =>
    (await atStripe<{ data: { type: string; value: string }[] }>(`customers/${customerId}/tax_ids`)).data.map(
      ({ type, value }) => ({ type, value }),
    )

  it('stores name, address and tax IDs here and at the provider, and leaves out what is not given', async () => {
    const changed = await update({
      name: '  Linden GmbH ',
      address: ADDRESS,
      taxIds: [{ type: 'EU_VAT', value: 'DE123456789' }],
    })
    expect(changed).toMatchObject({ id: buyer.accountId })
    expect(await customer()).toMatchObject({ name: 'Linden GmbH', address: { country: 'DE', line1: ADDRESS.line1 } })
    expect(await taxIds()).toEqual([{ type: 'eu_vat', value: 'DE123456789' }])
    await update({ name: 'Linden AG' })
    expect(await detailsOf()).toEqual({
      name: 'Linden AG',
      address: STORED_ADDRESS,
      taxIds: [{ type: 'EU_VAT', value: 'DE123456789', verification: 'PENDING' }],
      taxExemption: 'NONE',
    })
  })

  it('replaces tax IDs, and removes those that are missing', async () => {
    await update({ taxIds: [{ type: 'GB_VAT', value: 'GB 123 4567 89' }] })
    expect(await taxIds()).toEqual([{ type: 'gb_vat', value: 'GB 123 4567 89' }])
    await update({ taxIds: [] })
    expect(await taxIds()).toEqual([])
  })

  it.each([
    [{ taxIds: [{ type: 'EU_VAT', value: 'DE12' }] }, 'taxIds.0.value', 'for example DE123456789'],
    [{ address: { ...ADDRESS, country: 'XY' } }, 'address.country', 'ISO 3166-1'],
    [{ name: 'two\nlines' }, 'name', 'single line'],
    [{ taxIds: [{ type: 'OTHER', value: 'x' }] }, 'taxIds.0.type', 'kept'],
    [{ taxIds: Array.from({ length: 6 }, (_, at) => ({ type: 'US_EIN', value: `12-345678${at}` })) }, 'taxIds', '5'],
  ])('denies %j and changes nothing', async (input, field, text) => {
    const before = await detailsOf()
    expect(await update(input)).toMatchObject({
      code: 'INVALID_PARAMETERS',
      message: expect.stringContaining(text),
      issues: [{ path: field.split('.') }],
    })
    expect(await detailsOf()).toEqual(before)
  })

  it('reads a change at the provider', async () => {
    await stripeCall(server, 'POST', `customers/${buyer.customerId}`, { name: 'Portal AG', 'address[country]': 'AT' })
    await stripeCall(server, 'POST', `customers/${buyer.customerId}/tax_ids`, { type: 'eu_vat', value: 'ATU12345678' })
    const read = await eventually(detailsOf, (details) => JSON.stringify(details).includes('ATU12345678'))
    expect(read).toMatchObject({
      name: 'Portal AG',
      address: { country: 'AT' },
      taxIds: [{ type: 'EU_VAT', value: 'ATU12345678' }],
    })
  })

  it('keeps a change that is made while an event is being read', async () => {
    await update({ name: 'Before AG', taxIds: [{ type: 'GB_VAT', value: 'GB 123 4567 89' }] })
    await untilQuiet(server)
    let whileRead: Promise<unknown> | undefined
    const change = async (customer: object) => {
      // Events of the change would repair what is stored.
      await server.sandboxControl('POST', 'faults', { match: { event: 'customer.*' }, action: 'drop' })
      whileRead = update({ name: 'After AG', taxIds: [] })
      await whileRead
      return customer
    }
    stripe.rewrite('GET', new RegExp(`^/v1/customers/${buyer.customerId}[?]`), change, 1)
    await stripeCall(server, 'POST', `customers/${buyer.customerId}`, { name: 'Portal AG' })
    await eventually(
      () => whileRead !== undefined,
      (begun) => begun,
    )
    await untilQuiet(server)
    await server.sandboxControl('DELETE', 'faults')
    expect(await detailsOf()).toMatchObject({ name: 'After AG', taxIds: [] })
  })

  it('gives a customer of the provider the details from before the first purchase', async () => {
    const token = await server.token('early@example.com')
    await update({ name: 'Early Ltd', address: { country: 'GB' }, taxIds: [] }, token)
    const early = await subscribe(server, 'early@example.com', { plan: 'business' })
    expect(await atStripe<Customer>(`customers/${early.customerId}`)).toMatchObject({ address: { country: 'GB' } })
  })

  it('is denied while the provider does not respond, and nothing changes here', async () => {
    const before = await detailsOf()
    await server.sandboxControl('POST', 'faults', {
      match: { path: `/v1/customers/${buyer.customerId}` },
      action: 'status_500',
    })
    const denial = await update({ name: 'Unreachable' })
    await server.sandboxControl('DELETE', 'faults')
    expect(denial).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    expect(await detailsOf()).toEqual(before)
  })

  it('charges no tax to an account that is exempt, by the decision of an operator', async () => {
    const exempt = await server.graphql(
      SetChargingTerms,
      { input: { accountId: buyer.accountId, taxExemption: 'REVERSE_CHARGE', reason: 'Certificate 7' } },
      operator,
    )
    expect(exempt.data.setChargingTerms).toMatchObject({ id: buyer.accountId })
    expect((await customer()).tax_exempt).toBe('reverse')
    const { data } = await server.graphql<{ account: { billing: object } }>(
      `{ account { billing { subscription { upcomingInvoice { total { decimal } tax { decimal } } } } } }`,
      {},
      buyer.token,
    )
    expect(data.account.billing).toEqual({
      subscription: { upcomingInvoice: { total: { decimal: '18.00' }, tax: { decimal: '0.00' } } },
    })
    const [entry] = await server.query<{ details: object }>(
      `select details from audit_entry where action = 'invoice.details_changed' and account_id = $1 order by id desc limit 1`,
      [buyer.accountId],
    )
    expect(entry!.details).toEqual({ fields: ['taxExemption'], reason: 'Certificate 7' })
  })
})
