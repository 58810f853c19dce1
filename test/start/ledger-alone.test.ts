import {
  buildSchema,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
  Kind,
  OperationTypeNode,
  parse,
  typeFromAST,
  validate,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { StackgateError, type Stackgate } from '@stackgate/client'
import * as exported from '@stackgate/client/documents'
import { leavesOutAbsent } from '#edge/graphql/absent-selections.js'
import { printedSchema } from '#schema/printed-schema.js'
import { readTools, toolSchema } from '#startup/mcp/read-tools.js'
import { connectMcp } from '#test/support/mcp-client.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { clientOf, TRANSPORTS } from '../packages/client/support.js'

const SAMPLES: Readonly<Record<string, unknown>> = {
  Boolean: true,
  Int: 1,
  SafeInt: 1,
  JSON: {},
  DateTime: '2031-01-01T00:00:00Z',
  Decimal: '1',
  CurrencyCode: 'USD',
  EmailAddress: 'new@example.com',
  URL: 'https://hooks.example.com/new',
}

/** A value with everything that is required. */
function sampleOf(type: GraphQLInputType): unknown {
  const named = getNullableType(type)
  if (isListType(named)) return [sampleOf(named.ofType)]
  if (isEnumType(named)) return named.getValues()[0]!.name
  if (!isInputObjectType(named)) return SAMPLES[named.name] ?? 'x'
  const fields = Object.values(named.getFields())
  const sent = named.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField)
  return Object.fromEntries(sent.map((field) => [field.name, sampleOf(field.type)]))
}

const operationOf = (document: DocumentNode) => document.definitions[0] as OperationDefinitionNode

const variablesOf = (schema: GraphQLSchema, document: DocumentNode): Record<string, unknown> =>
  Object.fromEntries(
    (operationOf(document).variableDefinitions ?? [])
      .filter(({ type }) => type.kind === Kind.NON_NULL_TYPE)
      .map(({ variable, type }) => [
        variable.name.value,
        sampleOf(typeFromAST(schema, type as never) as GraphQLInputType),
      ]),
  )

