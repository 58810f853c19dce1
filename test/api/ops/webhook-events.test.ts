import { ReplayWebhook } from '@stackgate/client/documents'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { stripeEvent } from '#test/support/signed-event.js'
import { LIST, deliverEvent, listEvents } from '#test/support/webhook-events.js'

describe('webhookEvents', () => {
  let server: TestServer
  let operator: string
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())
  const replay = (id: string, token = operator) => server.graphql(ReplayWebhook, { id }, token)

  it('lists page by page, newest first, and filters by type', async () => {
    for (let index = 0; index < 5; index++)
      await deliverEvent(
        server,
        stripeEvent('radar.early_fraud_warning.created', { object: 'radar.early_fraud_warning', id: `issfr_${index}` }),
      )
    const variables = { filter: { types: ['radar.early_fraud_warning.created'] }, first: 3 }
    const first = await listEvents(server, operator, variables)
    const rest = await listEvents(server, operator, { ...variables, after: first.pageInfo.endCursor })
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false])
    const ids = [...first.nodes, ...rest.nodes].map(
      ({ payload }) => payload as unknown as { data: { object: { id: string } } },
    )
    expect(ids.map(({ data }) => data.object.id)).toEqual(['issfr_4', 'issfr_3', 'issfr_2', 'issfr_1', 'issfr_0'])
    expect(first.nodes.every(({ status }) => status === 'IGNORED')).toBe(true)
  })

  it('reads payloads, of up to 1 MiB each, only if they are selected', async () => {
    const read = async (fields: string) => {
      seen.length = 0
      await server.graphql(`{ webhookEvents(first: 5) { nodes { ${fields} } } }`, {}, operator)
      return seen.filter((text) => text.includes('inbox_event') && /select[^]*"payload"|select \*/.test(text)).length
    }
    expect(await read('id status effects')).toBe(0)
    expect(await read('id payload')).toBe(1)
  })

  it('requires an operator or a service key with an operator scope', async () => {
    const { nodes } = await listEvents(server, operator, { filter: { statuses: ['IGNORED'] }, first: 1 })
    const customer = await server.token('curious@example.com')
    const reader = await server.serviceKey(['ops:read'])
    const codes = async (token: string) => {
      const read = await server.graphql(LIST, {}, token)
      const write = await replay(nodes[0]!.id, token)
      const node = await server.graphql<{ node: { id: string } | null }>(
        `query ($id: ID!) { node(id: $id) { id } }`,
        { id: nodes[0]!.id },
        token,
      )
      return [
        read.errors?.[0]?.extensions.code ?? 'ok',
        write.errors?.[0]?.extensions.code ?? 'ok',
        node.data.node?.id ?? null,
      ]
    }
    expect(await codes(customer)).toEqual(['FORBIDDEN', 'FORBIDDEN', null])
    expect(await codes(reader)).toEqual(['ok', 'FORBIDDEN', nodes[0]!.id])
    expect(await codes(await server.serviceKey(['ops:*']))).toEqual(['ok', 'ok', nodes[0]!.id])
    expect((await replay('ibx_00000000000000000000000000')).errors![0]!.extensions.code).toBe('NOT_FOUND')
  })
})
