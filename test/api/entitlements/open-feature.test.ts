import { randomInt, randomUUID } from 'node:crypto'
import { accountIdOf } from '#test/support/accounts.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Flag {
  readonly key: string
  readonly value: boolean | number
  readonly reason: string
  readonly variant: string
  readonly metadata: Readonly<Record<string, unknown>>
}
interface Bulk {
  readonly flags: readonly Flag[]
  readonly eventStreams: readonly { readonly type: string; readonly endpoint: { readonly requestUri: string } }[]
}
interface CheckBody {
  readonly allowed: boolean
  readonly entitlement: { readonly kind: string; readonly unlimited: boolean; readonly remaining: number | null }
  readonly denial: { readonly code: string } | null
}

const PATH = '/ofrep/v1/evaluate/flags'
/** Reasons that clients in Python accept. */
const REASONS = ['TARGETING_MATCH', 'DISABLED']

/** The providers of OpenFeature: test/long/open-feature.test.ts. */
describe('OpenFeature remote evaluation protocol', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution', PUBLIC_URL: 'https://shop.example.com/billing' } })
    token = await server.serviceKey(['entitlements:write', 'accounts:write', 'billing:write'])
  })
  afterAll(() => server.close())

  const evaluate = (
    flag: string | null,
    context: object,
    headers: Record<string, string> = {},
    bearer: string | null = token,
  ) =>
    server.rest('POST', flag === null ? PATH : `${PATH}/${encodeURIComponent(flag)}`, {
      token: bearer,
      headers,
      body: { context },
    })
  const bulk = async (targetingKey: string) => (await evaluate(null, { targetingKey })).body as Bulk
  const act = (verb: string, body: object) => server.rest('POST', `/api/v1/entitlements/${verb}`, { token, body })
  const check = async (customer: string, feature: string, amount?: number) =>
    (await act('check', { account_id: `customer:${customer}`, feature, amount })).body as CheckBody
  const accountOf = async (customer: string) => {
    await check(customer, 'exports')
    const [row] = await server.query<{ id: string }>('select id from account where external_id = $1', [customer])
    return row!.id
  }

  it('agrees with `check` for every feature, plan and use, one by one and in bulk', async () => {
    const random = createSeededRandom(randomInt(2 ** 31))
    const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!
    const features = [...server.app.context.catalog.current().features.keys()]
    const seen = new Set<string>()
    for (let round = 0; round < 12; round++) {
      const customer = `flags-${round}`
      await assignTestPlan(server, await accountOf(customer), oneOf(['free', 'pro', 'scale']))
      for (let use = 0; use < 3; use++) {
        const feature = oneOf(features)
        const amount = oneOf([1, 1_000, 1_000_000])
        await act('consume', { account_id: `customer:${customer}`, feature, amount, idempotency_key: randomUUID() })
        await act('allocate', { account_id: `customer:${customer}`, feature, resource_id: randomUUID() })
      }
      const { flags } = await bulk(customer)
      const amount = oneOf([1, 3, 100_000])
      for (const code of features) {
        const decided = await check(customer, code)
        const { kind, unlimited, remaining } = decided.entitlement
        const [found, number] = [code, `${code}.remaining`].map((key) => flags.find((flag) => flag.key === key))
        const variant = decided.allowed ? 'allowed' : decided.denial!.code
        expect(found).toMatchObject({ value: decided.allowed, variant })
        expect([REASONS.includes(found!.reason), found!.metadata['code']]).toEqual([true, decided.denial?.code])
        if (kind === 'boolean') expect(number).toBeUndefined()
        else expect(number).toMatchObject({ value: decided.allowed ? (unlimited ? -1 : remaining) : 0, variant })
        expect((await evaluate(code, { targetingKey: customer })).body).toEqual(found)
        const more = await evaluate(code, {
          targetingKey: customer,
          stackgate: { amount },
          amount: 'of the application',
        })
        expect((more.body as Flag).value).toBe((await check(customer, code, amount)).allowed)
        for (const value of Object.values(found!.metadata))
          expect(['string', 'number', 'boolean']).toContain(typeof value)
        seen.add(`${kind} ${decided.allowed}`)
      }
    }
    expect(seen.size).toBeGreaterThan(3)
  })

  it('has a tag of the result: 304 until the result of this account changes', async () => {
    const [customer, other] = [randomUUID(), randomUUID()]
    const first = await evaluate(null, { targetingKey: customer })
    const tag = first.headers.get('etag')!
    const again = (key: string, etag = tag) => evaluate(null, { targetingKey: key }, { 'if-none-match': etag })
    expect([(await again(customer)).status, (await again(customer, `W/${tag}`)).status]).toEqual([304, 304])
    expect((await again(other)).status).toBe(200)
    await assignTestPlan(server, await accountOf(customer), 'scale')
    const changed = await again(customer)
    expect([changed.status, changed.headers.get('etag') === tag]).toEqual([200, false])
  })

  it('tells a client by an address alone when to evaluate again, and nothing to others', async () => {
    const customer = randomUUID()
    const [stream] = (await bulk(customer)).eventStreams
    expect(stream!.type).toBe('sse')
    const { requestUri } = stream!.endpoint
    expect(requestUri).toMatch(/^\/billing\/ofrep\/v1\/changes\//)
    const end = new AbortController()
    const open = (path: string) => fetch(`${server.url}${path}`, { signal: end.signal })
    const response = await open(requestUri)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    let text = ''
    const reading = (async () => {
      for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) text += chunk
    })().catch(() => undefined)
    const events = () => Promise.resolve(text.match(/^data: \{"type":"refetchEvaluation"\}$/gm)?.length ?? 0)
    await eventually(events, (count) => count === 1)
    await assignTestPlan(server, await accountOf(customer), 'scale')
    await eventually(events, (count) => count === 2)
    const [account = '', until, key, signature = ''] = requestUri.split('/').at(-1)!.split('.')
    const other = await accountOf(randomUUID())
    for (const forged of [
      [other, until, key, signature],
      [account, String(Number(until) + 1), key, signature],
      [account, until, 'none', signature],
      [account, until, key, signature.split('').toReversed().join('')],
      [account],
    ])
      expect((await open(requestUri.replace(/[^/]+$/, forged.join('.')))).status).toBe(403)
    end.abort()
    await reading
  })

  it('has errors in the form of the protocol only', async () => {
    const key = { targetingKey: 'errors' }
    const reader = await server.serviceKey(['billing:read'])
    const user = await server.token('flags@example.com')
    const own = await accountIdOf(server, user)
    const cases: [string, () => Promise<{ status: number; body: never }>, number, string | null][] = [
      ['unknown flag', () => evaluate('nothing', key), 404, 'FLAG_NOT_FOUND'],
      ['number of a boolean', () => evaluate('exports.remaining', key), 404, 'FLAG_NOT_FOUND'],
      ['no key', () => evaluate('exports', {}), 400, 'TARGETING_KEY_MISSING'],
      ['no key in bulk', () => evaluate(null, { targetingKey: 7 }), 400, 'TARGETING_KEY_MISSING'],
      ['key of a bug', () => evaluate('exports', { targetingKey: 'undefined' }), 403, 'GENERAL'],
      ['key without an end', () => evaluate(null, { targetingKey: 'k'.repeat(10_000) }), 403, 'GENERAL'],
      ['unknown member', () => evaluate('exports', { ...key, stackgate: { amont: 1 } }), 400, 'INVALID_CONTEXT'],
      ['broken', () => server.rest('POST', `${PATH}/exports`, { token, body: '{' }), 400, 'PARSE_ERROR'],
      [
        'text',
        () => server.rest('POST', PATH, { token, body: 'a', headers: { 'content-type': 'text/plain' } }),
        400,
        'PARSE_ERROR',
      ],
      ['anonymous', () => evaluate('exports', key, {}, null), 401, 'GENERAL'],
      ['wrong token', () => evaluate(null, key, {}, 'sg_test_00000000_wrong'), 401, 'GENERAL'],
      ['no permission', () => evaluate(null, key, {}, reader), 403, 'GENERAL'],
      ['account of others', () => evaluate(null, { targetingKey: 'person:else' }, {}, user), 403, 'GENERAL'],
      ['own account', () => evaluate('exports', {}, {}, user), 200, null],
      ['own ID', () => evaluate('exports', { targetingKey: own }, {}, user), 200, null],
    ]
    for (const [title, decided, status, errorCode] of cases) {
      const { body, ...answer } = await decided()
      expect([title, answer.status, body]).toEqual([
        title,
        status,
        errorCode === null
          ? expect.objectContaining({ value: false })
          : {
              ...(title.includes('bulk') || body['key'] === undefined ? {} : { key: expect.any(String) as string }),
              errorCode,
              errorDetails: expect.any(String) as string,
            },
      ])
    }
  })
})