describe('The ledger alone', () => {
  let server: TestServer
  let schema: GraphQLSchema
  let client: Stackgate
  let admin: string
  let accountId: string
  let application: Stackgate
  /** Documents of the client of which the schema has the root field, and more than absent fields. */
  let documents: [name: string, document: DocumentNode, reduced: DocumentNode][]
  const clients: Stackgate[] = []

  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge', MODULES: 'core', ALLOWED_COMMANDS: 'restart' } })
    schema = buildSchema(await (await fetch(`${server.url}/graphql/schema.graphql`)).text(), { assumeValid: true })
    const reduce = leavesOutAbsent(schema, printedSchema)
    documents = Object.entries(exported as Record<string, unknown>)
      .filter((entry): entry is [string, DocumentNode] => typeof entry[1] === 'object')
      .map(([name, document]) => [name, document, reduce(document)] as (typeof documents)[number])
      .filter(([, , reduced]) => validate(schema, reduced).length === 0)
    admin = await server.token('ada@example.com', { roles: ['admin'] })
    client = clientOf(server.url, { token: admin, retry: false })
    const key = await server.serviceKey(['entitlements:write', 'accounts:write', 'billing:write'])
    application = clientOf(server.url, { token: key, retry: false })
    clients.push(client, application)
    const { viewer } = await client.request(exported.Viewer, {})
    accountId = viewer!.account.id
  })
  afterAll(async () => {
    for (const one of clients) one.close()
    await server.close()
  })

  it('has a document of the client for each of its operations', () => {
    const served = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
      Object.keys(root!.getFields()),
    )
    const sent = new Set(
      documents.flatMap(([, document]) =>
        operationOf(document).selectionSet.selections.map((field) => ('name' in field ? field.name.value : '')),
      ),
    )
    expect(served.filter((name) => !sent.has(name) && !name.startsWith('_'))).toEqual([])
  })

  it('executes every document of the client', async () => {
    const sent = documents.filter(([, document]) => operationOf(document).operation !== OperationTypeNode.SUBSCRIPTION)
    const answers = await Promise.all(
      sent.map(async ([name, document, reduced]) => {
        const key = { key: `key-${name}` }
        try {
          const data = await client.request(document as never, { ...variablesOf(schema, reduced), ...key } as never)
          return [name, Object.keys(data as object).length > 0 ? 'data' : 'nothing']
        } catch (error) {
          return [name, error instanceof StackgateError ? error.code : String(error)]
        }
      }),
    )
    // Generated values need not fit together: a figure is not split by each group.
    const outcomes = new Set([
      'data',
      'NOT_FOUND',
      'BAD_REQUEST',
      'INVALID_PARAMETERS',
      'FORBIDDEN',
      'METRIC_NOT_SUPPORTED',
    ])
    expect(answers.filter(([, outcome]) => !outcomes.has(outcome!))).toEqual([])
    expect(answers.filter(([, outcome]) => outcome === 'data').length).toBeGreaterThan(40)
  })

  it.each(TRANSPORTS)('executes every subscription of the client over %s', async (transport) => {
    const following = clientOf(server.url, { token: admin, transport })
    clients.push(following)
    const streams = documents.filter(
      ([, document]) => operationOf(document).operation === OperationTypeNode.SUBSCRIPTION,
    )
    expect(streams.length).toBeGreaterThan(0)
    for (const [name, document] of streams) {
      const live = new Promise<string>((resolve) => {
        void following.follow(
          document as never,
          { account: accountId },
          {
            after: null,
            onItem: () => undefined,
            onState: ({ state, ...more }) => {
              if (state === 'live' || state === 'ended') resolve(`${state} ${JSON.stringify(more)}`)
            },
          },
        )
      })
      expect([name, await live]).toEqual([name, expect.stringMatching(/^live/)])
    }
  })

  it('names no mutation in remedies that it lacks', async () => {
    const { consume } = await application.request(exported.Consume, {
      input: { accountId, feature: 'ai_stories', amount: 60 },
      key: 'too-many',
    })
    expect(consume!.denial).toMatchObject({ code: 'QUOTA_EXCEEDED' })
    const remedies = consume!.denial!.remedies
    expect(remedies.map(({ kind, mutation, input, url }) => ({ kind, mutation, input, url }))).toEqual(
      expect.arrayContaining([
        { kind: 'UPGRADE_PLAN', mutation: null, input: null, url: null },
        { kind: 'BUY_PACKAGE', mutation: null, input: null, url: null },
      ]),
    )
    const { body } = await server.rest('POST', '/api/v1/entitlements/consume', {
      token: await server.serviceKey(['entitlements:write']),
      body: { account_id: accountId, feature: 'ai_stories', amount: 60, idempotency_key: 'again-too-many' },
    })
    const steps = (body as { remedies: { kind: string; mutation?: string; target_id?: string }[] }).remedies
    expect(steps.filter(({ mutation }) => mutation !== undefined)).toEqual([])
    expect(JSON.stringify(body)).not.toContain('/billing/')
    expect(steps.find(({ kind }) => kind === 'upgrade_plan')?.target_id).toMatch(/^pln_/)
  })

  it('names its own mutations in remedies', async () => {
    const cap = await client.request(exported.SetSpendCap, {
      input: { accountId, feature: 'ai_stories', period: 'MONTH', limit: { units: 1 } },
      key: 'cap',
    })
    expect(cap.setSpendCap!.denial).toBeNull()
    const { consume } = await application.request(exported.Consume, {
      input: { accountId, feature: 'ai_stories', amount: 2 },
      key: 'capped',
    })
    expect(consume!.denial).toMatchObject({
      code: 'SPEND_CAP_REACHED',
      remedies: expect.arrayContaining([expect.objectContaining({ kind: 'RAISE_SPEND_CAP', mutation: 'setSpendCap' })]),
    })
  })

  it('warns of a setting that only an absent module reads', () => {
    expect(server.logLines.filter((line) => line.includes('ALLOWED_COMMANDS'))).toEqual([
      expect.stringContaining(
        'ALLOWED_COMMANDS has no effect: the module deployments, which reads it, is not installed',
      ),
    ])
  })

  it('has no pages about payments', async () => {
    const paths = ['/billing/return', '/billing/start', '/billing/purchase-template']
    const found = await Promise.all(paths.map((path) => fetch(server.url + path, { headers: { accept: 'text/html' } })))
    expect(found.map(({ status }) => status)).toEqual([404, 404, 404])
  })

  it('names what it leaves out of a document', async () => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin}` },
      body: JSON.stringify({ query: `{ viewer { account { name billing { purchases { totalCount } } } } }` }),
    })
    expect(await answer.json()).toEqual({
      data: { viewer: { account: { name: expect.any(String) } } },
      extensions: { absent: ['Account.billing'] },
    })
  })

  it('serves the tools of its operations to assistants', async () => {
    const tools = readTools(schema)
    const texts = tools.flatMap(({ operation, preview }) => [operation.text, ...(preview ? [preview.text] : [])])
    expect(texts.flatMap((text) => validate(schema, parse(text)))).toEqual([])
    const names = tools.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['check_entitlement', 'consume', 'grant_credits', 'list_plans']))
    expect(readTools(toolSchema()).map(({ name }) => name)).toEqual(expect.arrayContaining(['change_plan', ...names]))
    expect(names).not.toContain('change_plan')

    const mcp = await connectMcp({
      STACKGATE_URL: server.url,
      STACKGATE_TOKEN: await server.serviceKey(['credits:write', 'entitlements:write', 'accounts:write']),
    })
    try {
      const listed = (await mcp.list()).map(({ name }) => name)
      expect(listed).toEqual(expect.arrayContaining(['consume', 'preview_consume', 'get_account', 'get_entitlements']))
      expect(listed).not.toContain('get_billing')
      const use = { account: accountId, feature: 'projects', amount: 1 }
      expect(await mcp.call('check_entitlement', use)).toMatchObject({ isError: false })
      const denied = await mcp.call('preview_consume', { ...use, feature: 'ai_stories', amount: 500 })
      expect(denied).toMatchObject({ isError: true, content: { error: { code: 'QUOTA_EXCEEDED' } } })
      const account = await mcp.call('get_account', { account: use.account })
      expect([account.content.error, account.content['account']]).toEqual([undefined, expect.any(Object)])
    } finally {
      await mcp.close()
    }
  })
})
