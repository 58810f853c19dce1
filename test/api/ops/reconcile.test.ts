import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Run {
  id: string
  finishedAt: string | null
  checked: number
  healed: number
  error: string | null
  drift: { kind: string; object: string; ours: unknown; theirs: unknown; healed: boolean }[]
}

const RUN = `id finishedAt checked healed error drift { kind object ours theirs healed }`

// Findings by kind and their healing: test/contract/providers/reconcile.test.ts, for every provider.
describe('Reconciliation with a provider [RE1]', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const reconcile = async (heal = false): Promise<Run> => {
    const { data, errors } = await server.graphql<{ reconcile: Run }>(
      `mutation ($heal: Boolean!) { reconcile(input: { heal: $heal }) { ${RUN} } }`,
      { heal },
      operator,
    )
    expect(errors).toBeUndefined()
    expect(data.reconcile.finishedAt).not.toBeNull()
    return data.reconcile
  }
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
    const { data } = await server.graphql<{ startSubscription: { sessionId: string } }>(
      `mutation ($plan: String!, $quantity: Int!) { startSubscription(input: { plan: $plan, quantity: $quantity, idempotencyKey: "buy" }) { ... on Checkout { sessionId } } }`,
      { plan, quantity },
      token,
    )
    await server.sandboxControl('POST', `checkouts/${data.startSubscription.sessionId}/pay`, {})
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
    (
      await server.graphql<{ account: { plan: { plan: { code: string } } } }>(
        `{ account { plan { plan { code } } } }`,
        {},
        token,
      )
    ).data.account.plan.plan.code

  it('does not count a scheduled change at the provider as drift', async () => {
    const leaner = await buy('leaner@example.com', 'plus')
    await quiet()
    const { data } = await server.graphql<{ changePlan: { effectiveAt: string } }>(
      `mutation { changePlan(input: { plan: "basic", idempotencyKey: "leaner" }) { ... on PlanChanged { effectiveAt } } }`,
      {},
      leaner.token,
    )
    expect(data.changePlan.effectiveAt).toBe('2026-02-15T10:00:00.000Z')
    await quiet()
    expect((await reconcile()).drift).toEqual([])
    expect(await planOf(leaner)).toBe('plus')
  })

  it('stops with the reason if the provider does not respond, and keeps its report', async () => {
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'GET', path: '/v1/subscriptions' },
      action: 'status_500',
    })
    const run = await reconcile()
    expect(run.error).toBe('The payment provider is not responding. Try again.')
    await server.sandboxControl('DELETE', 'faults')
    const { data } = await server.graphql<{ reconciliationRuns: { nodes: Run[] }; node: { id: string } }>(
      `query ($id: ID!) { reconciliationRuns(first: 1) { nodes { ${RUN} } } node(id: $id) { id } }`,
      { id: run.id },
      operator,
    )
    expect(data.reconciliationRuns.nodes).toEqual([run])
    expect(data.node.id).toBe(run.id)
  })
})
