import { Viewer } from '@stackgate/client/documents'
import { grantTestCredits } from '#test/support/entitlements.js'
import { marketplaceCallers, publishTemplate } from '#test/support/marketplace-client.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount?: number
}

const PAGE = '{ edges { cursor node { id } } pageInfo { hasNextPage endCursor } }'
const COUNTED = PAGE.replace('{', '{ totalCount')
const COUNT = 7

/** Lists that were returned whole once, because they were short. */
const LISTS = [
  ['accounts of the viewer', (args: string) => `{ viewer { list: accounts(${args}) ${COUNTED} } }`],
  ['templates of an account', (args: string) => `{ account { list: purchasedTemplates(${args}) ${COUNTED} } }`],
  ['open grants', (args: string) => `{ account { usage { credits { list: grants(${args}) ${COUNTED} } } } }`],
  ['reviews', (args: string) => `{ template(by: { slug: "reviewed" }) { list: reviews(${args}) ${PAGE} } }`],
] as const

const idOf = (prefix: string, number: number) => `${prefix}_${String(number).padStart(26, '0')}`

describe('lists that can grow', () => {
  let server: TestServer
  let token: string
  let other: string
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-03-02T09:00:00Z',
      env: { CATALOG: 'agileforge' },
      app: { onStatement: (text) => void seen.push(text) },
    })
    const market = await marketplaceCallers(server)
    token = market.tokens['vera']!
    other = market.tokens['otto']!
    const { id: templateId } = await publishTemplate(market.vendor, market.admin, { name: 'Reviewed' })
    await server.query(`update template set slug = 'reviewed' where id = $1`, [templateId])
    const { data } = await server.graphql(Viewer, {}, token)
    const { user, account } = data.viewer!
    for (let number = 0; number < COUNT; number++) {
      await server.query(
        `insert into account (id, kind, external_id, name, created_at) values ($1, 'TEAM', $1, 'A team', now())`,
        [idOf('acc', number)],
      )
      await server.query(
        `insert into member (id, account_id, user_id, role, since) values ($1, $2, $3, 'MEMBER', now())`,
        [idOf('mbr', number), idOf('acc', number), user.id],
      )
      await server.query(
        `insert into template (id, slug, name, status, stack, definition, approved_at) values ($1, $1, $1, 'APPROVED', 'custom', '{}', now())`,
        [idOf('tpl', number)],
      )
      // Two were bought in the same moment.
      await server.query(
        `insert into template_ownership (id, account_id, template_id, source_type, source_id, since)
         values ($1, $2, $3, 'purchase', $1, $4::timestamptz + make_interval(secs => $5::int / 2))`,
        [idOf('own', number), account.id, idOf('tpl', number), '2026-03-01T09:00:00Z', number],
      )
      const expiresAt = number % 3 === 0 ? null : new Date(Date.UTC(2026, 5, 1 + (number % 2)))
      await grantTestCredits(server, account.id, 'ai_stories', number + 1, { expiresAt })
    }
    await server.query(
      `insert into template_review (id, template_id, version, decision, reviewer, checklist, at)
       select 'trv_' || lpad(n::text, 26, '0'), template_id, version, decision, reviewer, checklist, at
       from template_review, generate_series(1, 4) as n where template_id = $1 and decision like 'APPROVE%'`,
      [templateId],
    )
  })
  afterAll(() => server.close())

  const read = async (query: string, caller: string | null = token) => {
    const { data, errors } = await server.graphql(query, {}, caller)
    return { list: findList(data), code: errors?.[0]?.extensions.code }
  }

  it.each(LISTS)('are read in pages, which have each item once: %s', async (_name, query) => {
    const { list: all } = await read(query('first: 100'))
    const ids = all!.edges.map(({ node }) => node.id)
    expect(ids.length).toBeGreaterThanOrEqual(5)
    expect(new Set(ids).size).toBe(ids.length)
    if (all!.totalCount !== undefined) expect(all!.totalCount).toBe(ids.length)
    for (const size of [1, 3]) {
      const found: string[] = []
      for (let after = ''; ;) {
        const { list } = await read(query(`first: ${size}${after}`))
        found.push(...list!.edges.map(({ node }) => node.id))
        if (list!.totalCount !== undefined) expect(list!.totalCount).toBe(ids.length)
        if (!list!.pageInfo.hasNextPage) break
        after = `, after: "${list!.pageInfo.endCursor!}"`
      }
      expect(found).toEqual(ids)
    }
    expect((await read(query('first: 101'))).code).toBe('BAD_USER_INPUT')
    expect((await read(query('after: "bm90aGluZw"'))).code).toBe('INVALID_CURSOR')
  })

  it('have edges whose node has the type of the list', async () => {
    const { data } = await server.graphql<{ templates: { nodes: object[]; edges: { node: object }[] } }>(
      '{ templates(first: 3) { nodes { __typename slug } edges { node { __typename ... on Template { slug } } } } }',
    )
    const { nodes, edges } = data.templates
    expect(nodes).toHaveLength(3)
    expect(edges.map(({ node }) => node)).toEqual(nodes)
  })

  it('continue after an item that is gone', async () => {
    const [, query] = LISTS[2]
    const { list: all } = await read(query('first: 100'))
    const third = all!.edges[2]!
    await server.query(`update credit_grant set open = false, revoked = amount where id = $1`, [third.node.id])
    const { list: rest } = await read(query(`first: 100, after: "${third.cursor}"`))
    expect(rest!.edges).toEqual(all!.edges.slice(3))
  })

  it('show reviews to the vendor only, also from the last one', async () => {
    const query = '{ template(by: { slug: "reviewed" }) { list: reviews(last: 1) { edges { cursor node { id } } } } }'
    const { list: all } = await read(LISTS[3][1]('first: 100'))
    expect((await read(query)).list!.edges).toEqual(all!.edges.slice(-1))
    for (const caller of [other, null]) expect((await read(query, caller)).list!.edges).toEqual([])
  })

  it('read the first reviews of several templates with one statement', async () => {
    const statements = await statementsOf(seen, () =>
      server.graphql('{ viewer { vendor { templates { nodes { reviews(first: 2) { nodes { id } } } } } } }', {}, token),
    )
    expect(maxRepetitions(statements.filter((text) => text.includes('template_review')))).toBe(1)
  })
})

/** The value of `list` at any depth. */
function findList(value: unknown): Page | undefined {
  if (Array.isArray(value)) return value.map(findList).find(Boolean)
  if (typeof value !== 'object' || value === null) return undefined
  if ('list' in value) return (value as { list?: Page }).list
  return Object.values(value).map(findList).find(Boolean)
}
