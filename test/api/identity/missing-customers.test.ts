import fc from 'fast-check'
import { Account, Check, Consume, CreateAccountSession, RecordUsage, UpsertAccount } from '@stackgate/client/documents'
import { allOperations } from '#modules/all-declarations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const MISSING = ['undefined', 'null', 'NaN', 'None', '[object Object]', '<nil>', 'nil'] as const
const SCOPES = ['entitlements:read', 'entitlements:write', 'billing:write', 'accounts:write']
const HOT = ['check', 'check-plan', 'preview', 'consume', 'reserve', 'allocate', 'deallocate']

/** IDs of which people see nothing, or something else than what is stored. */
const INVISIBLE = fc.oneof(
  fc.string({ unit: fc.constantFrom(' ', '\u00a0', '\u200b', '\u2060', '\u3000', '\u00ad', '\ufeff', '\u2800') }),
  fc
    .tuple(
      fc.string({ unit: fc.constantFrom('a', 'b', '1', '2') }),
      fc.constantFrom(
        '\u061c',
        '\u200e',
        '\u200f',
        '\u202a',
        '\u202b',
        '\u202d',
        '\u202e',
        '\u2066',
        '\u2067',
        '\u2069',
      ),
      fc.string({ unit: fc.constantFrom('c', 'd', '3', '4') }),
    )
    .map((parts) => parts.join('')),
)

/** References that a program writes for a customer without an ID, through each entry of the API. */
describe('references of missing customers', () => {
  let server: TestServer
  let key: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    key = await server.serviceKey(SCOPES)
  })
  afterAll(() => server.close())
  afterEach(async () => {
    expect(await server.query(`select external_id from account where external_id = any($1)`, [[...MISSING]])).toEqual(
      [],
    )
  })

  it.each(MISSING)('are refused over GraphQL: customer:%s', async (id) => {
    const account = `customer:${id}`
    const answers = [
      await server.graphql(Account, { account }, key),
      await server.graphql(UpsertAccount, { account, input: { name: 'Nobody' } }, key),
      await server.graphql(CreateAccountSession, { account, permissions: ['ACCOUNT_READ'] }, key),
    ]
    for (const { errors } of answers)
      expect(errors?.[0]).toMatchObject({
        message: `'${id}' stands for a missing value, and names no customer. Pass your own ID of the customer.`,
        extensions: { code: 'BAD_USER_INPUT' },
      })
  })

  it('are explained if an ID has no kind, or if the token belongs to a user', async () => {
    const check = async (token: string, accountId: string) => {
      const body = { account_id: accountId, feature: 'ai_stories' }
      const response = await server.rest('POST', '/api/v1/entitlements/check', { token, body })
      return [response.status, (response.body as { message: string }).message]
    }
    const user = await server.token('ann@example.com')
    const unknown = 'acc_00000000000000000000000000'
    expect([await check(key, '42'), await check(key, unknown), await check(user, 'customer:42')]).toEqual([
      [404, 'Account not found. An ID of your own is named customer:42.'],
      [404, 'Account not found.'],
      [
        404,
        'Account not found. References to customers need a service key for all accounts, and this token belongs to a user.',
      ],
    ])
  })

  it.each(allOperations.filter(({ example }) => 'account_id' in example))(
    'are refused over REST by $operationId',
    async ({ path, example }) => {
      const body = { ...example, account_id: 'customer:undefined' }
      const { status } = await server.rest('POST', path, { token: key, body })
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    },
  )

  it.each(HOT)('are refused over REST by entitlements/%s', async (verb) => {
    const own = { feature: 'ai_stories', plan: 'starter', amount: 1, resource_id: 'r', idempotency_key: 'k' }
    const names: Readonly<Record<string, readonly string[]>> = {
      'check-plan': ['plan'],
      preview: ['feature', 'work'],
      allocate: ['feature', 'resource_id'],
      deallocate: ['feature', 'resource_id'],
    }
    const wanted = names[verb] ?? ['feature', 'amount', ...(verb === 'check' ? [] : ['idempotency_key'])]
    const given = { ...own, feature: /allocate/.test(verb) ? 'projects' : own.feature, work: { quantities: { a: 1 } } }
    const body = {
      account_id: 'customer:null',
      ...Object.fromEntries(wanted.map((name) => [name, given[name as never]])),
    }
    const { status, body: refused } = await server.rest('POST', `/api/v1/entitlements/${verb}`, { token: key, body })
    expect([status, refused]).toMatchObject([
      422,
      { code: 'BAD_USER_INPUT', message: expect.stringContaining("'null'") },
    ])
  })

  it('are refused if they cannot be read, over GraphQL and over REST, and create no account', async () => {
    const count = () => server.query(`select count(*)::int as accounts from account`)
    const before = await count()
    await fc.assert(
      fc.asyncProperty(INVISIBLE, async (id) => {
        const account = `customer:${id}`
        const amount = { feature: 'ai_stories', amount: 1 }
        const answers = [
          await server.graphql(Account, { account }, key),
          await server.graphql(Check, { account, feature: 'ai_stories', amount: 1 }, key),
          await server.graphql(Consume, { input: { accountId: account, ...amount }, key: 'unseen' }, key),
          await server.graphql(UpsertAccount, { account, input: { name: 'Nobody' } }, key),
        ]
        for (const { errors } of answers)
          expect(errors?.[0]).toMatchObject({
            message: expect.stringContaining('customer: must be followed by an ID'),
            extensions: { code: 'BAD_USER_INPUT' },
          })
        for (const [path, body] of [
          ['entitlements/check', amount],
          ['entitlements/consume', { ...amount, idempotency_key: 'unseen' }],
          ['accounts/upsert', { name: 'Nobody' }],
        ] as const) {
          const { status, body: refused } = await server.rest('POST', `/api/v1/${path}`, {
            token: key,
            body: { account_id: account, ...body },
          })
          expect([path, status, refused]).toMatchObject([path, 422, { code: 'BAD_USER_INPUT' }])
        }
      }),
      { numRuns: 25 },
    )
    for (const { path, example } of allOperations.filter(({ example: { account_id: id } }) => id !== undefined)) {
      const body = { ...example, account_id: 'customer:abc\u202e321' }
      const { status } = await server.rest('POST', path, { token: key, body })
      expect([path, Math.trunc(status / 100)]).toEqual([path, 4])
    }
    expect(await count()).toEqual(before)
  })

  it('are rejected among recorded facts, of which the others count', async () => {
    const fact = { feature: 'ai_stories', amount: 1 }
    const events = [
      { ...fact, accountId: 'customer:good', key: 'a' },
      { ...fact, accountId: 'customer:undefined', key: 'b' },
    ]
    const { data } = await server.graphql(RecordUsage, { events }, key)
    expect(data.recordUsage).toMatchObject({
      acceptedCount: 1,
      rejected: [{ index: 1, message: expect.stringContaining("'undefined'") }],
    })
  })
})
