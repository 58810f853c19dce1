import { changeableCatalog, nextTerms, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { planMigrationClient } from '#test/support/plan-migrations.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { subscribe, type Subscriber } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('planMigrations', () => {
  const seen: string[] = []
  let server: TestServer
  let catalog: ChangeableCatalog
  let operator: string
  const subscribers: Subscriber[] = []
  beforeAll(async () => {
    catalog = changeableCatalog()
    server = await startTestServer({
      env: { CATALOG: catalog.path },
      app: { onStatement: (text) => void seen.push(text) },
    })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    for (const name of ['ann', 'bob', 'carl', 'dora'])
      subscribers.push(await subscribe(server, `${name}@example.com`, { plan: name === 'dora' ? 'plus' : 'basic' }))
    await catalog.change(server, nextTerms, { plan: 'plus', version: 2 })
  })
  afterAll(async () => {
    await server.close()
    catalog.remove()
  })

  it('lists migrations by plan and state, and pages their steps', async () => {
    const migrations = planMigrationClient(server, operator)
    const basic = await migrations.run('basic')
    const plus = await migrations.run('plus')
    const list = async (filter: string) => {
      const { data } = await server.graphql<{ planMigrations: { nodes: { id: string }[] } }>(
        `{ planMigrations${filter} { nodes { id } } }`,
        {},
        operator,
      )
      return data.planMigrations.nodes.map(({ id }) => id)
    }
    expect(await list('')).toEqual([plus.id, basic.id])
    expect(await list('(plans: ["basic"], statuses: [COMPLETED])')).toEqual([basic.id])
    expect(await list('(statuses: [RUNNING, STOPPED])')).toEqual([])
    expect(await list('(plans: ["gold"])')).toEqual([])

    const page = async (after: string | null) => {
      const { data } = await server.graphql<{
        node: {
          steps: {
            nodes: { id: string; account: { id: string } }[]
            pageInfo: { endCursor: string; hasNextPage: boolean }
          }
        }
      }>(
        `query ($id: ID!, $after: String) { node(id: $id) { ... on PlanMigration { steps(first: 2, after: $after, statuses: [APPLIED]) {
           nodes { id account { id } } pageInfo { endCursor hasNextPage } } } } }`,
        { id: basic.id, after },
        operator,
      )
      return data.node.steps
    }
    const first = await page(null)
    const second = await page(first.pageInfo.endCursor)
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false])
    expect([...first.nodes, ...second.nodes].map(({ account }) => account.id)).toEqual(
      subscribers.slice(0, 3).map(({ accountId }) => accountId),
    )

    // Steps and migrations are nodes for operators only.
    const stepId = first.nodes[0]!.id
    const nodes = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`
    const ids = [basic.id, stepId]
    expect((await server.graphql(nodes, { ids }, operator)).data).toEqual({
      nodes: [
        { __typename: 'PlanMigration', id: basic.id },
        { __typename: 'PlanMigrationStep', id: stepId },
      ],
    })
    expect((await server.graphql(nodes, { ids }, subscribers[0]!.token)).data).toEqual({ nodes: [null, null] })
  })

  it('reads counts, accounts and subscriptions of a page with one statement each', async () => {
    const read = async () => {
      const { data, errors } = await server.graphql<{ planMigrations: { nodes: { steps: { nodes: object[] } }[] } }>(
        `{ planMigrations(first: 3) { nodes { stepCount steps(first: 20) { nodes { account { name } subscription { status items { id } } } } } } }`,
        {},
        operator,
      )
      expect(errors).toBeUndefined()
      expect(data.planMigrations.nodes.map(({ steps }) => steps.nodes.length)).toEqual([1, 3])
    }
    // Each of the two migrations has its own page of steps.
    expect(maxRepetitions(await statementsOf(seen, read))).toBe(2)
  })

  it('continues a step whose change was stored before a crash, without a second change', async () => {
    const migrations = planMigrationClient(server, operator)
    const [{ id }] = (await server.query<{ id: string }>(
      `select id from plan_migration where plan_id = (select id from plan where code = 'basic')`,
    )) as [{ id: string }]
    const changes = () => server.query(`select id, status from subscription_change order by id`)
    const before = await changes()
    await server.query(`update plan_migration set state = 'STOPPED', finished_at = null where id = $1`, [id])
    // The process ended between storing the change and its result.
    await server.query(
      `update plan_migration_step set state = 'PENDING', effective_at = null, processed_at = null where migration_id = $1`,
      [id],
    )
    await migrations.resume(id)
    const done = await migrations.until(id, ({ status }) => status === 'COMPLETED')
    expect(done).toMatchObject({ stepCount: 3, appliedCount: 3 })
    expect(await changes()).toEqual(before)
  })
})
