import { variablesOf } from '#test/support/mutations.js'
import { Invariants } from '@stackgate/client/documents'
import { checkDue } from '#services/catalog/invariants/check-in-background.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import {
  cleanRun,
  moneyOf,
  chargeAtStripe,
  reconcileMoney,
  refundsAtStripe,
  resolveDrift,
  untilQuiet,
  type Drift,
  type Run,
} from '#test/support/money-runs.js'
import { subscribe } from '#test/support/subscribers.js'

describe('healDrift', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const reconcile = (input: object = {}): Promise<Run> => reconcileMoney(server, operator, input)
  const resolve = (drift: Drift): Promise<Drift> => resolveDrift(server, operator, drift)
  const clean = () => cleanRun(server, operator)

  it("reports a payment without a request, and refunds it on an operator's request", async () => {
    const who = await subscribe(server, 'foreign@example.com', { plan: 'basic' })
    const intent = await chargeAtStripe(server, who.customerId)
    expect(intent).toMatchObject({ status: 'succeeded' })
    await untilQuiet(server)
    const run = await reconcile({ heal: true })
    const drift = moneyOf(run).find(({ object }) => object === `payment:${intent.id}`)!
    expect(drift).toMatchObject({
      kind: 'MISSING_PURCHASE',
      action: 'REFUND',
      healed: false,
      account: { id: who.accountId },
    })
    await checkDue(server.app.context, () => false, 0, 0)
    const { data } = await server.graphql(Invariants, {}, operator)
    expect(data.invariants!.find(({ name }) => name === 'money_matches_provider')).toMatchObject({ ok: false })
    await resolve(drift)
    expect(await refundsAtStripe(server, intent.id)).toEqual([777])
    await untilQuiet(server)
    expect(moneyOf(await clean())).toEqual([])
  })

  it('requires an operator, and denies healing an unknown difference', async () => {
    const buyer = await server.token('buyer@example.com')
    const run = await reconcile()
    const input = { driftId: `${run.id.replace('rcn', 'drf')}-999`, reason: 'x' }
    const call = (token: string) =>
      server.graphql(
        `mutation ($id: ID!, $reason: String!) { healDrift(id: $id, reason: $reason) { denial { code } } }`,
        variablesOf('healDrift', input),
        token,
      )
    expect((await call(buyer)).errors![0]!.extensions.code).toBe('FORBIDDEN')
    expect((await call(operator)).errors![0]!.extensions.code).toBe('NOT_FOUND')
  })
})
