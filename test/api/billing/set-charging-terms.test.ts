import { SetChargingTerms } from '@stackgate/client/documents'
import { subscribe, type Subscriber } from '#test/support/subscribers.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const TERMS = `{ account { billing { billingDetails { taxExemption } invoiceTerms { daysUntilDue access } overageThreshold { amountMinor } } } }`
const ALL = {
  taxExemption: 'EXEMPT',
  daysUntilDue: 30,
  invoiceAccess: 'FROM_START',
  overageThreshold: { amountMinor: 25_000, currency: 'USD' },
} as const

// The plans of `ai-platform` have prices for use beyond their allowances.
describe('setChargingTerms', () => {
  let server: TestServer
  let operator: string
  let ann: Subscriber
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    ann = await subscribe(server, 'ann@example.com', { plan: 'scale' })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const set = async (terms: object, token = operator) => {
    const input = { accountId: ann.accountId, reason: 'Contract 12', ...terms }
    const { data, errors } = await server.graphql(SetChargingTerms, { input } as never, token)
    return errors ? { code: errors[0]!.extensions.code } : data.setChargingTerms
  }
  const terms = async () => {
    const { data } = await server.graphql<{
      account: { billing: Record<'billingDetails' | 'invoiceTerms' | 'overageThreshold', unknown> }
    }>(TERMS, {}, ann.token)
    const { billingDetails, invoiceTerms, overageThreshold } = data.account.billing
    return { ...(billingDetails as object), invoiceTerms, overageThreshold }
  }
  const atProvider = () =>
    server.query(`select days_until_due from billing_subscription where account_id = $1`, [ann.accountId])

  it('changes nothing if one of the terms is invalid, and names each problem', async () => {
    const before = await terms()
    for (const wrong of [
      { reason: ' ' },
      { daysUntilDue: 0 },
      { overageThreshold: { amountMinor: 1, currency: 'USD' } },
      { overageThreshold: { amountMinor: 25_000, currency: 'EUR' } },
    ])
      expect(await set({ ...ALL, ...wrong })).toHaveProperty('code')
    const every = await set({
      ...ALL,
      daysUntilDue: 0,
      overageThreshold: { amountMinor: 1, currency: 'USD' },
      reason: '',
    })
    expect(every).toMatchObject({
      issues: [{ path: ['overageThreshold', 'amountMinor'] }, { path: ['daysUntilDue'] }, { path: ['reason'] }],
    })
    expect(await set(ALL, ann.token)).toEqual({ code: 'FORBIDDEN' })
    expect(await terms()).toEqual(before)
    expect(await atProvider()).toEqual([{ days_until_due: null }])
  })

  it('is completed by a repeated call that the provider interrupted', async () => {
    await server.sandboxControl('POST', 'faults', {
      match: { path: `/v1/subscriptions/${ann.externalId}` },
      action: 'status_500',
    })
    expect(await set(ALL)).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    // Invoices use a threshold at once.
    expect(await terms()).toMatchObject({ overageThreshold: null })
    await server.sandboxControl('DELETE', 'faults')
    expect(await set(ALL)).toMatchObject({ id: ann.accountId })
    expect(await terms()).toEqual({
      taxExemption: 'EXEMPT',
      invoiceTerms: { daysUntilDue: 30, access: 'FROM_START' },
      overageThreshold: { amountMinor: 25_000 },
    })
    expect(await atProvider()).toEqual([{ days_until_due: 30 }])
    const recorded = () =>
      server.query<{ action: string }>(
        `select action from audit_entry where account_id = $1 and details ->> 'reason' = 'Contract 12' order by action`,
        [ann.accountId],
      )
    const once = ['invoice.details_changed', 'invoice.terms_set', 'overage.threshold_set']
    expect((await recorded()).map(({ action }) => action)).toEqual(once)
    await set(ALL)
    expect((await recorded()).map(({ action }) => action)).toEqual(once)
  })

  it('leaves terms that are missing, and ends terms that are null', async () => {
    const present = await terms()
    expect(await set({ taxExemption: null, invoiceAccess: null })).toMatchObject({
      issues: [{ message: 'Give at least one of taxExemption, daysUntilDue, invoiceAccess and overageThreshold.' }],
    })
    expect(await set({ taxExemption: 'EXEMPT', invoiceAccess: null })).toMatchObject({ id: ann.accountId })
    expect(await terms()).toEqual(present)
    await set({ invoiceAccess: 'FROM_PAYMENT' })
    await set({ daysUntilDue: 20 })
    expect(await terms()).toEqual({ ...present, invoiceTerms: { daysUntilDue: 20, access: 'FROM_PAYMENT' } })
    await set({ daysUntilDue: null })
    for (const days of [{}, { daysUntilDue: null }])
      expect(await set({ ...days, invoiceAccess: 'FROM_START' })).toMatchObject({
        issues: [{ path: ['invoiceAccess'], message: 'invoiceAccess needs daysUntilDue.' }],
      })
    expect(await terms()).toEqual({ ...present, invoiceTerms: null })
    expect(await atProvider()).toEqual([{ days_until_due: null }])
    await set({ overageThreshold: null })
    await set({ taxExemption: 'NONE' })
    expect(await terms()).toEqual({ taxExemption: 'NONE', invoiceTerms: null, overageThreshold: null })
  })
})
