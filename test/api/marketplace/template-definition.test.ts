import fc from 'fast-check'
import { stringify } from 'yaml'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  marketplaceCallers,
  publishTemplate,
  type MarketplaceCallers,
  seeTemplate,
} from '#test/support/marketplace-client.js'

describe('Template.definition', () => {
  let server: TestServer
  let market: MarketplaceCallers
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    market = await marketplaceCallers(server)
  })
  afterAll(() => server.close())

  it('hides the definition of a sold template from other users', async () => {
    const paid = await publishTemplate(market.vendor, market.admin)
    expect((await seeTemplate(server, paid.slug, market.tokens['ulla']!))!.definition).toMatchObject({ services: {} })
    await market.vendor.price(paid.id, 500)
    expect((await seeTemplate(server, paid.slug, market.tokens['ulla']!))!.definition).toBeNull()
    expect((await seeTemplate(server, paid.slug, market.tokens['vera']!))!.definition).not.toBeNull()
    expect((await seeTemplate(server, paid.slug, market.tokens['admin']!))!.definition).not.toBeNull()
  })

  const VERSIONS = 'query ($id: ID!) { template(by: { id: $id }) { definition nextVersion { definition } } }'
  /** All texts of a template's definition that its vendor reads, in the order in which they come. */
  async function textsOf(id: string, slug: string): Promise<string[]> {
    const token = market.tokens['vera']!
    const { data } = await server.graphql<{
      template: { definition: unknown; nextVersion: { definition: unknown } | null }
    }>(VERSIONS, { id }, token)
    const { body } = await server.rest('GET', `/templates/${slug}`, { token })
    const { definition, next_version: next } = body as { definition?: unknown; next_version?: { definition: unknown } }
    const { template } = data
    return [template.definition, template.nextVersion?.definition, definition, next?.definition]
      .filter((value) => value !== undefined)
      .map((value) => JSON.stringify(value))
  }

  const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z-]{0,9}[a-z]$/), { minLength: 2, maxLength: 5 })
  const environments = fc.uniqueArray(fc.stringMatching(/^[A-Z]{2,10}$/), { maxLength: 4 })
  const definitions = fc.tuple(names, environments, fc.boolean()).map(([services, variables, isImageFirst]) => ({
    volumes: {},
    services: Object.fromEntries(
      services.map((name) => {
        const environment = Object.fromEntries(variables.map((variable) => [`X_${variable}_Y`, '1']))
        return [name, isImageFirst ? { image: 'a:1', environment } : { environment, image: 'a:1' }]
      }),
    ),
  }))

  it('has its keys in the order of its vendor, in every version and over every interface', async () => {
    await fc.assert(
      fc.asyncProperty(definitions, definitions, fc.boolean(), async (first, second, isText) => {
        const given = (definition: object) => (isText ? stringify(definition) : definition)
        const { id, slug } = await publishTemplate(market.vendor, market.admin, { definition: given(first) })
        const one = JSON.stringify(first)
        expect((await textsOf(id, slug)).length).toBeGreaterThan(1)
        expect(new Set(await textsOf(id, slug))).toEqual(new Set([one]))
        await market.vendor.update(id, { name: 'Renamed' })
        expect(new Set(await textsOf(id, slug))).toEqual(new Set([one]))
        await market.vendor.update(id, { definition: given(second) })
        expect(new Set(await textsOf(id, slug))).toEqual(new Set([one, JSON.stringify(second)]))
      }),
      { numRuns: 5 },
    )
  })

  it('is the one that a process of the previous release wrote, which keeps no order', async () => {
    const { id, slug } = await publishTemplate(market.vendor, market.admin)
    const definition = { services: { newer: { image: 'a:2' } } }
    await server.query('update template set definition = $1 where id = $2', [JSON.stringify(definition), id])
    expect(await textsOf(id, slug)).toContain(JSON.stringify(definition))
  })

  it('has its keys in the order of the catalog, without a new version', async () => {
    const template = await seeTemplate(server, 'wordpress_plus', market.tokens['admin']!)
    const { services } = template!.definition as { services: Record<string, object> }
    expect(Object.keys(services)).toEqual(['wordpress', 'database', 'cache'])
    expect(Object.keys(services['database']!)).toEqual(['image', 'restart', 'volumes'])
    expect(template!.version).toBe(1)
  })
})
