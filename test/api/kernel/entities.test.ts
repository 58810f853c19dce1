import { statementsOf } from '#test/support/statements.js'
import { deploymentWithAgent, enqueue, templateId, type DeploymentWithAgent } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

type Entity = Readonly<Record<string, unknown>> | null
type Representation = Readonly<Record<string, unknown>>

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Account { id kind }
    ... on Plan { id code }
    ... on Template { id slug isPaid }
    ... on Deployment { id hash account { id } }
    ... on Command { id status type }
    ... on Agent { id presence softwareVersion }
  }
}`

describe('Federation', () => {
  let server: TestServer
  let served: DeploymentWithAgent
  let commandId: string
  let ids: Readonly<Record<string, string>>
  const statements: string[] = []

  beforeAll(async () => {
    server = await startTestServer({
      env: { RATE_LIMIT_ANONYMOUS: '500' },
      app: { onStatement: (text) => void statements.push(text) },
    })
    served = await deploymentWithAgent(server)
    commandId = (await enqueue(server, served)).id
    const { data } = await server.graphql<{ account: { id: string }; plan: { id: string } }>(
      '{ account { id } plan(code: "plus") { id } }',
      {},
      served.owner,
    )
    ids = {
      Account: data.account.id,
      Agent: served.agent.identity.id,
      Command: commandId,
      Deployment: served.id,
      Plan: data.plan.id,
      Template: await templateId(server, 'static-site'),
    }
  })
  afterAll(() => server.close())

  const entities = async (representations: readonly Representation[], token: string | null = served.owner) => {
    const { data, errors } = await server.graphql<{ _entities: Entity[] } | null>(ENTITIES, { representations }, token)
    return { entities: data?._entities, code: errors?.[0]?.extensions.code }
  }
  const byId = (): Representation[] => Object.entries(ids).map(([__typename, id]) => ({ __typename, id }))

  it('serves clients the schema without the parts for gateways', async () => {
    const text = await (await fetch(`${server.url}/graphql/schema.graphql`)).text()
    for (const part of ['_entities', '_service', '_Any', '_Entity', '@key', '@shareable', '@link'])
      expect([part, text.includes(part)]).toEqual([part, false])
  })

  describe('_entities', () => {
    it('returns the object of each key, in the requested order', async () => {
      const byHash = { __typename: 'Deployment', hash: served.hash }
      const { entities: found, code } = await entities([byHash, ...byId()])
      expect(code).toBeUndefined()
      expect(found!.map((each) => [each?.['__typename'], each?.['id']])).toEqual([
        ['Deployment', served.id],
        ...Object.entries(ids),
      ])
      expect(found![0]).toEqual({
        __typename: 'Deployment',
        id: served.id,
        hash: served.hash,
        account: { id: ids['Account'] },
      })
    })

    it('returns the same when the operation is compiled', async () => {
      const first = await entities(byId())
      for (let run = 0; run < 4; run++) expect(await entities(byId())).toEqual(first)
    })

    it('accepts representations in the document', async () => {
      const query = `query ($hash: String!, $id: ID!) {
        _entities(representations: [{ __typename: "Deployment", hash: $hash }, { __typename: "Command", id: $id }]) { __typename }
      }`
      const variables = { hash: served.hash, id: commandId }
      for (let run = 0; run < 4; run++) {
        const { data, errors } = await server.graphql<{ _entities: Entity[] }>(query, variables, served.owner)
        expect(errors).toBeUndefined()
        expect(data._entities).toEqual([{ __typename: 'Deployment' }, { __typename: 'Command' }])
      }
    })

    it("returns null for what is not the caller's, like for what does not exist", async () => {
      const all = [...byId(), { __typename: 'Deployment', hash: served.hash }]
      const open = new Set(['Plan', 'Template'])
      for (const token of [await server.token('stranger@example.com'), null]) {
        const { entities: found } = await entities(all, token)
        expect(found!.map((each) => each !== null)).toEqual(all.map(({ __typename }) => open.has(__typename as string)))
      }
      const unknown = [
        { __typename: 'Account', id: 'acc_none' },
        { __typename: 'Deployment', hash: 'none' },
      ]
      expect((await entities(unknown)).entities).toEqual([null, null])
    })

    it('returns null for an unpublished template, except to operators', async () => {
      const id = await templateId(server, 'ghost')
      const template = [{ __typename: 'Template', id }]
      await server.query(`update template set status = 'DRAFT' where id = $1`, [id])
      expect((await entities(template)).entities).toEqual([null])
      const operator = await server.token('operator@example.com', { roles: ['admin'] })
      expect((await entities(template, operator)).entities).toMatchObject([{ id, slug: 'ghost' }])
    })

    it('returns null for an ID of another type, and for a type without keys', async () => {
      const { entities: found } = await entities([
        { __typename: 'Plan', id: ids['Account'] },
        { __typename: 'Node', id: ids['Account'] },
        { __typename: 'Nothing', id: ids['Account'] },
      ])
      expect(found).toEqual([null, null, null])
    })

    it.each([
      ['without a type', { id: 'acc_none' }],
      ['without a key', { __typename: 'Account' }],
      ['with a key of another type', { __typename: 'Account', hash: 'none' }],
      ['that is a list', []],
      ['that is a text', 'Account'],
    ])('rejects a representation %s', async (_name, representation) => {
      expect((await entities([representation as Representation])).code).toBe('BAD_USER_INPUT')
    })

    it('rejects more than a hundred representations', async () => {
      const many = (count: number) => Array.from({ length: count }, () => ({ __typename: 'Account', id: 'acc_none' }))
      expect((await entities(many(100))).entities).toHaveLength(100)
      expect((await entities(many(101))).code).toBe('BAD_USER_INPUT')
    })

    it('costs its selection for each representation', async () => {
      const cost = async (query: string, variables: object) => {
        const response = await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'graphql-cost': 'true' },
          body: JSON.stringify({ query, variables }),
        })
        const body = (await response.json()) as { extensions: { cost: { requested: number } } }
        return body.extensions.cost.requested
      }
      const query = `query ($representations: [_Any!]!) {
        _entities(representations: $representations) { ... on Plan { id code } ... on Account { id name kind } }
      }`
      for (const count of [1, 7, 100]) {
        const representations = Array.from({ length: count }, () => ({ __typename: 'Plan', id: 'pln_none' }))
        expect(await cost(query, { representations })).toBe(1 + count + count * 3)
      }
      const two = `{ _entities(representations: [{ __typename: "Plan", id: "a" }, { __typename: "Plan", id: "b" }]) { ... on Plan { id } } }`
      expect(await cost(two, {})).toBe(1 + 2 + 2)
    })
  })

  describe('fifty representations', () => {
    const COUNT = 50
    /** Reads of rows by their keys, and of a single account. The statements of background jobs have other forms. */
    const BATCH =
      /^\s*select\b.*\bfrom "?(?:account|agent|command|deployment|template|product)\b.*(?:= any\(\$|\ba\.id = \$|\baccount\.id = q\.id)/s

    /** Copies a row; the copies have IDs with numbers at the end. */
    const copies = async (table: string, id: string, columns = '{}'): Promise<string[]> => {
      const rows = await server.query<{ id: string }>(
        `insert into ${table}
         select (jsonb_populate_record(null::${table}, to_jsonb(t) || jsonb_build_object('id', left(t.id, 27) || lpad(n::text, 3, '0'))
           || replace($2, '%n', lpad(n::text, 3, '0'))::jsonb)).*
         from ${table} t, generate_series(1, ${COUNT}) n where t.id = $1 returning id`,
        [id, columns],
      )
      return rows.map((row) => row.id)
    }
    const count = async (representations: readonly Representation[], token = served.owner) => {
      await entities(representations, token)
      const read = await statementsOf(statements, async () => {
        const { entities: found } = await entities(representations, token)
        expect(found!.every((each) => each !== null)).toBe(true)
      })
      return read.filter((text) => BATCH.test(text)).length
    }
    const made: Record<string, readonly Representation[]> = {}

    beforeAll(async () => {
      const last = (text: string) => text.slice(0, 27)
      const accounts = await copies('account', ids['Account']!, '{"external_id": "copy-%n"}')
      await server.query(
        `insert into member select (jsonb_populate_record(m, jsonb_build_object('account_id', a, 'id', 'copy of ' || a))).* from member m, unnest($1::text[]) a where m.account_id = $2`,
        [accounts, ids['Account']],
      )
      const deployments = await copies('deployment', served.id, '{"hash": "copy-%n"}')
      const agents = await copies(
        'agent',
        ids['Agent']!,
        `{"deployment_id": "${last(served.id)}%n", "token_hash": "copy-%n"}`,
      )
      const commands = await copies('command', commandId, `{"deployment_id": "${last(served.id)}%n"}`)
      const templates = await copies('template', ids['Template']!, '{"slug": "copy-%n"}')
      const representations = (__typename: string, all: readonly string[]) => all.map((id) => ({ __typename, id }))
      Object.assign(made, {
        Account: representations('Account', accounts),
        Agent: representations('Agent', agents),
        Command: representations('Command', commands),
        Deployment: representations('Deployment', deployments),
        'Deployment by hash': Array.from({ length: COUNT }, (_, at) => ({
          __typename: 'Deployment',
          hash: `copy-${String(at + 1).padStart(3, '0')}`,
        })),
        Plan: representations(
          'Plan',
          Array.from({ length: COUNT }, () => ids['Plan']!),
        ),
        Template: representations('Template', templates),
      })
    })

    it.each([
      ['Account', 1],
      ['Agent', 3],
      ['Command', 2],
      ['Deployment', 3],
      ['Deployment by hash', 3],
      ['Plan', 0],
      ['Template', 2],
    ])('load each %s together, in %i statements, as for one', async (kind, expected) => {
      const all = made[kind]!
      expect(all).toHaveLength(COUNT)
      expect(await count(all.slice(0, 1))).toBe(expected)
      expect(await count(all)).toBe(expected)
    })
  })
})
