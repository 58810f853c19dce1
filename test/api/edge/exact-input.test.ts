import { CreateTeam, CreateApiKey } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { buildSchema, isInputObjectType } from 'graphql'
import { editPolicy } from '#test/support/policies.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { stripeEvent, stripeSignature } from '#test/support/signed-event.js'
import { accountIdOf } from '#test/support/accounts.js'

describe('exact input', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it.each([
    ['a byte order mark before it', (body: Buffer) => Buffer.concat([Buffer.from('\ufeff'), body])],
    ['bytes that are not UTF-8 for its replacement characters', (body: Buffer) => replaced(body)],
  ])('rejects a signed event with %s', async (_what, change) => {
    const text = JSON.stringify(stripeEvent('product.updated', { id: 'prod_\ufffd', object: 'product' }))
    const send = (body: Buffer) =>
      fetch(`${server.url}/webhooks/stripe`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'stripe-signature': stripeSignature(text, server.webhookSecret),
        },
        body: new Uint8Array(body),
      })
    const refused = await send(change(Buffer.from(text)))
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([400, 'INVALID_WEBHOOK'])
    expect((await send(Buffer.from(text))).status).toBe(200)
  })

  it.each(['Team\r\nBcc: all@example.com', 'Te\u2028am', 'Te\u0007am', 'Te\u0085am'])(
    'rejects a name of several lines: %j',
    async (name) => {
      const token = await server.token(`${randomUUID()}@example.com`, { roles: ['vendor'] })
      const { data } = await server.graphql(CreateTeam, { name, key: randomUUID() }, token)
      expect(data.createTeam).toMatchObject({ code: 'INVALID_PARAMETERS', issues: [{ path: ['name'] }] })
      const key = await server.graphql(
        CreateApiKey,
        { input: { name, scopes: ['entitlements:read'] }, key: randomUUID() },
        token,
      )
      expect(key.data.createApiKey).toMatchObject({ code: 'INVALID_PARAMETERS', issues: [{ path: ['name'] }] })
    },
  )

  it.each([
    ['object', { object: 'bananas', action: 'read' }],
    ['object', { object: '/templates/*/*', action: 'POST' }],
    ['action', { object: 'billing', action: 'peel' }],
    ['action', { object: '/templates', action: 'PATCH' }],
  ])('rejects a policy with an unknown %s', async (field, rule) => {
    const root = await server.token('root@example.com', { roles: ['root'] })
    const { data } = await editPolicy(server, root, 'add', { subject: 'user', ...rule })
    expect(data.edited).toMatchObject({ code: 'INVALID_PARAMETERS', issues: [{ path: [field] }] })
  })

  it('treats an amount of null as missing and consumes nothing, over REST as well', async () => {
    const token = await server.serviceKey(['entitlements:write'])
    const account = await server.token(`${randomUUID()}@example.com`)
    const accountId = await accountIdOf(server, account)
    for (const verb of ['consume', 'reserve']) {
      const { status, body } = await server.rest('POST', `/api/v1/entitlements/${verb}`, {
        token,
        body: { account_id: accountId, feature: 'deployments', amount: null, idempotency_key: randomUUID() },
      })
      expect([status, (body as { field: string }).field]).toEqual([400, 'amount'])
    }
  })

  it('documents the format of every idempotency key', () => {
    const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))
    const keys = Object.values(schema.getMutationType()!.getFields()).flatMap(({ args }) =>
      args.filter(({ name }) => name === 'key'),
    )
    const inputs = Object.values(schema.getTypeMap()).filter((type) => isInputObjectType(type))
    const events = inputs.flatMap((type) => type.getFields()['idempotencyKey'] ?? [])
    const described = [...keys, ...events].map(({ description }) => description ?? '')
    expect(described.filter((text) => !text.includes('printable ASCII'))).toEqual([])
    // One text for what a key is, also over REST.
    const differing = described.filter(
      (text) => !/ID of the work; the same for each retry|Unique key of the event/.test(text),
    )
    expect(differing).toEqual([])
    const rest = [...readFileSync('docs/rest-api.md', 'utf8').matchAll(/^\| `idempotency_key` \|.*$/gm)].map(
      ([line]) => line,
    )
    expect(rest.length).toBeGreaterThan(15)
    expect(rest.filter((line) => !line.includes('ID of the work; the same for each retry'))).toEqual([])
    expect(described.length).toBeGreaterThan(15)
  })
})

/** The three bytes of U+FFFD as one byte that a decoder reads as the same. */
function replaced(body: Buffer): Buffer {
  const at = body.indexOf(Buffer.from('\ufffd'))
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xff]), body.subarray(at + 3)])
}
