import { deploymentWithAgent } from '#test/support/deployments.js'
import { grantTestCredits } from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { joinAccount, person } from '#test/support/members.js'
import { billingRows, type BillingRows } from '#test/support/billing-rows.js'
import { changeJob, readJob, completedJob, jobInput } from '#test/support/account-jobs.js'

describe('exportAccount', () => {
  let server: TestServer
  let trade: BillingRows
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z' })
    trade = billingRows(server)
  })
  afterAll(() => server.close())

  it('exports all tables as one document without secrets, for owners and admins only', async () => {
    const served = await deploymentWithAgent(server, { email: 'ann@example.com' })
    const ann = await person(server, 'ann@example.com')
    const bob = await joinAccount(server, ann, 'bob@example.com')
    await grantTestCredits(server, ann.accountId, 'deployments', 3).catch(() => undefined)
    await trade.purchase(ann.accountId, {
      product: 'plus',
      currency: 'USD',
      amountMinor: 900,
      at: new Date('2026-01-10T00:00:00Z'),
    })
    const requested = await changeJob(server, ann.token, `exportAccount${jobInput(ann.accountId, 'e1')}`)
    expect(requested).toMatchObject({ __typename: 'AccountJob' })
    expect(await changeJob(server, ann.token, `exportAccount${jobInput(ann.accountId, 'e1')}`)).toMatchObject({
      id: requested.id,
    })
    const task = (await completedJob(server, ann.token, requested.id))!
    expect(task).toMatchObject({
      progressPercent: 100,
      downloadUrl: expect.stringContaining(`/api/v1/account-exports/${requested.id}`),
    })
    const fetched = await server.rest('GET', `/api/v1/account-exports/${requested.id}`, { token: ann.token })
    expect([fetched.status, fetched.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringContaining(ann.accountId),
    ])
    const document = fetched.body as unknown as {
      format: string
      accountId: string
      tables: Record<string, Record<string, unknown>[]>
    }
    expect(document).toMatchObject({ format: 'stackgate-account-export/1', accountId: ann.accountId })
    expect(document.tables['purchase']).toEqual([expect.objectContaining({ amount_minor: 900, currency: 'USD' })])
    expect(document.tables['app_user']!.map(({ email }) => String(email)).toSorted()).toEqual([
      'ann@example.com',
      'bob@example.com',
    ])
    expect(document.tables['deployment']).toHaveLength(1)
    expect(document.tables['agent']).toEqual([expect.not.objectContaining({ token_sealed: expect.anything() })])
    expect(JSON.stringify(document)).not.toContain(served.agent.identity.token)
    // A member can read the account but not export it. A user who is not a member sees nothing.
    expect(await changeJob(server, bob.token, `exportAccount${jobInput(ann.accountId, 'e2')}`)).toMatchObject({
      code: 'FORBIDDEN',
    })
    const stranger = await server.token('carl@example.com')
    expect(await readJob(server, stranger, requested.id)).toBeNull()
    for (const token of [bob.token, stranger])
      expect((await server.rest('GET', `/api/v1/account-exports/${requested.id}`, { token })).status).toBe(404)
    const { data } = await server.graphql(`{ account { access { jobs { nodes { id } } } } }`, {}, ann.token)
    expect(data).toEqual({ account: { access: { jobs: { nodes: [{ id: requested.id }] } } } })
  })
})
