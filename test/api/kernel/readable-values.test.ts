import { getNamedType, isLeafType, isObjectType, isRequiredArgument } from 'graphql'
import { allResolvers } from '#modules/compose.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { change, person } from '#test/support/members.js'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { storedColumns } from '#test/support/stored-columns.js'
import { newTenant } from '#test/support/tenant.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { sellTemplate } from '#test/support/vendor-earnings.js'

const schema = buildGraphQLSchema(allResolvers)

/** Fields of a type that need no argument and no selection. */
function leavesOf(name: string): string {
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new Error(`${name} is no object`)
  return Object.values(type.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument))
    .map((field) => field.name)
    .join(' ')
}

describe('Values that a constraint allows', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ env: { VENDOR_PAYOUTS: 'stripe' } })
    operator = await server.token('ops@example.com', { roles: ['root'] })
    await newTenant(server, 'ann@example.com')
    const sue = await person(server, 'sue@example.com')
    await buyPlan(server, sue.token, 'basic')
    await change(server, sue, 'inviteMember(email: "kim@example.com", role: MEMBER)')
    await sellTemplate(server, new MarketplaceClient(server, operator))
  })
  afterAll(() => server.close())

  const read = (id: string, selection: string) =>
    server.graphql<{ node: { __typename: string } | null }>(
      `query ($id: ID!) { node(id: $id) { __typename ${selection} } }`,
      { id },
      operator,
    )

  it('are read through every field of their object', async () => {
    const tables = await server.query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = current_schema() and column_name = 'id'`,
    )
    const withId = new Set(tables.map(({ name }) => name))
    const unread: string[] = []
    const tried = new Set<string>()
    for (const { table, column, values } of storedColumns().filter((one) => withId.has(one.table))) {
      const [row] = await server.query<{ id: string; now: string }>(
        `select id::text as id, "${column}" as now from ${table} where "${column}" is not null order by id limit 1`,
      )
      const type = row && (await read(row.id, '')).data?.node?.__typename
      if (!type) continue
      const set = (value: string) =>
        server.query(`update ${table} set "${column}" = $2 where id = $1`, [row.id, value]).then(
          () => true,
          () => false, // Another constraint does not allow the value in this row.
        )
      for (const value of values) {
        if (!(await set(value))) continue
        const { errors } = await read(row.id, `... on ${type} { ${leavesOf(type)} }`)
        tried.add(`${table}.${column}`)
        if (errors?.some(({ extensions }) => extensions.code === 'INTERNAL'))
          unread.push(`${table}.${column} = ${value}: ${JSON.stringify(errors)}`)
      }
      await set(row.now)
    }
    expect(unread).toEqual([])
    expect([...tried]).toEqual(
      expect.arrayContaining(['billing_subscription.status', 'checkout.status', 'command.status', 'invoice.status']),
    )
    expect(tried.size).toBeGreaterThan(15)
  })
})
