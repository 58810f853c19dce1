import { rowCounts } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { callAs, operationsOf, type OperationName } from '#test/support/operations.js'
import { CALLS, newTenant, variablesFor, type Tenant } from '#test/support/tenant.js'

/** Results for a user of another account that `CALLS` does not tell from those of a role: lists of null, the caller's own data. */
const OTHERWISE: Readonly<Record<OperationName, string>> = {
  'Query._entities': 'all null',
  'Query.nodes': 'all null',
  'Query.checks': 'all null',
  'Query.commands': 'all null',
  'Query.viewer': 'own',
  // It is deprecated only after the calls of the roles.
  'Mutation.deleteTemplate': 'FORBIDDEN',
}

/** Result for a user of another account: public data, null, or a code. */
function strangersResult(name: OperationName, outcomes: string): string {
  const [result] = outcomes.split(' ')
  return OTHERWISE[name] ?? (result === 'data' ? 'open' : result!)
}

/** Results for a key of another account with every scope, which uses the batches of its own account. */
const KEY: Readonly<Record<OperationName, string>> = {
  'Query.viewer': 'null',
  'Mutation.createAccountSession': 'NOT_FOUND',
  'Mutation.setLanguage': 'FORBIDDEN',
  'Mutation.openUsageBatch': 'open',
  'Mutation.addToUsageBatch': 'NOT_FOUND',
  'Mutation.closeUsageBatch': 'NOT_FOUND',
  'Mutation.revertUsageBatch': 'NOT_FOUND',
  'Query.usageBatch': 'null',
  'Query.usageBatches': 'open',
  'Query.previewUsageBatch': 'null',
}

/** Operations on a vendor. Null for accounts that never published a template. */
const BY_VENDOR = ['Query.vendor']

