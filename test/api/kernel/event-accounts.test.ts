import { buildSchema, isObjectType } from 'graphql'
import { readFileSync } from 'node:fs'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import { enqueue, newDeployment } from '#test/support/deployments.js'
import { assignTestPlan } from '#test/support/entitlements.js'
import { openEventSource } from '#test/support/event-source.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const STREAMS: Readonly<Record<string, string>> = {
  BillingEvent: 'billingEvents',
  DeploymentEvent: 'deploymentEvents',
  OperatorEvent: 'operatorEvents',
}
const streamOf = (type: string) =>
  `subscription { ${STREAMS[type]} { ... on ${type} { type summary accountExternalId } } }`

interface Event {
  readonly type?: string
  readonly summary?: string
  readonly accountExternalId?: string | null
}

describe('Accounts of events', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('have the ID of the application in every stream with data', () => {
    const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValidSDL: true })
    const types = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name.endsWith('Stream')),
    )
    const withData = types.filter((type) => isObjectType(type) && type.getFields()['data'])
    expect(withData.map(({ name }) => name).toSorted()).toEqual(Object.keys(STREAMS))
  })

  it('have the ID of the application over WebSocket and Server-Sent Events', async () => {
    const email = 'of-the-application@example.com'
    const deployment = await newDeployment(server, email)
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const [{ id: accountId }] = (await server.query<{ id: string }>(
      `select account_id as id from deployment where id = $1`,
      [deployment.id],
    )) as [{ id: string }]
    const tokenOf = (type: string) => (type === 'OperatorEvent' ? operator : deployment.owner)
    const types = Object.keys(STREAMS)
    const sockets = await Promise.all(
      types.map((type) => recordStream<Event>(server.url, tokenOf(type), streamOf(type))),
    )
    const sources = await Promise.all(
      types.map((type) =>
        openEventSource(server.url, { query: streamOf(type) }, { authorization: `Bearer ${tokenOf(type)}` }),
      ),
    )
    await assignTestPlan(server, accountId, 'plus')
    await enqueue(server, deployment)
    await server.app.context.database.transaction(async (transaction) => {
      await recordOperatorEvent(transaction, { type: 'drift.found', summary: 'nobody', accountId: null })
      await recordOperatorEvent(transaction, { type: 'drift.found', summary: 'somebody', accountId })
    })
    const isEnough = (events: readonly Event[]) =>
      events.some(({ accountExternalId, summary }) => accountExternalId && summary !== 'nobody')
    for (const [index, type] of types.entries()) {
      const overSocket = await sockets[index]!.until(isEnough)
      const overSse: Event[] = []
      while (!isEnough(overSse)) {
        const { data } = (await sources[index]!.next())!
        overSse.push(...Object.values((JSON.parse(data) as { data: Record<string, Event> }).data))
      }
      for (const events of [overSocket, overSse])
        for (const event of events.filter((found) => found.type))
          expect([type, event.summary, event.accountExternalId]).toEqual([
            type,
            expect.any(String),
            event.summary === 'nobody' ? null : email,
          ])
    }
    await Promise.all(sockets.map((stream) => stream.stop()))
    for (const source of sources) source.close()
  })
})
