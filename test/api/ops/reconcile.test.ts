import { runReconciliation } from '../../../src/services/ops/reconciliation/reconcile.js'
import { eventually, openHouse, type House } from '../../support/house.js'

interface Run {
  id: string
  finishedAt: string | null
  checked: number
  healed: number
  why: string | null
  drift: { kind: string; object: string; ours: unknown; theirs: unknown; healed: boolean }[]
}

const RUN = `id finishedAt checked healed why drift { kind object ours theirs healed }`

describe('[RE1] A provider compared with what we have', () => {
  let house: House
  let operator: string
  beforeAll(async () => {
    house = await openHouse()
    operator = await house.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => house.close())

  const reconcile = async (heal = false): Promise<Run> => {
    const { data, errors } = await house.graphql<{ reconcile: Run }>(
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
        house.rows(
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
    const token = await house.token(email)
    const { data } = await house.graphql<{ startSubscription: { sessionId: string } }>(
      `mutation ($plan: String!, $quantity: Int!) { startSubscription(input: { plan: $plan, quantity: $quantity, idempotencyKey: "buy" }) { ... on Checkout { sessionId } } }`,
      { plan, quantity },
      token,
    )
    await house.control('POST', `checkouts/${data.startSubscription.sessionId}/pay`, {})
    const [row] = await eventually(
      () =>
        house.rows<Omit<Buyer, 'token'>>(
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
      await house.graphql<{ account: { plan: { plan: { code: string } } } }>(
        `{ account { plan { plan { code } } } }`,
        {},
        token,
      )
    ).data.account.plan.plan.code
  const kinds = (run: Run) => run.drift.map(({ kind, object }) => `${kind} ${object}`).sort()

  it('finds nothing where all is well, and then every seeded kind; heals them when told to, and finds nothing again', async () => {
    const buyers: Record<string, Buyer> = {}
    for (const name of [
      'missing',
      'unknown',
      'status',
      'plan',
      'quantity',
      'ungranted',
      'overgranted',
      'extra',
      'kept',
    ])
      buyers[name] = await buy(`${name}@example.com`, 'plus', name === 'quantity' ? 3 : 1)
    const { missing, unknown, status, plan, quantity, ungranted, overgranted, extra } = buyers
    await quiet()
    const clean = await reconcile()
    expect(clean).toMatchObject({ drift: [], healed: 0, why: null })
    expect(clean.checked).toBeGreaterThan(20)

    const forget = async ({ id }: Buyer) => {
      await house.rows(`update plan_assignment set ended_at = since where source_id = $1`, [id])
      await house.rows(`delete from subscription_item where subscription_id = $1`, [id])
      await house.rows(`delete from billing_subscription where id = $1`, [id])
    }
    await forget(missing!)
    await forget(unknown!)
    await house.rows(`update billing_customer set customer_id = null where account_id = $1`, [unknown!.account_id])
    await house.rows(`update billing_subscription set status = 'UNPAID' where id = $1`, [status!.id])
    await house.rows(
      `update billing_subscription set plan_version_id = (select v.id from plan_version v join plan p on p.id = v.plan_id where p.code = 'basic') where id = $1`,
      [plan!.id],
    )
    await house.rows(`update billing_subscription set quantity = 1 where id = $1`, [quantity!.id])
    await house.rows(`update plan_assignment set ended_at = since where source_id = $1`, [ungranted!.id])
    await house.rows(`update billing_subscription set external_id = 'sub_nobody_knows' where id = $1`, [extra!.id])
    await house.control('POST', 'faults', { match: { event: 'customer.subscription.deleted' }, action: 'webhook_drop' })
    await fetch(`${house.sandbox.url}/v1/subscriptions/${overgranted!.external_id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer sk_test_sandbox_house' },
    })
    await house.rows(`update billing_subscription set status = 'CANCELED' where id = $1`, [overgranted!.id])
    await house.rows(`delete from inbox_event where type = 'customer.subscription.deleted'`)

    const found = await reconcile()
    expect(found.healed).toBe(0)
    const events = found.drift.filter(({ kind }) => kind === 'missing_event')
    expect(events.map(({ theirs }) => (theirs as { type: string }).type)).toEqual(['customer.subscription.deleted'])
    expect(kinds(found).filter((line) => !line.startsWith('missing_event'))).toEqual(
      [
        `missing_subscription subscription:${missing!.external_id}`,
        // Our own row of it bears a name that the provider does not know.
        `missing_subscription subscription:${extra!.external_id}`,
        `extra_subscription subscription:sub_nobody_knows`,
        `unknown_customer subscription:${unknown!.external_id}`,
        `wrong_status subscription:${status!.external_id}`,
        `wrong_plan subscription:${plan!.external_id}`,
        `wrong_quantity subscription:${quantity!.external_id}`,
        `paid_not_granted subscription:${ungranted!.external_id}`,
        `granted_not_paid subscription:${overgranted!.external_id}`,
      ].sort(),
    )
    expect(found.drift.find(({ kind }) => kind === 'wrong_plan')).toMatchObject({
      ours: { plan: 'basic' },
      theirs: { plan: 'plus' },
      healed: false,
    })
    const metrics = (await house.rest('GET', '/metrics')).body as unknown as string
    expect(metrics).toContain('stackgate_reconciliation_drift{provider="STRIPE",kind="wrong_plan"} 1')

    const healed = await reconcile(true)
    expect(healed.drift.filter((drift) => !drift.healed)).toEqual([])
    expect(healed.healed).toBe(10)
    await quiet()
    expect(await reconcile()).toMatchObject({ drift: [], healed: 0 })
    expect((await house.rest('GET', '/metrics')).body as unknown as string).toContain(
      'stackgate_reconciliation_drift{provider="STRIPE",kind="wrong_plan"} 0',
    )

    expect(await planOf(overgranted!)).toBe('free')
    for (const buyer of [missing, unknown, status, plan, quantity, ungranted, extra])
      expect(await planOf(buyer!)).toBe('plus')
    const [row] = await house.rows<{ quantity: number }>(
      `select quantity from plan_assignment where source_id = $1 and ended_at is null`,
      [quantity!.id],
    )
    expect(row!.quantity).toBe(3)
  }, 60_000)

  it('a change that is planned for the end of the period stands at the provider already, and is no drift', async () => {
    const leaner = await buy('leaner@example.com', 'plus')
    await quiet()
    const { data } = await house.graphql<{ changePlan: { effectiveAt: string } }>(
      `mutation { changePlan(input: { plan: "basic", idempotencyKey: "leaner" }) { ... on PlanChanged { effectiveAt } } }`,
      {},
      leaner.token,
    )
    expect(data.changePlan.effectiveAt).toBe('2026-02-15T10:00:00.000Z')
    await quiet()
    expect((await reconcile()).drift).toEqual([])
    expect(await planOf(leaner)).toBe('plus')
  })

  it('settles a checkout that was paid while every webhook about it was lost', async () => {
    const token = await house.token('unheard@example.com')
    await house.control('POST', 'faults', { action: 'webhook_drop', times: 20 })
    const { data } = await house.graphql<{ startSubscription: { sessionId: string } }>(
      `mutation { startSubscription(input: { plan: "basic", idempotencyKey: "buy" }) { ... on Checkout { sessionId } } }`,
      {},
      token,
    )
    await house.control('POST', `checkouts/${data.startSubscription.sessionId}/pay`, {})
    expect(await planOf({ token })).toBe('free')
    const found = await reconcile()
    expect(kinds(found)).toEqual(
      expect.arrayContaining([`paid_not_granted checkout:${data.startSubscription.sessionId}`]),
    )
    expect(found.drift.filter(({ kind }) => kind === 'missing_event').length).toBeGreaterThanOrEqual(3)
    await reconcile(true)
    expect(await planOf({ token })).toBe('basic')
    await house.control('DELETE', 'faults')
    await quiet()
    expect(await reconcile()).toMatchObject({ drift: [] })
  })

  it('[RE2] the hourly sweep finds a gap in the events, takes them in, and what they tell of follows', async () => {
    const leaving = await buy('leaving@example.com')
    await quiet()
    await house.control('POST', 'faults', { action: 'webhook_drop', times: 20 })
    await fetch(`${house.sandbox.url}/v1/subscriptions/${leaving.external_id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer sk_test_sandbox_house' },
    })
    expect(await planOf(leaving)).toBe('plus')
    const { context } = house.app
    const now = context.clock.now()
    const sweep = () =>
      runReconciliation(context, context.providers.STRIPE!, {
        scope: 'EVENTS',
        since: new Date(now.getTime() - 48 * 3_600_000),
        until: now,
        heal: true,
        requestedBy: null,
      })
    const run = await sweep()
    expect(run.drift).toEqual([
      {
        kind: 'missing_event',
        object: expect.stringMatching(/^event:evt_/),
        ours: null,
        theirs: { id: expect.any(String), type: 'customer.subscription.deleted' },
        healed: true,
      },
    ])
    await eventually(
      () => planOf(leaving),
      (plan) => plan === 'free',
    )
    await house.control('DELETE', 'faults')
    expect((await sweep()).drift).toEqual([])
  })

  it('says why it stopped when the provider does not answer, and keeps its report', async () => {
    await house.control('POST', 'faults', { match: { method: 'GET', path: '/v1/subscriptions' }, action: 'status_500' })
    const run = await reconcile()
    expect(run.why).toBe('The payment provider does not answer right now; try again.')
    await house.control('DELETE', 'faults')
    const { data } = await house.graphql<{ reconciliationRuns: { nodes: Run[] }; node: { id: string } }>(
      `query ($id: ID!) { reconciliationRuns(first: 1) { nodes { ${RUN} } } node(id: $id) { id } }`,
      { id: run.id },
      operator,
    )
    expect(data.reconciliationRuns.nodes).toEqual([run])
    expect(data.node.id).toBe(run.id)
  })
})
