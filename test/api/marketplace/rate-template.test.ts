import { StartDeployment } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { MarketplaceClient, publishTemplate } from '#test/support/marketplace-client.js'

describe('rateTemplate', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-02T09:00:00Z' })
    // Counts and dates that differ between the orders.
    await server.query(`update template set deleted_at = now(), status = 'DEPRECATED'`)
    await server.query(
      `insert into template (id, slug, name, short_description, category_id, status, stack, definition, tags, install_count, rating, approved_at)
       select 'tpl_s' || n, 'shop-' || n, case when n % 2 = 0 then 'Zebra Shop ' else 'Alpha Store ' end || n,
         case when n = 7 then 'Runs Node.js and next.js, über alles' else 'Sells things' end,
         (select id from category where code = case when n % 3 = 0 then 'cms' else 'ai' end), 'APPROVED', 'custom', '{}',
         case when n % 5 = 0 then array['status-page', 'five'] else array['plain'] end, n * 7 % 11, nullif(n % 6, 0), '2026-01-01'::timestamptz + n * interval '1 hour'
       from generate_series(1, 30) n`,
    )
  })
  afterAll(() => server.close())

  describe('counts of views, installs and ratings', () => {
    const numbers = async (slug: string) =>
      (
        await server.graphql<{
          template: {
            installCount: number
            viewCount: number
            rating: number | null
            ratingCount: number
            ratings: { nodes: { stars: number; comment: string | null }[] }
          }
        }>(
          `query ($slug: String!) { template(by: { slug: $slug }) { installCount viewCount rating ratingCount ratings { nodes { stars comment } } } }`,
          { slug },
        )
      ).data.template
    const rate = async (
      token: string,
      id: string,
      stars: number,
      comment: string | null = null,
      key: string = randomUUID(),
    ) => {
      const { data, errors } = await server.graphql<{
        rateTemplate: { code?: string; issues?: { path: string[] }[]; rating?: number }
      }>(
        `mutation ($id: ID!, $stars: Int!, $comment: String, $key: String!) { rateTemplate(templateId: $id, stars: $stars, comment: $comment, key: $key) { template { rating ratingCount } denial { code issues { path } } } }`,
        { id, stars, comment, key },
        token,
      )
      return errors ? { code: errors[0]!.extensions.code } : data.rateTemplate
    }
    const deploy = (token: string, templateId: string, key: string) =>
      server.graphql(StartDeployment, { input: { templateId }, key }, token)

    it('count each deployment and view once, and ratings of accounts that deployed it', async () => {
      const vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
      const admin = new MarketplaceClient(server, await server.token('admin@example.com', { roles: ['admin'] }))
      const { id, slug } = await publishTemplate(vendor, admin)
      const [ann, bob] = [await server.token('ann@example.com'), await server.token('bob@example.com')]
      expect(await rate(ann, id, 5)).toEqual({ code: 'DEPLOYMENT_REQUIRED', issues: [{ path: ['templateId'] }] })
      for (const [token, key] of [
        [ann, 'a'],
        [ann, 'a'],
        [bob, 'b'],
      ] as const)
        expect((await deploy(token, id, key)).data.startDeployment.__typename).toBe('DeploymentPayload')
      const views = (await numbers(slug)).viewCount
      await eventually(
        () => numbers(slug),
        ({ installCount, viewCount }) => installCount === 2 && viewCount > views,
        10_000,
      )
      expect(await rate(ann, id, 5, ' Good ')).toMatchObject({ rating: 5, ratingCount: 1 })
      expect(await rate(bob, id, 2)).toMatchObject({ rating: 3.5, ratingCount: 2 })
      expect(await rate(bob, id, 3)).toMatchObject({ rating: 4, ratingCount: 2 })
      for (const stars of [0, 6, -1])
        expect(await rate(ann, id, stars)).toEqual({ code: 'INVALID_PARAMETERS', issues: [{ path: ['stars'] }] })
      expect(await rate(vendor.token!, id, 5)).toEqual({
        code: 'INVALID_PARAMETERS',
        issues: [{ path: ['templateId'] }],
      })
      const { ratings } = await numbers(slug)
      expect(ratings.nodes.map(({ stars, comment }) => [stars, comment])).toEqual(
        expect.arrayContaining([
          [5, 'Good'],
          [3, null],
        ]),
      )
    })
  })
})
