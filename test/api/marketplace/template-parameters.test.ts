import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  MarketplaceClient,
  marketplaceCallers,
  publishTemplate,
  type MarketplaceCallers,
} from '#test/support/marketplace-client.js'

const DEFINITION = `
services:
  web:
    image: nginx:1.27-alpine
    environment: { SITE: "\${SITE_NAME:-Notes}", ADMIN_PASSWORD: "\${ADMIN_PASSWORD}" }
    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]
`
const PARAMETERS = [
  { name: 'ADMIN_PASSWORD', label: 'Password of the administrator', generate: { length: 24, encoding: 'HEX' } },
]
const FILES = [{ path: 'nginx.conf', content: 'events {}\n' }]

const PARTS = `parameters { name label type default required generate { kind length encoding } secret derived } files { path content }`

describe('Template.parameters', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer()
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  const read = async (id: string, token: string | null) =>
    (
      await server.graphql<{ template: Record<'parameters' | 'files' | 'nextVersion', unknown> }>(
        `query ($id: ID!) { template(by: { id: $id }) { ${PARTS} nextVersion { ${PARTS} } } }`,
        { id },
        token,
      )
    ).data.template

  const described = {
    name: 'ADMIN_PASSWORD',
    label: 'Password of the administrator',
    type: 'PASSWORD',
    default: null,
    required: false,
    generate: { kind: 'SECRET', length: 24, encoding: 'HEX' },
    secret: true,
    derived: false,
  }
  const derived = {
    name: 'SITE_NAME',
    label: 'Site name',
    type: 'TEXT',
    default: 'Notes',
    required: false,
    generate: null,
    secret: false,
    derived: true,
  }

  it('are kept by versions and by the review, and read by those who read the definition', async () => {
    const { id } = await publishTemplate(market.vendor, market.admin, {
      definition: DEFINITION,
      parameters: PARAMETERS,
      files: FILES,
    })
    const whole = { parameters: [described, derived], files: FILES }
    expect(await read(id, market.tokens['ulla']!)).toEqual({ ...whole, nextVersion: null })
    expect(await read(id, null)).toEqual({ parameters: [], files: [], nextVersion: null })
    await market.vendor.update(id, { parameters: [] })
    expect(await read(id, market.tokens['vera']!)).toEqual({
      ...whole,
      nextVersion: {
        parameters: [derived, { ...described, label: 'Admin password', generate: null, derived: true }],
        files: FILES,
      },
    })
    expect(await server.rest('GET', `/templates/${id}`, { token: market.tokens['vera']! })).toMatchObject({
      body: { ...whole, next_version: { files: FILES } },
    })
  })

  it('are checked over GraphQL, REST and templateDefinitionIssues alike', async () => {
    const bad = { definition: DEFINITION, parameters: [{ name: 'NONE' }, { name: 'SITE_NAME', type: 'PORT' as const }] }
    const expected = [['parameters', '0', 'name']]
    expect((await market.vendor.create(bad)).issues.map(({ path }) => path)).toEqual(expected)
    const { data } = await server.graphql<{ templateDefinitionIssues: { path: string[] }[] }>(
      `query ($definition: JSON!, $parameters: [TemplateParameterInput!]) {
        templateDefinitionIssues(definition: $definition, parameters: $parameters) { path message }
      }`,
      bad,
      market.tokens['vera'],
    )
    expect(data.templateDefinitionIssues.map(({ path }) => path)).toEqual(expected)
    const { status, body } = await server.rest('POST', '/templates', {
      token: market.tokens['vera']!,
      body: {
        slug: 'by-rest',
        name: 'By REST',
        definition: DEFINITION,
        parameters: [{ name: 'NONE', color: 'red' }, 7],
      },
    })
    expect([status, JSON.stringify(body)]).toEqual([expect.any(Number), expect.stringContaining('parameters')])
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  it('survive a change of the definition that no longer uses them', async () => {
    const { id } = await market.vendor.create({ definition: DEFINITION, parameters: PARAMETERS })
    const smaller = { services: { web: { image: 'nginx:1.27-alpine' } } }
    expect(await market.vendor.update(id, { definition: smaller })).toMatchObject({ __typename: 'Template' })
    expect(await market.vendor.update(id, { definition: DEFINITION })).toMatchObject({ __typename: 'Template' })
    expect(await read(id, market.tokens['vera']!)).toMatchObject({ nextVersion: { parameters: [described, derived] } })
  })

  it('are not shown to other vendors before the template is published', async () => {
    const { id } = await market.vendor.create({ definition: DEFINITION, parameters: PARAMETERS })
    expect(await read(id, market.tokens['otto']!)).toBeNull()
    expect(market.vendor).toBeInstanceOf(MarketplaceClient)
  })
})
