import { CreateApiKey, Viewer } from '@stackgate/client/documents'
import { pricedTemplate } from '#test/contract/providers/provider.js'
import { Buyer } from '#test/support/buyer.js'
import { readdirSync } from 'node:fs'
import { deploymentWithAgent } from '#test/support/deployments.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { change, joinAccount, person, type Person } from '#test/support/members.js'
import { billingRows, type BillingRows } from '#test/support/billing-rows.js'
import { changeJob, readJob, completedJob, jobInput } from '#test/support/account-jobs.js'
import { ofType } from '#test/support/of-type.js'

describe('Account export and deletion', () => {
  let server: TestServer
  let admin: string
  let trade: BillingRows
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z' })
    admin = await server.token('root@example.com', { roles: ['admin'] })
    trade = billingRows(server)
  })
  afterAll(() => server.close())

  it('waits fourteen days and for subscriptions, can be canceled, and keeps financial records without names', async () => {
    const served = await deploymentWithAgent(server, { email: 'dora@example.com' })
    const dora = await person(server, 'dora@example.com')
    const emma = await joinAccount(server, dora, 'emma@example.com', 'ADMIN')
    await trade.purchase(dora.accountId, {
      product: 'plus',
      currency: 'USD',
      amountMinor: 900,
      at: new Date('2026-01-10T00:00:00Z'),
    })
    const subscription = await trade.subscribe(dora.accountId, 'plus', new Date('2026-01-10T00:00:00Z'))
    await server.query(
      `insert into billing_customer (account_id, provider, customer_id, email, name) values ($1, 'STRIPE', 'cus_dora', 'dora@example.com', 'Dora')`,
      [dora.accountId],
    )
    const { data: made } = await server.graphql(
      CreateApiKey,
      { input: { name: 'k', scopes: ['billing:read'] }, key: 'k' },
      dora.token,
    )
    const remove = (who: Person, key: string) =>
      changeJob(server, who.token, `deleteAccount${jobInput(dora.accountId, key)}`)
    expect(await remove(emma, 'd0')).toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('owner'),
    })
    expect(await remove(dora, 'd1')).toMatchObject({
      __typename: 'Denial',
      code: 'SUBSCRIPTION_CONFLICT',
      subscription: { id: subscription },
    })
    await server.query(`update billing_subscription set cancel_at = '2026-02-10T00:00:00Z' where id = $1`, [
      subscription,
    ])
    expect(await remove(dora, 'd1')).toMatchObject({ status: 'SCHEDULED', runAt: '2026-01-29T10:00:00.000Z' })
    const cancel = (key: string) =>
      changeJob(server, dora.token, `cancelAccountDeletion${jobInput(dora.accountId, key)}`)
    expect(await cancel('c1')).toMatchObject({ status: 'CANCELED' })
    expect(await cancel('c2')).toMatchObject({ code: 'INVALID_TRANSITION' })
    const planned = await remove(dora, 'd2')

    await server.advanceTo('2026-01-29T11:00:00Z')
    await eventually(
      () => readJob(server, admin, planned.id),
      (task) => task?.blockedReason === 'A subscription still runs.',
    )
    expect((await served.agent.wait(0)).status).toBe(200)
    await server.query(`update billing_subscription set status = 'CANCELED' where id = $1`, [subscription])
    await trade.unsubscribe(dora.accountId, subscription, new Date('2026-01-29T12:00:00Z'))
    await server.advanceTo('2026-01-31T12:00:00Z')
    await completedJob(server, admin, planned.id)

    // Agents and keys are rejected, the members find nothing, and the same address is a new user.
    expect((await served.agent.wait(0)).status).toBe(401)
    expect(
      (await server.rest('GET', '/billing/status', { token: ofType(made.createApiKey, 'ApiKeyPayload').secret }))
        .status,
    ).toBe(401)
    expect(
      (await server.graphql(`query ($id: ID!) { account(id: $id) { id } }`, { id: dora.accountId }, emma.token)).data,
    ).toEqual({ account: null })
    const again = await server.graphql(Viewer, {}, await server.token('dora@example.com', { expiresInSeconds: 3600 }))
    expect([again.data.viewer!.user.id === dora.userId, again.data.viewer!.account.id === dora.accountId]).toEqual([
      false,
      false,
    ])
    // Money stays, and nothing says whose it was.
    expect(
      await server.query(`select amount_minor::int as amount from purchase where account_id = $1`, [dora.accountId]),
    ).toEqual([{ amount: 900 }])
    expect(
      await server.query(`select email, name, customer_id from billing_customer where account_id = $1`, [
        dora.accountId,
      ]),
    ).toEqual([{ email: '', name: null, customer_id: 'cus_dora' }])
    const traces = await tracesOf('dora@example.com', again.data.viewer!.user.id)
    expect(traces).toEqual([])
    // An invited user has a separate account and keeps their identity.
    expect(await server.query(`select email from app_user where id = $1`, [emma.userId])).toEqual([
      { email: 'emma@example.com' },
    ])
    const audit = await server.query<{ action: string }>(
      `select action from audit_entry where account_id = $1 and action like 'account.%' order by id`,
      [dora.accountId],
    )
    expect(audit.map(({ action }) => action)).toEqual([
      'account.deletion_scheduled',
      'account.deletion_canceled',
      'account.deletion_scheduled',
      'account.deleted',
    ])
    await expectInvariants(server, ['plans_have_their_subscription'])
    expect(readdirSync(server.dataDir)).toContain('mail')
  })

  it('deletes the customer at the provider when no subscription is active, retrying until it succeeds', async () => {
    const buyer = await Buyer.named(server, 'hugo@example.com')
    await buyer.buy('startSubscription', { plan: 'plus' })
    const { accountId } = await person(server, 'hugo@example.com')
    const [customer] = await eventually(
      () =>
        server.query<{ customer_id: string }>(`select customer_id from billing_customer where account_id = $1`, [
          accountId,
        ]),
      (rows) => rows.length === 1,
    )
    const atStripe = async () => {
      const response = await fetch(`${server.sandbox.url}/v1/customers/${customer!.customer_id}`, {
        headers: { authorization: 'Bearer sk_test_sandbox_server' },
      })
      return (await response.json()) as { email?: string; deleted?: boolean }
    }
    await server.graphql(`mutation { cancelSubscription(key: "h") { denial { code } } }`, {}, buyer.token)
    const planned = await changeJob(server, buyer.token, `deleteAccount${jobInput(accountId, 'h')}`)
    expect(planned.status).toBe('SCHEDULED')
    // The paid month is longer than the time of grace.
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 20 * 86_400_000).toISOString())
    expect((await readJob(server, admin, planned.id))!.status).toBe('SCHEDULED')
    expect(await atStripe()).toMatchObject({ email: 'hugo@example.com' })
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'DELETE', path: '/v1/customers/' },
      action: 'status_500',
      times: 6,
    })
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 20 * 86_400_000).toISOString())
    await completedJob(server, admin, planned.id)
    await eventually(atStripe, ({ deleted }) => deleted === true, 30_000)
    const calls = await server.sandboxControl<{ calls: { method: string; path: string; status: number }[] }>(
      'GET',
      'calls',
    )
    expect(
      calls.calls.filter(({ method, path }) => method === 'DELETE' && path.endsWith(customer!.customer_id)).length,
    ).toBeGreaterThan(6)
    // The purchases are still stored.
    expect(
      await server.query(`select status, amount_minor::int as amount from purchase where account_id = $1`, [accountId]),
    ).toEqual([{ status: 'PAID', amount: 2000 }])
    await expectInvariants(server, ['plans_have_their_subscription'])
  })

  /** Rows of any table that still contain personal data, except those of the user who signed up again. */
  async function tracesOf(text: string, newUserId: string): Promise<string[]> {
    const tables = await server.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    const found = await Promise.all(
      tables.map(async ({ name }) => {
        const rows = await server.query<{ row: string }>(
          `select t::text as row from "${name}" t where t::text ilike $1`,
          [`%${text}%`],
        )
        return rows.map(({ row }) => `${name}: ${row}`)
      }),
    )
    const fresh = await server.query<{ id: string }>(`select account_id as id from member where user_id = $1`, [
      newUserId,
    ])
    const own = [newUserId, ...fresh.map(({ id }) => id)]
    return found.flat().filter((row) => !own.some((id) => row.includes(id)))
  }

  it('lets only operators export and delete on behalf of an account', async () => {
    const finn = await person(server, 'finn@example.com')
    expect(await changeJob(server, admin, `exportAccount${jobInput(finn.accountId, 'x')}`)).toMatchObject({
      __typename: 'AccountJob',
    })
    expect(await changeJob(server, admin, `deleteAccount${jobInput(finn.accountId, 'x')}`)).toMatchObject({
      status: 'SCHEDULED',
    })
    const stranger = await person(server, 'gina@example.com')
    for (const mutation of ['exportAccount', 'deleteAccount'])
      expect(await changeJob(server, stranger.token, `${mutation}${jobInput(finn.accountId, 'x')}`)).toMatchObject({
        code: 'NOT_FOUND',
      })
    expect((await change(server, finn, 'leaveAccount')).message).toContain('deleteAccount')
  })

  it('names the monthly payment of a template, which no subscription to a plan shows', async () => {
    const templateId = await pricedTemplate(server, 'static-site', {
      amountMinor: 900,
      interval: { unit: 'MONTH', count: 1 },
    })
    const buyer = await Buyer.named(server, 'tenant@example.com')
    await buyer.buy('purchaseTemplate', { templateId })
    const { accountId } = await person(server, 'tenant@example.com')
    expect(await changeJob(server, buyer.token, `deleteAccount${jobInput(accountId, 'monthly')}`)).toMatchObject({
      __typename: 'Denial',
      code: 'INVALID_TRANSITION',
      message: expect.stringContaining('template'),
    })
  })
})
