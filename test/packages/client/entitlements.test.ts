import { createEntitlements, StackgateError, type Entitlements } from '@stackgate/client/entitlements'
import { assignTestPlan, newAccount } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('entitlements of the client', () => {
  let server: TestServer
  let key: string
  let entitlements: Entitlements
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
    key = await server.serviceKey(['entitlements:write'])
    entitlements = createEntitlements({ url: server.url, key })
  })
  afterAll(() => server.close())

  /** A client whose requests pass a function, which can answer instead of the server. */
  const through = (
    change: (verb: string, send: () => Promise<Response>, init: RequestInit) => Promise<Response>,
    options: Partial<Parameters<typeof createEntitlements>[0]> = {},
  ) =>
    createEntitlements({
      url: `${server.url}/graphql`,
      key,
      fetch: (url, init) => change(url.split('/').at(-1)!, () => fetch(url, init), init),
      ...options,
    })
  const used = async (accountId: string, feature = 'attribution_runs') =>
    (await entitlements.check({ accountId, feature })).entitlement!.used

  it('checks, with times as dates and denials in one form', async () => {
    const accountId = await newAccount(server)
    const allowed = await entitlements.check({ accountId, feature: 'attribution_runs', amount: 100 })
    expect(allowed).toMatchObject({
      allowed: true,
      decidedBy: 'server',
      denial: null,
      entitlement: {
        feature: 'attribution_runs',
        kind: 'quota',
        limit: 100,
        nearLimit: false,
        resetsAt: expect.any(Date),
      },
    })
    const denied = await entitlements.check({ accountId, feature: 'attribution_runs', amount: 101 })
    expect(denied).toMatchObject({
      allowed: false,
      denial: {
        code: 'QUOTA_EXCEEDED',
        currentPlan: 'free',
        remedies: expect.arrayContaining([
          expect.objectContaining({
            kind: 'UPGRADE_PLAN',
            mutation: 'startSubscription',
            input: { input: expect.objectContaining({ plan: expect.any(String) }) },
          }),
        ]),
      },
    })
  })

  it('consumes once for each key, and returns denials', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: 'attribution_runs', amount: 60, key: `run-${accountId}` }
    const first = await entitlements.consume(input)
    expect(first).toMatchObject({ ok: true, recorded: true, consumption: { amount: 60, at: expect.any(Date) } })
    expect(await entitlements.consume(input)).toEqual(first)
    const denied = await entitlements.consume({ accountId, feature: 'attribution_runs', amount: 60 })
    expect(denied).toMatchObject({
      ok: false,
      recorded: false,
      denial: { code: 'QUOTA_EXCEEDED', used: 60, limit: 100 },
    })
    expect([await used(accountId), denied.key.length]).toEqual([60, 36])
    await expect(entitlements.consume({ ...input, amount: 61 })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
      status: 409,
    })
    await expect(entitlements.consume({ accountId: 'acc_none', feature: 'models' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(entitlements.consume({ accountId, feature: 'attribution_runs', amount: 0 })).rejects.toMatchObject({
      code: 'INVALID_AMOUNT',
    })
  })

  it('returns denials whose status says that no payment would lift them', async () => {
    const admin = await server.token('admin@example.com', { roles: ['admin'] })
    const accountId = await newAccount(server)
    const { data } = await server.graphql<{ setSpendCap: { id: string } }>(
      `mutation ($input: SetSpendCapInput!) { setSpendCap(input: $input, key: "cap") { spendCap { id } } }`,
      { input: { accountId, feature: 'attribution_runs', limit: { units: 10 }, period: 'BILLING_PERIOD' } },
      admin,
    )
    expect(data?.setSpendCap.id).toMatch(/^cap_/)
    expect(await entitlements.consume({ accountId, feature: 'attribution_runs', amount: 11 })).toMatchObject({
      ok: false,
      denial: { code: 'SPEND_CAP_REACHED' },
    })
  })

  it('reserves, commits and releases, also around work', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature: 'attribution_runs', amount: 10 }
    const held = await entitlements.reserve({ ...input, expiresInSeconds: 60 })
    if (!held.ok) throw new Error(held.denial.message)
    expect(held.reservation).toMatchObject({
      status: 'held',
      expiresAt: expect.any(Date),
      entitlement: { reserved: 10 },
    })
    expect(await entitlements.commit({ reservationId: held.reservation.id, amount: 4 })).toMatchObject({
      ok: true,
      consumption: { amount: 4 },
    })
    await expect(entitlements.release({ reservationId: held.reservation.id })).rejects.toMatchObject({
      code: 'RESERVATION_CLOSED',
    })

    const done = await entitlements.withReservation(
      { ...input, onExpiry: 'commit_estimate' },
      async ({ use, extend }) => {
        use(3)
        return extend({ estimate: 2, expiresInSeconds: 600 })
      },
    )
    expect(done).toMatchObject({
      ok: true,
      value: { ok: true, reservation: { status: 'held', onExpiry: 'commit_estimate', estimate: 2 } },
      consumption: { amount: 3 },
    })
    const failing = entitlements.withReservation(input, () => Promise.reject(new Error('The work failed.')))
    await expect(failing).rejects.toThrow('The work failed.')
    expect(await entitlements.withReservation(input, async ({ use }) => use(0))).toMatchObject({
      ok: true,
      consumption: null,
    })
    expect(await entitlements.withReservation({ ...input, amount: 1000 }, async () => 1)).toMatchObject({
      ok: false,
      denial: { code: 'QUOTA_EXCEEDED' },
    })
    const { entitlement } = await entitlements.check({ accountId, feature: 'attribution_runs' })
    expect([entitlement!.used, entitlement!.reserved]).toEqual([7, 0])
  })

  it('allocates, deallocates and records usage', async () => {
    const accountId = await newAccount(server)
    const model = { accountId, feature: 'models', resourceId: 'model-1' }
    expect(await entitlements.allocate(model)).toMatchObject({
      ok: true,
      allocation: { allocated: true, resourceId: 'model-1' },
    })
    expect(await entitlements.allocate({ ...model, resourceId: 'model-2' })).toMatchObject({
      ok: false,
      denial: { code: 'LIMIT_REACHED' },
    })
    expect(await entitlements.deallocate(model)).toMatchObject({ ok: true, allocation: { allocated: false } })
    const events = [
      { accountId, feature: 'attribution_runs', amount: 2, key: `u-${accountId}` },
      { accountId, feature: 'attribution_runs', amount: 2, key: `u-${accountId}` },
      { accountId, feature: 'attribution_runs', amount: 500 },
      { accountId, feature: 'attribution_runs', amount: 1, at: new Date('2026-01-15T09:00:00Z') },
    ]
    expect(await entitlements.recordUsage(events)).toMatchObject({
      ok: true,
      accepted: 3,
      duplicates: 1,
      rejected: [],
    })
    // The allowance is used up, and the rest is debt.
    expect(await used(accountId)).toBe(100)
  })

  it('repeats with the same key until an answer arrives, and counts once', async () => {
    const accountId = await newAccount(server)
    const keys = new Set<string>()
    let calls = 0
    const unreliable = through(async (_verb, send, init) => {
      calls++
      keys.add((JSON.parse(init.body as string) as { idempotency_key: string }).idempotency_key)
      if (calls === 1)
        return new Response('<html>Bad gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } })
      const response = await send()
      if (calls === 2) throw new TypeError('fetch failed')
      return response
    })
    expect(await unreliable.consume({ accountId, feature: 'attribution_runs', amount: 5 })).toMatchObject({
      ok: true,
      recorded: true,
    })
    expect([calls, keys.size, await used(accountId)]).toEqual([3, 1, 5])
  })

  it('says that it does not know whether usage was recorded, and repeats with that key', async () => {
    const accountId = await newAccount(server)
    const deaf = through(async (_verb, send) => {
      await send()
      throw new TypeError('fetch failed')
    })
    const lost = await deaf.consume({ accountId, feature: 'attribution_runs', amount: 5 })
    expect(lost).toMatchObject({ ok: false, recorded: 'unknown', denial: null, error: { code: 'NETWORK' } })
    const { key } = lost
    const repeated = await entitlements.consume({ accountId, feature: 'attribution_runs', amount: 5, key })
    expect([repeated.recorded, await used(accountId)]).toEqual([true, 5])
  })

  it('says the key that it made in an error, so that the call can be repeated', async () => {
    const accountId = await newAccount(server)
    const usage = { accountId, feature: 'attribution_runs', amount: 5 }
    const page = () => new Response('<html>Sign in</html>', { headers: { 'content-type': 'text/html' } })
    const behindPages = through(async (_verb, send) => {
      await send()
      return page()
    })
    const failed = async (call: Promise<unknown>) => {
      const error: unknown = await call.catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'StackgateError', code: 'BAD_RESPONSE', status: 200 })
      return error as StackgateError
    }
    const { key, stack } = await failed(behindPages.consume(usage))
    expect(stack).toContain('an HTML page')
    expect(await entitlements.consume({ ...usage, key: key! })).toMatchObject({ ok: true })
    expect(await used(accountId)).toBe(5)
    const held = await failed(behindPages.reserve(usage))
    const reserved = await entitlements.reserve({ ...usage, key: held.key! })
    if (!reserved.ok) throw new Error(reserved.denial.message)
    expect(reserved.reservation.entitlement).toMatchObject({ used: 5, reserved: 5 })
    const reservationId = reserved.reservation.id
    const committed = await failed(behindPages.commit({ reservationId }))
    expect(await entitlements.commit({ reservationId, key: committed.key! })).toMatchObject({
      ok: true,
      consumption: { amount: 5 },
    })
    const { keys: recorded } = await failed(behindPages.recordUsage([usage, usage]))
    const again = recorded!.map((each) => ({ ...usage, key: each }))
    expect(await entitlements.recordUsage(again)).toMatchObject({ ok: true, accepted: 0, duplicates: 2 })
    expect(await used(accountId)).toBe(20)
    // A call without a key has none.
    expect((await failed(behindPages.check(usage))).key).toBeUndefined()
    // Calls can share the error of a token: each has its own key.
    const noToken = new StackgateError({ code: 'UNAVAILABLE', message: 'No token.' })
    const unsigned = createEntitlements({ url: server.url, key: () => Promise.reject(noToken) })
    const errors = await Promise.all([1, 2].map(() => unsigned.reserve(usage).catch((thrown: unknown) => thrown)))
    const keys = new Set(errors.map((error) => (error as StackgateError).key))
    expect([keys.size, keys.has(undefined), noToken.key]).toEqual([2, false, undefined])
  })

  it('checks plans', async () => {
    const accountId = await newAccount(server)
    const denied = await entitlements.checkPlan({ accountId, plan: 'scale' })
    expect(denied).toMatchObject({ allowed: false, denial: { code: 'INSUFFICIENT_PLAN' } })
    await assignTestPlan(server, accountId, 'scale')
    expect(await entitlements.checkPlan({ accountId, plan: 'scale' })).toEqual({ allowed: true, denial: null })
  })

  it('returns a denial of rates, and waits only for short ones', async () => {
    const answers = [
      { wait: '1', status: 429 },
      { wait: '30', status: 429 },
    ]
    const calls: string[] = []
    const limited = through(async (verb) => {
      calls.push(verb)
      const { wait, status } = answers[Math.min(calls.length - 1, 1)]!
      const body = {
        error: 'Too many requests',
        code: 'RATE_LIMITED',
        message: 'Too many requests.',
        retry_after_ms: Number(wait) * 1000,
        remedies: [],
        request_id: 'r',
      }
      return Response.json(body, { status, headers: { 'retry-after': wait } })
    })
    const result = await limited.consume({ accountId: 'acc_1', feature: 'attribution_runs' })
    expect(result).toMatchObject({
      ok: false,
      recorded: false,
      denial: { code: 'RATE_LIMITED', retryAfterSeconds: 30 },
    })
    expect(calls).toEqual(['consume', 'consume'])
  })

  it('decides checks by a policy while the server is unavailable, and only then', async () => {
    const down = (policy?: 'allow' | 'deny') =>
      through(() => Promise.reject(new TypeError('fetch failed')), {
        retries: 0,
        ...(policy ? { onUnavailable: (feature) => (feature === 'exports' ? 'deny' : policy) } : {}),
      })
    const input = { accountId: 'acc_1', feature: 'models' }
    expect(await down('allow').check(input)).toMatchObject({ allowed: true, decidedBy: 'policy', entitlement: null })
    expect(await down('allow').check({ ...input, feature: 'exports' })).toMatchObject({
      allowed: false,
      decidedBy: 'policy',
    })
    await expect(down().check(input)).rejects.toMatchObject({ code: 'NETWORK' })
    const wrongKey = createEntitlements({ url: server.url, key: 'sgk_wrong', onUnavailable: 'allow' })
    await expect(wrongKey.check(input)).rejects.toBeInstanceOf(StackgateError)
    await expect(entitlements.check(input)).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 })
  })

  it('takes no response of another service or to another request for its own', async () => {
    const accountId = await newAccount(server)
    const foreign = through(() => Promise.resolve(Response.json({ status: 'ok' })), { onUnavailable: 'allow' })
    const calls: (() => Promise<unknown>)[] = [
      () => foreign.checkPlan({ accountId, plan: 'scale' }),
      () => foreign.check({ accountId, feature: 'models' }),
      () => foreign.consume({ accountId, feature: 'attribution_runs' }),
      () => foreign.reserve({ accountId, feature: 'attribution_runs' }),
      () => foreign.commit({ reservationId: 'res_1' }),
      () => foreign.release({ reservationId: 'res_1' }),
      () => foreign.allocate({ accountId, feature: 'models', resourceId: 'm' }),
      () => foreign.deallocate({ accountId, feature: 'models', resourceId: 'm' }),
    ]
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'BAD_RESPONSE', status: 200 })
    let other: Response | undefined
    const swapped = through(async (_verb, send) => {
      const response = await send()
      const returned = other ?? response.clone()
      other = response
      return returned
    })
    expect(await swapped.check({ accountId, feature: 'attribution_runs' })).toMatchObject({ allowed: true })
    await expect(swapped.check({ accountId, feature: 'exports' })).rejects.toMatchObject({ code: 'BAD_RESPONSE' })
  })

  it('ends a request that stays silent, also in the middle of a body', async () => {
    const silent = through(
      (_verb, _send, init) =>
        Promise.resolve(
          new Response(
            new ReadableStream({
              start: (controller) => {
                controller.enqueue(new TextEncoder().encode('{"allowed":'))
                init.signal!.addEventListener('abort', () => controller.error(init.signal!.reason))
              },
            }),
            { headers: { 'content-type': 'application/json' } },
          ),
        ),
      { timeoutMs: 100, retries: 1 },
    )
    await expect(silent.check({ accountId: 'acc_1', feature: 'models' })).rejects.toMatchObject({ code: 'NETWORK' })
  })

  it('sends the account for routing, and asks for another key when one is rejected', async () => {
    const accountId = await newAccount(server)
    await assignTestPlan(server, accountId, 'scale')
    const accounts: (string | null)[] = []
    const rejected: boolean[] = []
    const rotated = through(
      (_verb, send, init) => {
        accounts.push(new Headers(init.headers).get('x-stackgate-account'))
        return send()
      },
      {
        key: (request) => {
          rejected.push(request.rejected)
          return request.rejected ? key : 'sgk_old'
        },
      },
    )
    expect(await rotated.check({ accountId, feature: 'exports' })).toMatchObject({ allowed: true })
    expect([accounts, rejected]).toEqual([
      [accountId, accountId],
      [false, true],
    ])
  })
})
