import { Account, ChangePlan } from '@stackgate/client/documents'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import { startCheckout } from '#test/support/buy-plan.js'
import { runReconciliation, type RunPlan } from '#services/billing/reconciliation/reconcile.js'
import { ofType } from '#test/support/of-type.js'

describe('Reconciliation with a provider', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())
  const quiet = () =>
    eventually(
      () =>
        server.query(
          `select 1 from inbox_object where pending union all select 1 from outbox_event where state = 'PENDING' union all select 1 from checkout where status in ('OPEN', 'PROCESSING')`,
        ),
      (open) => open.length === 0,
      20_000,
    )
  interface Buyer {
    token: string
    account_id: string
    id: string
    external_id: string
  }
  const buy = async (email: string, plan = 'plus', quantity = 1): Promise<Buyer> => {
    const token = await server.token(email)
    const providerReference = await startCheckout(server, token, { plan, quantity, idempotencyKey: 'buy' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    const [row] = await eventually(
      () =>
        server.query<Omit<Buyer, 'token'>>(
          `select s.id, s.external_id, s.account_id from billing_subscription s join account a on a.id = s.account_id where a.external_id = $1`,
          [email],
        ),
      (rows) => rows.length === 1,
      10_000,
    )
    return { token, ...row! }
  }
  const planOf = async ({ token }: { token: string }) =>
    (await server.graphql(Account, {}, token)).data.account!.plan.plan.code

  it('does not count a scheduled change at the provider as drift', async () => {
    const leaner = await buy('leaner@example.com', 'plus')
    await quiet()
    const { data } = await server.graphql(ChangePlan, { input: { plan: 'basic' }, key: 'leaner' }, leaner.token)
    expect(ofType(data.changePlan, 'PlanChangePayload').effectiveAt).toBe('2026-02-15T10:00:00.000Z')
    await quiet()
    expect((await reconcile(server, operator)).drift).toEqual([])
    expect(await planOf(leaner)).toBe('plus')
  })

  it('ends between two objects when the server stops, and leaves no unfinished run', async () => {
    const { context } = server.app
    const port = context.providers['STRIPE']!
    const runs = () => server.query<{ id: string }>('select id from reconciliation_run order by id')
    const before = await runs()
    let calls = 0
    const plan: RunPlan = {
      scope: 'STATE',
      since: new Date(0),
      until: context.clock.now(),
      moneySince: new Date(0),
      accountId: null,
      heal: 'SAFE',
      requestedBy: null,
      isStopping: () => ++calls > 4,
    }
    await expect(runReconciliation(context, port, plan)).rejects.toThrow('The server stopped.')
    expect(await runs()).toEqual(before)
    const complete = await runReconciliation(context, port, { ...plan, isStopping: () => false })
    expect([complete.error, complete.found]).toEqual([null, 0])
    expect(complete.checked).toBeGreaterThan(0)
  })
})
