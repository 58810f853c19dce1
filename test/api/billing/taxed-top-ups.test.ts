import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { taxedCatalog } from '#test/support/taxed-catalog.js'
import { change } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { Spender } from '#test/support/top-ups.js'

interface Invoice {
  readonly status: string
  readonly total: number
  readonly total_taxes: readonly { readonly amount: number }[]
  readonly metadata: Record<string, string>
  readonly lines: { readonly data: readonly { readonly amount: number }[] }
}

describe('Automatic top-ups with taxes', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: taxedCatalog('ai-platform') } })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const subscribed = async () => {
    const spender = await Spender.subscribed(server, service.key)
    await spender.set()
    return spender
  }
  /** Status, total, tax and amounts of the lines of each invoice for a top-up. */
  const invoicesOf = async (spender: Spender) => {
    const customer = await spender.customerId()
    const { data } = await spender.stripe<{ data: Invoice[] }>('GET', `invoices?customer=${customer}&limit=100`)
    return data
      .filter(({ metadata }) => metadata['top_up_id'])
      .map(({ status, total, total_taxes: [tax], lines }) => [
        status,
        total,
        tax?.amount ?? 0,
        ...lines.data.map(({ amount }) => amount),
      ])
  }
  const packsOf = async (spender: Spender) =>
    (await spender.account()).purchases.nodes.filter(({ product }) => product.code === 'credits_10k')
  const noDrift = async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  }

  it('are paid with their tax by an invoice with one line, and granted once', async () => {
    const spender = await subscribed()
    await server.sandboxControl('POST', 'faults', {
      match: { event: 'invoice.*' },
      action: 'webhook_duplicate',
      times: 20,
    })
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await invoicesOf(spender)).toEqual([['paid', 600, 100, 500]])
    await untilQuiet(server)
    expect(await packsOf(spender)).toMatchObject([{ status: 'PAID', money: { amountMinor: 600, currency: 'USD' } }])
    expect(
      await server.query(`select tax_minor from purchase where account_id = $1 and amount_minor = 600`, [
        spender.accountId,
      ]),
    ).toEqual([{ tax_minor: 100 }])
    expect(await spender.balance()).toBe(17_000)
    expect(await spender.events('top_up.paid')).toMatchObject([{ data: { amountMinor: 600 } }])
    await noDrift()
  })

  it.each(
    ['/v1/invoices', '/v1/invoiceitems', '/finalize', '/pay'].flatMap((call) =>
      ['drop_after', 'drop_before', '500'].map((action) => [call, action]),
    ),
  )('are charged once if a response of %s is lost (%s)', async (call, action) => {
    const spender = await subscribed()
    const match = { method: 'POST', path: call.startsWith('/v1') ? call : '/v1/invoices/' }
    await server.sandboxControl('POST', 'faults', { match, action, times: call === '/pay' ? 6 : 3 })
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps.length === 1)
    await server.whileStopped(async () => {
      await server.sandboxControl('DELETE', 'faults')
    })
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await invoicesOf(spender)).toEqual([['paid', 600, 100, 500]])
    expect(await spender.balance()).toBe(17_000)
    expect(await packsOf(spender)).toHaveLength(1)
  })

  it('stop at a decline, and nothing can be paid later', async () => {
    const [declined, challenged] = [await subscribed(), await subscribed()]
    await server.sandboxControl('POST', 'payments/fail-next', { customer: await declined.customerId(), times: 1 })
    await challenged.saveMethod('pm_card_authenticationRequired')
    for (const [spender, reason] of [
      [declined, 'DECLINED'],
      [challenged, 'AUTHENTICATION_REQUIRED'],
    ] as const) {
      await spender.use(43_000)
      const { topUps } = await spender.topUpsWhen(({ autoTopUps }) => autoTopUps[0]?.status === 'STOPPED')
      expect(topUps).toEqual([{ status: 'FAILED', failureReason: reason }])
      expect(await invoicesOf(spender)).toEqual([['void', 600, 100, 500]])
      expect(await spender.balance()).toBe(7000)
    }
    await noDrift()
  })

  it('use the credit of the account first', async () => {
    const spender = await subscribed()
    for (const terms of [{ plan: 'scale' }, { plan: 'pro', at: 'NOW' }])
      expect(await change(server, spender, 'changePlan', terms)).toMatchObject({ __typename: 'PlanChangePayload' })
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await invoicesOf(spender)).toEqual([['paid', 600, 100, 500]])
    expect(await packsOf(spender)).toMatchObject([{ status: 'PAID', money: { amountMinor: 0 } }])
    expect(await spender.balance()).toBe(17_000)
  })

  it('are granted when a payment that takes days is paid', async () => {
    const spender = await subscribed()
    await spender.saveMethod({
      type: 'us_bank_account',
      'us_bank_account[account_holder_type]': 'individual',
      'us_bank_account[account_number]': '000123456789',
      'us_bank_account[routing_number]': '110000000',
      'billing_details[name]': 'Ann',
    })
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PENDING')
    expect(await spender.balance()).toBe(7000)
    await server.advanceTo('2026-03-20T12:00:00Z')
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'PAID')
    expect(await spender.balance()).toBe(17_000)
    expect(await invoicesOf(spender)).toEqual([['paid', 600, 100, 500]])
    await noDrift()
  })
})