describe('Isolation of tenants', () => {
  let server: TestServer
  let ann: Tenant
  let bob: Tenant
  const strangers: Record<string, string> = {}
  beforeAll(async () => {
    server = await startTestServer()
    ann = await newTenant(server, 'ann@example.com')
    bob = await newTenant(server, 'bob@example.com')
    strangers['a customer'] = bob.token
    strangers["another community's admin"] = await server.token('carl@example.com', {
      communityId: '7',
      communityRole: 'admin',
    })
    strangers['a vendor and developer'] = await server.token('dora@example.com', { roles: ['vendor', 'developer'] })
    strangers["a key of another's account, with every scope"] = await server.serviceKey(
      ['entitlements:read', 'entitlements:write', 'billing:read', 'commands:write', 'marketplace:sync'],
      bob.things.account,
    )
    for (const token of Object.values(strangers)) await server.graphql('{ account { id } }', {}, token)
    // An agent that is silent for 90 s would become unreachable during the comparison of rows.
    await server.query(`update agent set last_heartbeat_at = now() + interval '1 hour'`)
  })
  afterAll(() => server.close())

  /** All rows of Ann in the database. */
  const annsRows = async () =>
    Promise.all(
      ['account', 'member', 'deployment', 'agent', 'command', 'checkout', 'stream_event', 'allocation'].map((table) =>
        server.query(
          `select to_jsonb(t) - 'last_heartbeat_at' as row from "${table}" t where t::text like $1 order by 1`,
          [`%${ann.things.account}%`],
        ),
      ),
    )

  it('lists every operation of the server', async () => {
    const offered = (await operationsOf(server)).toSorted()
    expect([...new Set(CALLS.map(([name]) => name))].toSorted()).toEqual(offered)
  })

  it('returns data to the owner for all read operations', async () => {
    for (const [name, query, outcomes] of CALLS) {
      // Operator-only operations are tested elsewhere. Some templates have no product, the token and the consumption are unknown, and no root is signed.
      if (
        name.startsWith('Mutation') ||
        strangersResult(name, outcomes) === 'FORBIDDEN' ||
        ['Query.product', 'Query.invitation', 'Query.previewUsageAmendment', ...BY_VENDOR].includes(name)
      )
        continue
      const outcome = await callAs(server, ann.token, query, variablesFor(query, ann))
      expect([query, outcome]).toEqual([query, { kind: 'data', value: expect.anything() }])
    }
  })

  it.each([
    'a customer',
    "another community's admin",
    'a vendor and developer',
    "a key of another's account, with every scope",
  ])('%s gets no data and changes nothing', async (who) => {
    const token = strangers[who]!
    const before = [await rowCounts(server), await annsRows()]
    const met: [string, string][] = []
    for (const [name, query] of CALLS) {
      const outcome = await callAs(server, token, query, variablesFor(query, ann))
      const text = JSON.stringify(outcome)
      for (const id of [...ann.things.ids, ann.things.hash]) expect([name, text.includes(id)]).toEqual([name, false])
      met.push([name, kindOf(outcome, name)])
    }
    const expected = CALLS.map(([name, , outcomes]): [string, string] => [
      name,
      (who.startsWith('a key') && KEY[name]) || strangersResult(name, outcomes),
    ])
    expect(met).toEqual(expected)
    expect([await rowCounts(server), await annsRows()]).toEqual(before)
  })

  function kindOf(outcome: Awaited<ReturnType<typeof callAs>>, name: string): string {
    if (outcome.kind === 'error') return outcome.code
    if (outcome.value === null) return 'null'
    if (Array.isArray(outcome.value) && outcome.value.every((item) => item === null)) return 'all null'
    if (name === 'Query.products') expect(JSON.stringify(outcome.value)).not.toContain('"owned":true')
    return name === 'Query.viewer' ? 'own' : 'open'
  }

  it('returns null for her IDs as nodes to him, and the objects to her', async () => {
    for (const id of ann.things.ids) {
      const query = `query ($id: ID!) { node(id: $id) { id } }`
      expect(await callAs(server, bob.token, query, { id })).toEqual({ kind: 'data', value: null })
      expect(await callAs(server, ann.token, query, { id })).toEqual({ kind: 'data', value: { id } })
    }
  })

  it('returns his objects and null, in request order, for a mixed batch', async () => {
    const query = `query ($ids: [ID!]!) { commands: nodes(ids: $ids) { ... on Command { id } } }`
    const ids = [ann.things.command, bob.things.command, 'cmd_nonsense']
    expect(await callAs(server, bob.token, query, { ids })).toEqual({
      kind: 'data',
      value: [null, { id: bob.things.command }, null],
    })
    const checks = `query ($a: ID, $b: ID) { checks(requests: [{ accountId: $b, feature: "deployments" }, { accountId: $a, feature: "deployments" }]) { allowed } }`
    expect(await callAs(server, bob.token, checks, { a: ann.things.account, b: bob.things.account })).toEqual({
      kind: 'data',
      value: [{ allowed: expect.any(Boolean) }, null],
    })
  })

  it('returns 404 over REST, with the same body as for missing objects', async () => {
    const calls: [string, string, (hash: string) => object | undefined][] = [
      ['GET', '/api/v1/deployments/HASH/capabilities', () => undefined],
      ['POST', '/api/v1/agent/commands/enqueue', (hash) => ({ deployment_hash: hash, command_type: 'health' })],
      ['POST', '/api/v1/commands/enqueue', (hash) => ({ deployment_hash: hash, command_type: 'no such' })],
    ]
    const before = [await rowCounts(server), await annsRows()]
    for (const [method, path, body] of calls) {
      const answers = []
      for (const hash of [ann.things.hash, 'deployment_nowhere']) {
        const answer = await server.rest(method, path.replace('HASH', hash), { token: bob.token, body: body(hash) })
        expect([path, answer.status]).toEqual([path, 404])
        answers.push({ ...(answer.body as object), request_id: '' })
      }
      expect(answers[0]).toEqual(answers[1])
    }
    expect([await rowCounts(server), await annsRows()]).toEqual(before)
  })

  it("rejects her agent ID with his agent's token, and his poll for her hash", async () => {
    const poll = await bob.agent.wait(0, { hash: ann.things.hash })
    expect(poll.status).toBe(404)
    expect((await bob.agent.report({ command_id: ann.things.command, status: 'success' })).status).toBe(404)
  })
})
