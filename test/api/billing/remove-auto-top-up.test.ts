import { RemoveAutoTopUp } from '@stackgate/client/documents'
import { entitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { Spender } from '#test/support/top-ups.js'

describe('removeAutoTopUp', () => {
  let server: TestServer
  let spender: Spender
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    spender = await Spender.subscribed(server, (await entitlementService(server)).key)
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const remove = async (idempotencyKey: string, feature = 'ai_credits') =>
    (
      await server.graphql(
        RemoveAutoTopUp,
        { accountId: spender.accountId, feature, key: idempotencyKey },
        spender.token,
      )
    ).data.removeAutoTopUp

  it('ends a charge that was stored and not sent, and later falls cause nothing', async () => {
    await spender.set()
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/payment_intents' },
      action: 'drop_before',
      times: 3,
    })
    await spender.use(43_000)
    await spender.topUpsWhen(({ topUps }) => topUps[0]?.status === 'CHARGING')
    expect(await remove('one')).toMatchObject({ billing: { autoTopUps: [] } })
    const { topUps } = await spender.topUpsWhen((state) => state.topUps[0]?.status !== 'CHARGING')
    // The response of a call in progress can be the charge itself; it is completed then.
    expect(topUps).toEqual([{ status: 'SKIPPED', failureReason: null }])
    expect(await spender.charges()).toEqual([])
    expect(await spender.use(1000)).toBe(200)
    expect(await spender.charges()).toEqual([])
    expect(await remove('one')).toMatchObject({ billing: { autoTopUps: [] } })
  })

  it('denies to remove what does not exist', async () => {
    expect(await remove('two')).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: 'The account has no automatic top-up of this feature.',
    })
  })
})
