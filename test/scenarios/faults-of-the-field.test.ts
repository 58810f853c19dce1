import { entitlementService, type EntitlementService } from '../support/entitlements.js'
import { expectInvariants } from '../support/invariants.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { Spender } from '../support/top-ups.js'

// Defects that users of other billing products reported. A top-up that is billed twice is tested in
// test/api/billing/top-up-faults.test.ts, usage that is lost on its way to a meter in test/api/billing/usage-reports.test.ts.
describe('Faults of the field', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const twice = () =>
    server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'webhook_duplicate', times: 200 })
  const idle = () =>
    eventually(
      () => server.query('select 1 from inbox_object where pending'),
      (rows) => rows.length === 0,
    )

  it('a plan and a pack are granted once, though the return page and repeated webhooks all report them', async () => {
    await twice()
    const spender = await Spender.subscribed(server, service.key)
    const { providerReference } = await spender.start('purchasePackage', { package: 'credits_10k' })
    await spender.pay(providerReference)
    await Promise.all(Array.from({ length: 8 }, () => spender.confirm(providerReference)))
    await idle()
    expect(await spender.balance()).toBe(60_000)
    const grants = await server.query('select amount from credit_grant where account_id = $1', [spender.accountId])
    expect(grants).toHaveLength(1)
  })

  it('an upgrade raises the allowance, keeps what was used, and takes the allowance before packs', async () => {
    await server.sandboxControl('POST', 'faults', {
      match: { event: '*' },
      action: 'webhook_shuffle',
      times: 200,
      window: 4,
    })
    const spender = await Spender.subscribed(server, service.key)
    await spender.buy('purchasePackage', { package: 'credits_10k' })
    await spender.use(45_000)
    const { data } = await server.graphql<{ changePlan: { __typename: string } }>(
      `mutation { changePlan(input: { plan: "scale", at: NOW }, key: "upgrade") { __typename denial { __typename code message } } }`,
      {},
      spender.token,
    )
    expect(data.changePlan.__typename).not.toBe('Denial')
    await eventually(
      () => spender.balance(),
      (balance) => balance === 600_000 - 45_000 + 10_000,
    )
    await spender.use(555_000)
    // All of the allowance is used before the first unit of the pack.
    expect(await spender.balance()).toBe(10_000)
    const [pack] = await server.query<{ used: number }>('select used::int from credit_grant where account_id = $1', [
      spender.accountId,
    ])
    expect(pack!.used).toBe(0)
  })

  it('a new period resets the allowance and not the credits that were bought', async () => {
    const spender = await Spender.subscribed(server, service.key)
    await spender.buy('purchasePackage', { package: 'credits_10k' })
    await spender.use(53_000)
    expect(await spender.balance()).toBe(7000)
    await server.advanceTo('2026-04-05T10:00:00Z')
    await eventually(
      () => spender.balance(),
      (balance) => balance === 57_000,
    )
  })

  it('a window that begins under many calls at once begins once, and loses and doubles no use', async () => {
    const spender = await Spender.subscribed(server, service.key)
    await spender.use(50_000)
    expect(await spender.use(1)).toBe(402)
    await server.advanceTo('2026-05-05T10:00:01Z')
    const statuses = await Promise.all(Array.from({ length: 60 }, () => spender.use(1000)))
    expect(statuses.filter((status) => status === 200)).toHaveLength(50)
    const windows = await server.query<{ used: number }>(
      'select used::int from quota_usage where account_id = $1 order by window_start',
      [spender.accountId],
    )
    expect(windows.map(({ used }) => used)).toEqual([50_000, 50_000])
  })
})
