import fc from 'fast-check'
import { Buyer } from '#test/support/buyer.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { setTemplatePrice } from '#test/support/template-purchases.js'

/** A right as the database may hold it, relative to now in days. */
interface Right {
  readonly template: number
  readonly source: 'purchase' | 'subscription' | 'operator'
  readonly expiresIn: number | null
  readonly suspended: boolean
  readonly ended: boolean
}

const NOW = '2026-03-10T09:00:00Z'
const SEED = 20_261_120

describe('Views of owned products', () => {
  let server: TestServer
  let templates: { id: string; slug: string }[]
  beforeAll(async () => {
    server = await startTestServer({ start: NOW })
    templates = await server.query(`select id, slug from template order by slug limit 3`)
    const operator = await server.token('operator@example.com', { roles: ['admin'] })
    for (const { id: templateId } of templates)
      await setTemplatePrice(server, operator, templateId, { amountMinor: 100, currency: 'USD', interval: null })
    // Off sale is not free: who owns it keeps it, in every view.
    await server.graphql(
      `mutation ($id: ID!) { setTemplatePrice(id: $id, price: null, key: "end") { denial { code } } }`,
      { id: templates[2]!.id },
      operator,
    )
  })
  afterAll(() => server.close())

  const entitlements = fc.array(
    fc.record<Right>({
      template: fc.integer({ min: 0, max: 2 }),
      source: fc.constantFrom('purchase', 'subscription', 'operator'),
      expiresIn: fc.option(fc.integer({ min: -3, max: 3 }).map((days) => days + 0.5)),
      suspended: fc.boolean(),
      ended: fc.boolean(),
    }),
    { maxLength: 6 },
  )

  it(`agree with each other and with eligibility, for all entitlements (seed ${SEED})`, async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(entitlements, async (held) => {
        const buyer = await Buyer.named(server, `owner-${++run}@example.com`)
        await buyer.account()
        const [account] = await server.query<{ id: string }>(`select id from account where external_id = $1`, [
          buyer.email,
        ])
        for (const [index, right] of held.entries())
          await server.query(
            `insert into template_ownership (id, account_id, template_id, source_type, source_id, since, expires_at, suspended, ended_at)
             values ($1, $2, $3, $4, $1, $5::timestamptz - make_interval(days => $6), $5::timestamptz + make_interval(hours => $7), $8, $9)`,
            [
              `own_${run}_${index}`,
              account!.id,
              templates[right.template]!.id,
              right.source,
              NOW,
              index,
              right.expiresIn === null ? null : right.expiresIn * 24,
              right.suspended,
              right.ended ? NOW : null,
            ],
          )
        const owned = templates
          .filter((_, index) =>
            held.some(
              (right) =>
                right.template === index &&
                !right.ended &&
                !right.suspended &&
                (right.expiresIn === null || right.expiresIn > 0),
            ),
          )
          .map(({ slug }) => slug)
        const sorted = (slugs: readonly string[]) => slugs.toSorted((a, b) => (a < b ? -1 : 1))
        const me = (await server.rest('GET', '/oauth_server/api/me', { token: buyer.token })).body as {
          products: { code: string; external_id: string; owned_since: string }[]
          purchased_templates: string[]
        }
        const status = (await server.rest('GET', '/billing/status', { token: buyer.token })).body as {
          purchased_templates: string[]
        }
        expect(sorted((await buyer.account()).purchasedTemplates.map(({ slug }) => slug))).toEqual(owned)
        expect(sorted(me.products.map(({ code }) => code))).toEqual(owned)
        expect(me.purchased_templates).toEqual(me.products.map(({ external_id: id }) => id))
        expect(status.purchased_templates).toEqual(me.purchased_templates)
        for (const [index, { id, slug }] of templates.entries()) {
          const { data } = await server.graphql<{
            product: { owned: boolean; ownedSince: string | null }
            template: { eligibility: { denials: { code: string }[] } }
          }>(
            `query ($id: ID!, $external: String!) { product(by: { externalId: $external }) { owned ownedSince } template(by: { id: $id }) { eligibility { denials { code } } } }`,
            { id, external: id },
            buyer.token,
          )
          expect(data.product.owned).toBe(owned.includes(slug))
          const since = me.products.find(({ external_id: external }) => external === id)?.owned_since ?? null
          expect(data.product.ownedSince).toBe(since)
          const again = await buyer.start('purchaseTemplate', { templateId: id })
          expect([again.code === 'ALREADY_OWNED', slug]).toEqual([owned.includes(slug), slug])
          const codes = data.template.eligibility.denials.map(({ code }) => code)
          const denial = index === 2 ? 'NOT_FOR_SALE' : 'TEMPLATE_NOT_PURCHASED'
          expect(codes.includes(denial)).toBe(!owned.includes(slug))
        }
      }),
      { seed: SEED, numRuns: 15 },
    )
  })
})
