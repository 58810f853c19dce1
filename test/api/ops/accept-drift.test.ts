import { variablesOf } from '#test/support/mutations.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { cleanRun, moneyOf, reconcileMoney, untilQuiet, type Drift } from '#test/support/money-runs.js'
import { subscribe } from '#test/support/subscribers.js'

const ACCEPT = `mutation ($id: ID!, $reason: String!, $expiresAt: DateTime) {
  acceptDrift(id: $id, reason: $reason, expiresAt: $expiresAt) {
    drift { id accepted acceptedUntil healed action account { id } }
    denial { code issues { path } }
  }
}`

describe('acceptDrift', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const accept = async (input: object) => {
    const { data, errors } = await server.graphql<{ acceptDrift: object }>(
      ACCEPT,
      variablesOf('acceptDrift', input),
      operator,
    )
    expect(errors).toBeUndefined()
    return data.acceptDrift
  }

  it('leaves a difference out of later runs until the end of its acceptance', async () => {
    const who = await subscribe(server, 'drifted@example.com', { plan: 'basic' })
    await untilQuiet(server)
    await cleanRun(server, operator)
    await server.query(`update purchase set payment_id = 'pi_gone', invoice_id = null where account_id = $1`, [
      who.accountId,
    ])
    const find = async (): Promise<Drift | undefined> =>
      moneyOf(await reconcileMoney(server, operator, {})).find(({ kind }) => kind === 'UNKNOWN_PAYMENT')
    const drift = (await find())!
    expect(drift).toMatchObject({ action: 'ACCEPT', account: { id: who.accountId } })
    expect(await accept({ driftId: drift.id, reason: ' ', expiresAt: '2020-01-01T00:00:00Z' })).toEqual({
      code: 'INVALID_PARAMETERS',
      issues: [{ path: ['reason'] }, { path: ['expiresAt'] }],
    })
    const until = new Date(server.app.context.clock.now().getTime() + 86_400_000).toISOString()
    expect(await accept({ driftId: drift.id, reason: 'moved by the bank', expiresAt: until })).toEqual({
      id: drift.id,
      accepted: true,
      acceptedUntil: until,
      healed: false,
      action: null,
      account: { id: who.accountId },
    })
    const node = await server.graphql<{ node: object }>(
      `query ($id: ID!) { node(id: $id) { ... on Drift { kind accepted } } }`,
      { id: drift.id },
      operator,
    )
    expect(node.data.node).toEqual({ kind: 'UNKNOWN_PAYMENT', accepted: true })
    const stranger = await server.token('stranger@example.com')
    const unseen = await server.graphql(`query ($id: ID!) { node(id: $id) { id } }`, { id: drift.id }, stranger)
    expect(unseen.data).toEqual({ node: null })
    expect(await find()).toBeUndefined()
    await server.advanceTo(new Date(Date.parse(until) + 3_600_000).toISOString())
    expect(await find()).toMatchObject({ accepted: false })
  })
})
