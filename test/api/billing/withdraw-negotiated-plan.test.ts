import { randomUUID } from 'node:crypto'
import { expectInvariants } from '#test/support/invariants.js'
import { accountIdOf } from '#test/support/accounts.js'
import { negotiatedPlansOf, offerPlan, withdrawPlan } from '#test/support/negotiated-plans.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import { change, subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const ROUNDS = 6

// AgileForge: Professional costs 10.00 and Business 18.00 a month.
describe('withdrawNegotiatedPlan', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const offered = async (name: string) => {
    const email = `${name}@example.com`
    const token = await server.token(email)
    const accountId = await accountIdOf(server, token)
    const { id } = await offerPlan(server, admin, { accountId })
    return { email, token, accountId, id }
  }
  const start = async ({ token, id }: { readonly token: string; readonly id: string }) =>
    (
      await server.graphql<{ startSubscription: { providerReference?: string; code?: string } }>(
        `mutation ($input: StartSubscriptionInput!, $key: String!) { startSubscription(input: $input, key: $key) { checkout { providerReference } denial { code } } }`,
        { input: { provider: 'STRIPE', plan: 'business', negotiatedPlanId: id }, key: randomUUID() },
        token,
      )
    ).data.startSubscription

  it('ends an offer, closes its open page, and repeats its result for a key', async () => {
    const { accountId, ...ann } = await offered('ann')
    const { providerReference } = await start(ann)
    expect(providerReference).toBeDefined()
    const input = { accountId, id: ann.id, key: randomUUID() }
    for (let attempt = 0; attempt < 2; attempt++)
      expect(await withdrawPlan(server, admin, input)).toMatchObject({ status: 'WITHDRAWN' })
    expect(await server.query(`select status from checkout where account_id = $1`, [accountId])).toEqual([
      { status: 'EXPIRED' },
    ])
    expect(await start(ann)).toEqual({ code: 'NOT_FOR_SALE' })
    expect(await withdrawPlan(server, admin, { accountId, id: ann.id })).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    // An account of another name is not found.
    const bob = await offered('bob')
    expect(await withdrawPlan(server, admin, { accountId, id: bob.id })).toMatchObject({
      code: 'NOT_FOR_SALE',
    })
    await expect(withdrawPlan(server, bob.token, { accountId, id: ann.id })).rejects.toThrow('FORBIDDEN')
  })

  it('is denied after an acceptance, also while it waits for the end of the period', async () => {
    const carl = await offered('carl')
    await subscribe(server, carl.email, { plan: 'business' })
    // 9.00 are less than 18.00, so the price begins with the next period.
    const accepted = await change(server, carl, 'changePlan', { plan: 'business', negotiatedPlanId: carl.id })
    expect(accepted).toMatchObject({ __typename: 'PlanChangePayload' })
    const withdraw = () => withdrawPlan(server, admin, { accountId: carl.accountId, id: carl.id })
    expect(await withdraw()).toMatchObject({ code: 'INVALID_TRANSITION' })
    // The account takes the change back, and the operator the offer.
    await change(server, carl, 'resumeSubscription')
    expect(await withdraw()).toMatchObject({ status: 'WITHDRAWN' })
    const dora = await offered('dora')
    await subscribe(server, dora.email, { plan: 'business', negotiatedPlanId: dora.id })
    expect(await withdrawPlan(server, admin, { accountId: dora.accountId, id: dora.id })).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
  })

  it('has one result when it is concurrent with a payment, a new checkout and a change', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const payer = await offered(`payer${round}`)
      const { providerReference } = await start(payer)
      const [withdrawn] = await Promise.all([
        withdrawPlan(server, admin, { accountId: payer.accountId, id: payer.id }),
        server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {}).catch(() => undefined),
      ])
      expect(['ACTIVE', 'WITHDRAWN']).toContain(withdrawn.status)
      const plans = await eventually(
        () => negotiatedPlansOf(server, payer.token),
        ([plan]) => plan?.status !== 'OFFERED',
      )
      const checkouts = await eventually(
        () => server.query<{ status: string }>(`select status from checkout where account_id = $1`, [payer.accountId]),
        ([checkout]) => checkout?.status === 'COMPLETED' || checkout?.status === 'EXPIRED',
      )
      expect(checkouts).toEqual([{ status: plans[0]!.status === 'ACTIVE' ? 'COMPLETED' : 'EXPIRED' }])

      const starter = await offered(`starter${round}`)
      const [ended, begun] = await Promise.all([
        withdrawPlan(server, admin, { accountId: starter.accountId, id: starter.id }),
        start(starter),
      ])
      expect(ended.status).toBe('WITHDRAWN')
      const live = await server.query(
        `select 1 from checkout where account_id = $1 and status in ('CREATING', 'OPEN', 'PROCESSING')`,
        [starter.accountId],
      )
      expect([live, begun.code ?? 'page']).toEqual([
        [],
        expect.stringMatching(/^(?:NOT_FOR_SALE|CHECKOUT_CONFLICT|page)$/),
      ])

      const changer = await offered(`changer${round}`)
      await subscribe(server, changer.email, { plan: 'professional', trialDays: 0 })
      const [result, changed] = await Promise.all([
        withdrawPlan(server, admin, { accountId: changer.accountId, id: changer.id }),
        change(server, changer, 'changePlan', { plan: 'business', negotiatedPlanId: changer.id, at: 'NOW' }),
      ])
      expect([result.status ?? result.code, changed.code ?? changed.__typename]).toEqual(
        changed.__typename === 'PlanChangePayload'
          ? ['INVALID_TRANSITION', 'PlanChangePayload']
          : ['WITHDRAWN', 'NOT_FOR_SALE'],
      )
    }
    expect((await reconcile(server, admin)).drift).toEqual([])
    await expectInvariants(server)
  })
})
