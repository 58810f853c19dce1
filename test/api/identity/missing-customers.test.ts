import { Account, CreateAccountSession, RecordUsage, UpsertAccount } from '@stackgate/client/documents'
import { OPERATIONS } from '#rest/operations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const MISSING = ['undefined', 'null', 'NaN', 'None', '[object Object]', '<nil>', 'nil'] as const
const SCOPES = ['entitlements:read', 'entitlements:write', 'billing:write', 'accounts:write']
const HOT = ['check', 'check-plan', 'preview', 'consume', 'reserve', 'allocate', 'deallocate']

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

  it.each(OPERATIONS.filter(({ example }) => 'account_id' in example))(
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
