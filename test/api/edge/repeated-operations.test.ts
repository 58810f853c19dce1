import { randomUUID } from 'node:crypto'
import { marketplaceCallers, type MarketplaceCallers } from '#test/support/marketplace-client.js'
import { WebhookFixture } from '#test/support/webhook-endpoints.js'

const USES = [1, 2, 3, 4, 5]
const PLAN_FIELDS = 'fragment F on Plan { code name }'
const plus = { code: 'plus', name: 'Plus' }

const READS: [string, string, object, object][] = [
  [
    'a fragment that is skipped at one of two places in a field',
    `{ plan(code: "plus") { ...F @skip(if: true) ...F } } ${PLAN_FIELDS}`,
    {},
    { plan: plus },
  ],
  [
    'a fragment with a condition in one of two fields',
    `query ($a: Boolean!) { x: plan(code: "plus") { ...F @include(if: $a) } y: plan(code: "plus") { ...F } } ${PLAN_FIELDS}`,
    { a: false },
    { x: {}, y: plus },
  ],
  [
    'a field that is selected with and without a condition',
    `query ($a: Boolean!) { plan(code: "plus") { features { enabled } features @include(if: $a) { ...G } } } fragment G on PlanFeature { unlimited }`,
    { a: false },
    { plan: { features: expect.arrayContaining([{ enabled: true }]) as object } },
  ],
  [
    'names of prototypes as aliases',
    `{ plan(code: "plus") { toString: code __proto__: name constructor: code } }`,
    {},
    { plan: JSON.parse('{ "toString": "plus", "__proto__": "Plus", "constructor": "plus" }') as object },
  ],
]

describe('An operation that is sent five times', () => {
  let hooks: WebhookFixture
  let market: MarketplaceCallers
  beforeAll(async () => {
    hooks = await WebhookFixture.start()
    market = await marketplaceCallers(hooks.server)
  })
  afterAll(() => hooks.close())

  const send = async <Data>(query: string, variables: Record<string, unknown>, token: string | null) => {
    const { data, errors } = await hooks.server.graphql<Data>(query, variables, token)
    expect(errors).toBeUndefined()
    return data
  }

  it.each(READS)('returns the same each time: %s', async (_what, query, variables, expected) => {
    for (const use of USES) {
      const data = await send(query, { ...variables }, null)
      expect([use, data]).toEqual([use, expected])
    }
  })

  it('returns fields in the order in which they are selected', async () => {
    const query = `query ($a: Boolean!) { plan(code: "plus") { rank ... @include(if: $a) { name two: code } b: code a: name rank } }`
    for (const use of USES) {
      const { plan } = await send<{ plan: object }>(query, { a: use % 2 === 1 }, null)
      const expected = use % 2 === 1 ? ['rank', 'name', 'two', 'b', 'a'] : ['rank', 'b', 'a']
      expect(Object.keys(plan)).toEqual(expected)
    }
  })

  it.each([
    [
      'metrics',
      '$t: DateTime = "2026-01-10T00:00:00Z"',
      'metrics(metrics: [CHURN_RATE], to: $t) { nodes { points { from } } }',
    ],
    ['auditLog', '$t: DateTime = "2026-01-10T00:00:00Z"', 'auditLog(filter: { from: $t }) { nodes { id } }'],
  ])('uses the default of an omitted variable: %s', async (_field, declaration, selection) => {
    const literal = declaration.split(' = ')[1]!
    const expected = await send(`{ ${selection.replace('$t', literal)} }`, {}, hooks.admin)
    for (const use of USES) {
      const data = await send(`query (${declaration}) { ${selection} }`, {}, hooks.admin)
      expect([use, data]).toEqual([use, expected])
    }
  })

  it('names the argument for which null is not allowed', async () => {
    const query = 'query ($code: String = "plus") { plan(code: $code) { code } }'
    for (const use of USES) {
      const { errors } = await hooks.server.graphql(query, { code: null })
      expect([use, errors?.map(({ extensions }) => [extensions.code, extensions['field']])]).toEqual([
        use,
        [['BAD_USER_INPUT', 'code']],
      ])
      expect(await send(query, {}, null)).toEqual({ plan: { code: 'plus' } })
    }
  })

  it('keeps what an omitted variable of updateTemplate would change, and clears it with null', async () => {
    const kept = {
      shortDescription: 'Short',
      longDescription: 'Long',
      category: 'cms',
      tags: ['one'],
      stack: 'n8n',
      requiredPlan: 'plus',
      techStack: { language: 'PHP' },
      infrastructureRequirements: { memory_mb: 512 },
    }
    const types: Record<string, string> = {
      tags: '[String!]',
      techStack: 'JSON',
      infrastructureRequirements: 'JSON',
    }
    const names = Object.keys(kept)
    const objects: Record<string, string> = { category: ' { code }', requiredPlan: ' { code }' }
    const stored = { ...kept, category: { code: 'cms' }, requiredPlan: { code: 'plus' } }
    const { id } = await market.vendor.create(kept)
    const update = `mutation ($id: ID!, $key: String!, $name: String, ${names.map((name) => `$${name}: ${types[name] ?? 'String'}`).join(', ')}) {
      updateTemplate(id: $id, key: $key, input: { name: $name, ${names.map((name) => `${name}: $${name}`).join(', ')} }) {
        template { nextVersion { name ${names.map((name) => `${name}${objects[name] ?? ''}`).join(' ')} } } denial { code message } } }`
    const changed = async (variables: object) => {
      const token = market.tokens['vera']!
      const data = await send<{ updateTemplate: object }>(update, { id, key: randomUUID(), ...variables }, token)
      return data.updateTemplate
    }
    for (const use of USES)
      expect(await changed({ name: `Name ${use}` })).toEqual({ nextVersion: { name: `Name ${use}`, ...stored } })
    expect(await changed({ shortDescription: null })).toEqual({
      nextVersion: { name: 'Name 5', ...stored, shortDescription: null },
    })
  })

  it('keeps what an omitted variable of updateWebhookEndpoint would change, and clears it with null', async () => {
    const endpoint = await hooks.create('/kept', ['invoice.*'])
    const description = 'Invoices for our books'
    await hooks.call('updateWebhookEndpoint', { webhookEndpointId: endpoint.id, description })
    const update = `mutation ($id: ID!, $url: String, $types: [String!], $description: String, $enabled: Boolean) {
      updateWebhookEndpoint(id: $id, input: { url: $url, types: $types, description: $description, enabled: $enabled }) {
        webhookEndpoint { url types description enabled }
        denial { code message }
      }
    }`
    const changed = async (variables: object) =>
      (await send<{ updateWebhookEndpoint: object }>(update, { id: endpoint.id, ...variables }, hooks.ann))
        .updateWebhookEndpoint
    for (const use of USES) {
      const url = `${endpoint.url}/${use}`
      expect(await changed({ url })).toEqual({ url, types: ['invoice.*'], description, enabled: true })
    }
    expect(await changed({ description: null })).toMatchObject({ description: null, types: ['invoice.*'] })
  })
})
