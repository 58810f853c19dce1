import { consumeRate } from '#services/entitlements/rates/consume-rate.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('Rates per minute by plan', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const person = async (name: string) => {
    const token = await server.token(`${name}@example.com`)
    return { token, accountId: await accountIdOf(server, token) }
  }
  const take = (accountId: string, feature: string, key: string, points?: number) =>
    consumeRate(server.app.context, { accountId, feature, key, ...(points ? { points } : {}) })
  const takeMany = async (times: number, accountId: string, feature: string, key: string) =>
    (await Promise.all(Array.from({ length: times }, () => take(accountId, feature, key)))).filter((it) => it === null)
      .length

  it('allows exactly ten of thirty concurrent calls, per deployment, app and command', async () => {
    const { accountId } = await person('burst')
    expect(await takeMany(30, accountId, 'deploy_rate', 'dep_1:wordpress:deploy')).toBe(10)
    expect(await takeMany(30, accountId, 'deploy_rate', 'dep_1:database:deploy')).toBe(10)
    expect(await takeMany(30, accountId, 'restart_rate', 'dep_1:wordpress:restart')).toBe(5)
    expect(await takeMany(30, accountId, 'logs_rate', 'dep_1:wordpress:logs')).toBe(20)
    const other = await person('neighbour')
    expect(await takeMany(3, other.accountId, 'deploy_rate', 'dep_1:wordpress:deploy')).toBe(3)
  })

  it('returns the wait and the remedies; a denied call consumes nothing', async () => {
    const { accountId } = await person('patient')
    expect(await takeMany(5, accountId, 'restart_rate', 'one')).toBe(5)
    const denials = [await take(accountId, 'restart_rate', 'one'), await take(accountId, 'restart_rate', 'one')]
    for (const denial of denials) {
      expect(denial).toMatchObject({
        code: 'RATE_LIMITED',
        message: expect.stringMatching(/^Restarts a minute: plan Free allows 5 per minute\. Try again in \d+ s\.$/),
        remedies: [{ kind: 'WAIT' }, { kind: 'UPGRADE_PLAN', label: 'Upgrade to Plus' }, { kind: 'UPGRADE_PLAN' }],
      })
      expect(denial!.retryAfterMs).toBeGreaterThan(50_000)
      expect(denial!.retryAfterMs).toBeLessThanOrEqual(60_000)
    }
    const [row] = await server.query<{ points: number }>(
      `select points from rate_limit_counter where key like 'rate:' || $1 || '%'`,
      [accountId],
    )
    expect(row).toEqual({ points: 5 })
  })

  it('starts a new window after a minute', async () => {
    const { accountId } = await person('minute')
    expect(await takeMany(6, accountId, 'restart_rate', 'one')).toBe(5)
    await server.query(`update rate_limit_counter set expire = expire - 60000 where key like 'rate:' || $1 || '%'`, [
      accountId,
    ])
    expect(await takeMany(6, accountId, 'restart_rate', 'one')).toBe(5)
  })

  it('consumes several units together or none', async () => {
    const { accountId } = await person('several')
    expect(await take(accountId, 'deploy_rate', 'one', 7)).toBeNull()
    expect(await take(accountId, 'deploy_rate', 'one', 7)).not.toBeNull()
    expect(await take(accountId, 'deploy_rate', 'one', 3)).toBeNull()
    expect(await take(accountId, 'deploy_rate', 'one')).not.toBeNull()
  })

  it('applies a new plan immediately, and can be checked', async () => {
    const { token, accountId } = await person('upgrader')
    const limit = async () =>
      (
        await server.graphql<{ account: { usage: { entitlement: { limit: number; granted: boolean } } } }>(
          `{ account { usage { entitlement(feature: "restart_rate") { limit granted } } } }`,
          {},
          token,
        )
      ).data.account.usage.entitlement
    expect(await limit()).toEqual({ limit: 5, granted: true })
    expect(await takeMany(9, accountId, 'restart_rate', 'one')).toBe(5)
    await buyPlan(server, token, 'plus')
    expect(await limit()).toEqual({ limit: 10, granted: true })
    expect(await takeMany(9, accountId, 'restart_rate', 'one')).toBe(5)
  })

  it('does not limit features without a rate, and denies features of another kind', async () => {
    const { accountId } = await person('other')
    expect(await take(accountId, 'stop_rate', 'one')).toBeNull()
    await expect(take(accountId, 'deployments', 'one')).rejects.toThrow('deployments is not a rate')
    await expect(take('acc_00000000000000000000000000', 'deploy_rate', 'one')).rejects.toThrow('Account not found')
  })
})
