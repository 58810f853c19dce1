import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { queryRow } from '#test/support/plain-sql.js'

describe('Cached catalog', () => {
  let server: TestServer
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void statements.push(text) } })
  })
  afterAll(() => server.close())

  it('is read twice for a burst of changes, and each caller sees the changes committed before', async () => {
    const { catalog, database } = server.app.context
    const [price] = await server.query<{ id: string }>(`select id from price where active order by id limit 1`)
    statements.length = 0
    const seen = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const { amount } = (await queryRow<{ amount: number }>(
          database,
          `update price set amount_minor = amount_minor + 1 where id = $1 returning amount_minor as amount`,
          [price!.id],
        ))!
        await catalog.reload()
        return [index, catalog.current().priceById.get(price!.id)!.amountMinor >= amount]
      }),
    )
    expect(seen.filter(([, isThere]) => !isThere)).toEqual([])
    const readings = statements.filter((text) => text.startsWith('select * from "price"')).length
    expect(readings).toBeGreaterThanOrEqual(1)
    expect(readings).toBeLessThan(40)

    // In one go: one that runs, and one for everybody else.
    statements.length = 0
    await Promise.all(Array.from({ length: 40 }, () => catalog.reload()))
    expect(statements.filter((text) => text.startsWith('select * from "price"'))).toHaveLength(2)
  })

  it('continues after a failed reload', async () => {
    const { catalog } = server.app.context
    await server.query(`alter table price rename to price_away`)
    const outcomes = await Promise.allSettled([catalog.reload(), catalog.reload()])
    await server.query(`alter table price_away rename to price`)
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await catalog.reload()
    expect(catalog.current().priceById.size).toBeGreaterThan(0)
  })
})
