import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import { enqueue, newDeployment } from '#test/support/deployments.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { openEventSource } from '#test/support/event-source.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const STREAMS = ['billingEvents', 'deploymentEvents', 'operatorEvents']
const queryOf = (stream: string) =>
  `subscription { ${stream} { ... on Event { type summary account { externalId } } } }`

interface Event {
  readonly type?: string
  readonly summary?: string
  readonly account?: { readonly externalId: string } | null
}

describe('Accounts of events', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('have the ID of the application over WebSocket and Server-Sent Events', async () => {
    const email = 'of-the-application@example.com'
    const deployment = await newDeployment(server, email)
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const [{ id: accountId }] = (await server.query<{ id: string }>(
      `select account_id as id from deployment where id = $1`,
      [deployment.id],
    )) as [{ id: string }]
    const tokenOf = (stream: string) => (stream === 'operatorEvents' ? operator : deployment.owner)
    const sockets = await Promise.all(
      STREAMS.map((name) => recordStream<Event>(server.url, tokenOf(name), queryOf(name))),
    )
    const sources = await Promise.all(
      STREAMS.map((name) =>
        openEventSource(server.url, { query: queryOf(name) }, { authorization: `Bearer ${tokenOf(name)}` }),
      ),
    )
    await assignTestPlan(server, accountId, 'plus')
    await enqueue(server, deployment)
    await server.app.context.database.transaction(async (transaction) => {
      await recordOperatorEvent(transaction, { type: 'drift.found', summary: 'nobody', accountId: null })
      await recordOperatorEvent(transaction, { type: 'drift.found', summary: 'somebody', accountId })
    })
    const isEnough = (events: readonly Event[]) =>
      events.some(({ account, summary }) => account && summary !== 'nobody')
    for (const [index, name] of STREAMS.entries()) {
      const overSocket = await sockets[index]!.until(isEnough)
      const overSse: Event[] = []
      while (!isEnough(overSse)) {
        const { data } = (await sources[index]!.next())!
        overSse.push(...Object.values((JSON.parse(data) as { data: Record<string, Event> }).data))
      }
      for (const events of [overSocket, overSse])
        for (const event of events.filter((found) => found.type))
          expect([name, event.summary, event.account?.externalId ?? null]).toEqual([
            name,
            expect.any(String),
            event.summary === 'nobody' ? null : email,
          ])
    }
    await Promise.all(sockets.map((stream) => stream.stop()))
    for (const source of sources) source.close()
  })
})
