import { readFileSync } from 'node:fs'
import { compileFunction } from 'node:vm'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('Entitlements over REST', () => {
  let server: TestServer
  let service: string
  let account: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    service = await server.serviceKey(['entitlements:write'])
    const token = await server.token('ann@example.com')
    account = await accountIdOf(server, token)
  })
  afterAll(() => server.close())

  const customer = async (person: string) => {
    const token = await server.token(`${person}@example.com`)
    return { token, accountId: await accountIdOf(server, token) }
  }
  const post = async (verb: string, body: object, token: string | null = service) => {
    const answer = await server.rest('POST', `/api/v1/entitlements/${verb}`, { token, body })
    return { status: answer.status, headers: answer.headers, body: answer.body as object }
  }

  it('returns 200 with the entitlement for a check, with a denial and its remedies if not allowed', async () => {
    const allowed = await post('check', {
      account_id: account,
      feature: 'models',
    })
    expect([allowed.status, allowed.body]).toEqual([
      200,
      {
        allowed: true,
        entitlement: expect.objectContaining({
          feature: 'models',
          kind: 'limit',
          limit: 1,
          used: 0,
          remaining: 1,
          near_limit: false,
          sources: [{ kind: 'plan', code: 'free', reason: null, amount: 1, unlimited: false, expires_at: null }],
        }),
        denial: null,
        explain: expect.arrayContaining(['The plan Free grants 1.']),
      },
    ])
    const refused = await post('check', { account_id: account, feature: 'exports' })
    expect([refused.status, refused.body]).toMatchObject([
      200,
      {
        allowed: false,
        denial: {
          error: 'Feature not included in plan',
          code: 'FEATURE_NOT_INCLUDED',
          remedies: [
            {
              kind: 'upgrade_plan',
              label: 'Upgrade to Scale',
              mutation: 'startSubscription',
              price: { amount: '199.00', currency: 'USD', interval: 'month' },
              url: `${server.url}/admin/pricing`,
              action: { type: 'start_subscription', plan: 'scale', interval: 'month', quantity: 1, currency: 'USD' },
            },
          ],
        },
      },
    ])
  })

  it('returns used, limit, the upgrade page and the current plan for a limit', async () => {
    const { body } = await post('check', { account_id: account, feature: 'models', amount: 2 })
    expect(body).toMatchObject({
      allowed: false,
      denial: {
        error: 'Plan limit exceeded',
        code: 'LIMIT_REACHED',
        message: '2 models requested of 1.',
        used: 0,
        limit: 1,
        upgrade_url: `${server.url}/admin/pricing`,
        current_plan: 'free',
      },
    })
  })

  it.each([
    ['zero', 0],
    ['less than zero', -3],
    ['a fraction', 1.5],
    ['more than a number can count', 2 ** 60],
  ])('denies an amount of %s with the field', async (_what, amount) => {
    const { body } = await post('check', { account_id: account, feature: 'models', amount })
    expect(body).toMatchObject({ allowed: false, denial: { code: 'INVALID_AMOUNT' } })
  })

  it('distinguishes missing objects, missing permission and invalid bodies', async () => {
    expect((await post('check', { account_id: 'acc_00000000000000000000000000', feature: 'models' })).status).toBe(404)
    expect((await post('check', { account_id: account, feature: 'models' }, null)).status).toBe(401)
    const stranger = await server.token('stranger@example.com')
    expect((await post('check', { account_id: account, feature: 'models' }, stranger)).status).toBe(404)
    expect(
      (await post('check', { account_id: account, feature: 'models' }, await server.serviceKey(['billing:read'])))
        .status,
    ).toBe(403)
    expect(await post('check', { account_id: account })).toMatchObject({
      status: 400,
      body: { error: 'Bad request', code: 'BAD_REQUEST', field: 'feature' },
    })
    expect(await post('check', { account_id: account, feature: 'models', quantity: 3 })).toMatchObject({ status: 400 })
  })

  it('consumes up to the limit, then returns 402 with the fixed message', async () => {
    const { accountId } = await customer('runs')
    const take = (amount: number, key: string) =>
      post('consume', { account_id: accountId, feature: 'attribution_runs', amount, idempotency_key: key })
    const first = await take(60, 'a')
    expect([first.status, first.body]).toMatchObject([
      200,
      {
        id: expect.stringMatching(/^csm_/),
        amount: 60,
        taken: [{ kind: 'plan', code: 'free', amount: 60 }],
        entitlement: { used: 60, remaining: 40, limit: 100, resets_at: '2026-02-01T00:00:00.000Z' },
      },
    ])
    expect((await take(60, 'a')).body).toMatchObject({ id: (first.body as { id: string }).id, amount: 60 })
    expect((await take(40, 'b')).status).toBe(200)
    const refused = await take(1, 'c')
    expect([refused.status, refused.body]).toMatchObject([
      402,
      {
        error: 'Plan limit exceeded',
        code: 'QUOTA_EXCEEDED',
        message: 'You have used 100/100 attribution runs this month.',
        upgrade_url: `${server.url}/admin/pricing`,
        current_plan: 'free',
        used: 100,
        limit: 100,
        resets_at: '2026-02-01T00:00:00.000Z',
        request_id: expect.any(String),
      },
    ])
    expect(refused.headers.get('retry-after')).toBeNull()
  })

  it('returns the mutation with input and price in the 402', async () => {
    const { accountId, token } = await customer('button')
    const { body } = await post('consume', {
      account_id: accountId,
      feature: 'attribution_runs',
      amount: 101,
      idempotency_key: 'a',
    })
    const [remedy] = (body as { remedies: { mutation: string; target_id: string; price: object }[] }).remedies
    expect(remedy).toMatchObject({ kind: 'upgrade_plan', mutation: 'startSubscription', price: { amount: '49.00' } })
    const { data } = await server.graphql<{ node: { code: string } }>(
      `query ($id: ID!) { node(id: $id) { ... on Plan { code } } }`,
      { id: remedy!.target_id },
    )
    const { data: purchased } = await server.graphql(
      `mutation ($plan: String!) { startSubscription(input: { provider: STRIPE, plan: $plan }, key: "up") { checkout { __typename url } } }`,
      { plan: data.node.code },
      token,
    )
    expect(purchased).toMatchObject({
      startSubscription: { __typename: 'Checkout', url: expect.stringContaining('http') },
    })
  })

  it('reserves, commits and releases; returns 409 for a closed and 404 for a missing reservation', async () => {
    const { accountId } = await customer('holder')
    const hold = async (amount: number, key: string) =>
      (await post('reserve', {
        account_id: accountId,
        feature: 'attribution_runs',
        amount,
        expires_in_seconds: 60,
        idempotency_key: key,
      })) as { status: number; body: { id: string; status: string; expires_at: string; entitlement: object } }
    const held = await hold(10, 'r1')
    expect([held.status, held.body]).toMatchObject([
      200,
      { status: 'held', expires_at: '2026-01-15T10:01:00.000Z', entitlement: { reserved: 10, remaining: 90 } },
    ])
    const commit = (id: string, key: string, amount?: number) =>
      post('commit', { reservation_id: id, idempotency_key: key, ...(amount ? { amount } : {}) })
    expect((await commit(held.body.id, 'c1', 4)).body).toMatchObject({
      amount: 4,
      entitlement: { used: 4, reserved: 0, remaining: 96 },
    })
    expect(await commit(held.body.id, 'c2')).toMatchObject({ status: 409, body: { code: 'RESERVATION_CLOSED' } })
    const other = await hold(5, 'r2')
    const release = await post('release', { reservation_id: other.body.id, idempotency_key: 'x' })
    expect(release.body).toMatchObject({ status: 'released', entitlement: { reserved: 0, remaining: 96 } })
    expect((await commit('rsv_00000000000000000000000000-1-0', 'c3')).status).toBe(404)
  })

  it('allocates and deallocates by name, and returns 402 above the limit', async () => {
    const { accountId } = await customer('models')
    const act = (verb: string, resource: string) =>
      post(verb, { account_id: accountId, feature: 'models', resource_id: resource })
    expect((await act('allocate', 'm1')).body).toMatchObject({
      resource_id: 'm1',
      allocated: true,
      entitlement: { used: 1 },
    })
    expect((await act('allocate', 'm1')).body).toMatchObject({ allocated: true, entitlement: { used: 1 } })
    expect(await act('allocate', 'm2')).toMatchObject({
      status: 402,
      body: { error: 'Plan limit exceeded', code: 'LIMIT_REACHED', message: 'You have used 1/1 models.' },
    })
    expect((await act('deallocate', 'm1')).body).toMatchObject({ allocated: false, entitlement: { used: 0 } })
    expect((await act('allocate', 'm2')).status).toBe(200)
  })

  it.each([
    ['zero', { amount: 0 }, 422, 'INVALID_AMOUNT'],
    ['a fraction', { amount: 0.5 }, 422, 'INVALID_AMOUNT'],
    ['too large a number', { amount: 2 ** 53 }, 422, 'INVALID_AMOUNT'],
    ['a text', { amount: 'many' }, 400, 'BAD_REQUEST'],
    ['an unknown feature', { feature: 'teleport' }, 404, 'NOT_FOUND'],
    ['a feature that is not used up', { feature: 'models' }, 422, 'INVALID_PARAMETERS'],
    ['an unknown account', { account_id: 'acc_00000000000000000000000000' }, 404, 'NOT_FOUND'],
    ['no key', { idempotency_key: undefined }, 400, 'BAD_REQUEST'],
  ])('denies %s and changes nothing', async (_what, changed, status, code) => {
    const { accountId } = await customer('careless')
    const body = { account_id: accountId, feature: 'attribution_runs', amount: 1, idempotency_key: 'k', ...changed }
    expect(await post('consume', body)).toMatchObject({ status, body: { code } })
    const { body: after } = await post('check', { account_id: accountId, feature: 'attribution_runs' })
    expect(after).toMatchObject({ entitlement: { used: 0 } })
  })

  it('denies consuming to members and unauthorized callers', async () => {
    const { accountId, token } = await customer('member')
    const body = { account_id: accountId, feature: 'attribution_runs', idempotency_key: 'k' }
    expect((await post('consume', body, token)).status).toBe(403)
    expect((await post('consume', body, await server.token('other@example.com'))).status).toBe(404)
    expect((await post('consume', body, null)).status).toBe(401)
    expect((await post('consume', body, await server.serviceKey(['entitlements:read']))).status).toBe(403)
  })

  it('runs the sample of docs/entitlements.md unchanged', async () => {
    const { accountId } = await customer('reader')
    const page = readFileSync('docs/entitlements.md', 'utf8')
    const [, client] = /```js\n(const stackgate = async[\s\S]*?)```/.exec(page)!
    const source = client!
      .replace('http://127.0.0.1:4000', server.url)
      .replace("'person:ann@example.com'", 'account')
      .replaceAll('ai_stories', 'attribution_runs')
    const run = compileFunction(`return (async () => { ${source}; return { id, expires_at, stackgate } })()`, [
      'process',
      'fetch',
      'account',
      'jobId',
    ]) as (...given: unknown[]) => Promise<{ id: string; stackgate: (verb: string, body: object) => Promise<unknown> }>
    const { id, stackgate } = await run({ env: { STACKGATE_SECRET_KEY: service } }, fetch, accountId, 'job-1')
    expect(id).toMatch(/^rsv_/)
    const { body } = await post('check', { account_id: accountId, feature: 'attribution_runs' })
    expect(body).toMatchObject({ entitlement: { used: 1, reserved: 0 } })
    await expect(
      stackgate('consume', {
        account_id: accountId,
        feature: 'attribution_runs',
        amount: 1000,
        idempotency_key: 'much',
      }),
    ).rejects.toMatchObject({ status: 402, code: 'QUOTA_EXCEEDED', current_plan: 'free' })
    await expectInvariants(server)
  })
})
