import { getNamedType, isAbstractType, isLeafType, isObjectType, isRequiredArgument } from 'graphql'
import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { fillTable } from '#test/support/filled-tables.js'
import { change, person } from '#test/support/members.js'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { enumsOf, storedColumns } from '#test/support/stored-columns.js'
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

/** A field of an enum below a root: the selection from the root to it. */
interface Place {
  readonly type: string
  readonly wrap: (selection: string) => string
}

/** The shortest places of each object type below a type, at most three for one type. Fields with required arguments have those given. */
function placesBelow(root: string, given: Readonly<Record<string, string>>): Place[] {
  const found: Place[] = []
  const count = new Map<string, number>()
  const waiting: Place[] = [{ type: root, wrap: (selection) => selection }]
  for (let place = waiting.shift(); place; place = waiting.shift()) {
    const { type: name, wrap } = place
    const type = schema.getType(name)
    const known = count.get(name) ?? 0
    if (known >= 3) continue
    count.set(name, known + 1)
    if (isAbstractType(type))
      for (const { name: own } of schema.getPossibleTypes(type))
        waiting.push({ type: own, wrap: (selection) => wrap(`... on ${own} { ${selection} }`) })
    if (!isObjectType(type)) continue
    found.push(place)
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type)
      const call = field.args.some(isRequiredArgument) ? given[`${name}.${field.name}`] : ''
      if (isLeafType(named) || call === undefined) continue
      waiting.push({ type: named.name, wrap: (selection) => wrap(`${field.name}${call} { ${selection} }`) })
    }
  }
  return found
}

/** Fields of an object type whose values are of an enum. */
function fieldsOfEnum(name: string, type: string): string[] {
  const object = schema.getType(type)
  if (!isObjectType(object)) return []
  return Object.values(object.getFields())
    .filter((field) => getNamedType(field.type).name === name && !field.args.some(isRequiredArgument))
    .map((field) => field.name)
}

/** Fields whose required arguments are not given: they preview an act, or return objects that other fields return. */
const NOT_READ = new Set([
  'AccountUsage.metrics',
  'Deployment.operationPlan',
  'Query.catalogCheck',
  'Query.checks',
  'Query.invitation',
  'Query.metrics',
  'Query.nodes',
  'Query.operation',
  'Query.package',
  'Query.previewAutoTopUp',
  'Query.previewPlanChange',
  'Query.previewPlanMigration',
  'Query.previewTrialExtension',
  'Query.previewUsageAmendment',
  'Query.previewUsageBatch',
  'Query.previewUsageComparisonEnd',
  'Query.search',
  'Query.templateDefinitionIssues',
  'UsageComparisonTotal.differenceCount',
  'Vendor.metrics',
])

/** Values that constraints require of rows in tables that are empty. */
const GIVEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alert: { units: '1' },
  journal_posting: { month: `'2026-01'` },
  price_list: { changes: `'[]'` },
  usage_batch_line: { amount: '1' },
  usage_report: { from_version: '0' },
  webhook_delivery: { attempt_log: `'[]'` },
}

describe('Values that a constraint allows', () => {
  let server: TestServer
  let operator: string
  let given: Record<string, string>
  beforeAll(async () => {
    server = await startTestServer({ env: { VENDOR_PAYOUTS: 'stripe' } })
    operator = await server.token('ops@example.com', { roles: ['root'] })
    await newTenant(server, 'ann@example.com')
    const sue = await person(server, 'sue@example.com')
    await buyPlan(server, sue.token, 'basic')
    await change(server, sue, 'inviteMember(email: "kim@example.com", role: MEMBER)')
    await sellTemplate(server, new MarketplaceClient(server, operator))
    expect(await fillTable(server, 'journal_period', { month: `'2026-01'` })).toBeNull()
    expect(await fillTable(server, 'usage_comparison', {})).toBeNull()
    expect(await fillEmptyTables()).toEqual(new Map())
    given = await argumentsOfFields()
  })
  afterAll(() => server.close())

  const columns = storedColumns()
  /** Tables without a value of a column that a constraint limits. */
  async function fillEmptyTables(): Promise<ReadonlyMap<string, string>> {
    const refused = new Map<string, string>()
    const waiting = new Set(columns.map((one) => one.table))
    // A table can refer to one that is filled after it.
    for (const table of [...waiting, ...waiting]) {
      const own = columns.filter((one) => one.table === table)
      const counts = own.map(({ column }) => `count("${column}")`).join(', ')
      const [row] = await server.query<{ least: number }>(`select least(${counts})::int from ${table}`)
      if (row!.least > 0) continue
      const values = own.map((one) => [one.column, `'${one.values[0]}'`])
      const fault = await fillTable(server, table, { ...Object.fromEntries(values), ...GIVEN[table] })
      if (fault) refused.set(table, fault)
      else refused.delete(table)
    }
    return refused
  }

  /** The required arguments of fields. */
  async function argumentsOfFields(): Promise<Record<string, string>> {
    const first = async (table: string, column = 'id') => {
      const [row] = await server.query<{ value: string }>(`select ${column} as value from ${table} order by 1 limit 1`)
      if (!row) throw new Error(`${table} is empty`)
      return JSON.stringify(row.value)
    }
    const [feature] = server.app.context.catalog.current().features.keys()
    return {
      'AccountUsage.entitlement': `(feature: "${feature!}")`,
      'Query.check': `(feature: "${feature!}")`,
      'Query.checkout': `(by: { id: ${await first('checkout')} })`,
      'Query.command': `(id: ${await first('command')})`,
      'Query.deployment': `(id: ${await first('deployment')})`,
      'Query.journal': '(month: "2026-01")',
      'Query.node': `(id: ${await first('billing_subscription')})`,
      'Query.plan': '(code: "basic")',
      'Query.product': `(by: { id: ${await first('product')} })`,
      'Query.template': `(by: { id: ${await first('template')} })`,
      'Query.usageBatch': `(id: ${await first('usage_batch')})`,
      'Query.usageComparison': `(id: ${await first('usage_comparison')})`,
      'Query.vendor': `(by: { id: ${await first('vendor')} })`,
    }
  }

  it('are read through fields with required arguments, or are listed', () => {
    const required = Object.values(schema.getTypeMap()).flatMap((type) =>
      isObjectType(type) && !type.name.startsWith('__') && !['Mutation', 'Subscription'].includes(type.name)
        ? Object.values(type.getFields()).flatMap(({ name, args }) =>
            args.some(isRequiredArgument) ? [`${type.name}.${name}`] : [],
          )
        : [],
    )
    expect(required.toSorted()).toEqual([...NOT_READ, ...Object.keys(given)].toSorted())
  })

  const read = (id: string, selection: string) =>
    server.graphql<{ node: { __typename: string } | null }>(
      `query ($id: ID!) { node(id: $id) { __typename ${selection} } }`,
      { id },
      operator,
    )

  it('are read through the lists and groups that show them', async () => {
    const shownAs = enumsOf(schema)
    const withAccount = new Set(
      (
        await server.query<{ name: string }>(
          `select table_name as name from information_schema.columns where table_schema = current_schema() and column_name = 'account_id'`,
        )
      ).map(({ name }) => name),
    )
    const ofInstallation = placesBelow('Query', given)
    const ofAccount = placesBelow('Account', given).map(({ type, wrap }) => ({
      type,
      wrap: (selection: string) => `account(id: $id) { ${wrap(selection)} }`,
    }))
    const unread: string[] = []
    const shown = new Set<string>()
    for (const { table, column, values } of columns) {
      const enumeration = shownAs({ values })?.name
      const rows = await server.query<{ rest: object; now: string; id: string | null }>(
        `select to_jsonb(t) - '${column}' as rest, "${column}" as now, ${withAccount.has(table) ? 'account_id' : 'null'} as id
         from ${table} t where "${column}" is not null`,
      )
      if (!enumeration || rows.length === 0) continue
      const id = rows.find((row) => row.id !== null)?.id ?? null
      const selections = [...ofInstallation, ...(id === null ? [] : ofAccount)].flatMap(({ type, wrap }) => {
        const fields = fieldsOfEnum(enumeration, type)
        return fields.length > 0 ? [wrap(fields.join(' '))] : []
      })
      for (const value of values) {
        // A constraint can refuse the value in all rows, or in some of them.
        const set = (row: object, to: string) =>
          server
            .query(`update ${table} t set "${column}" = $2 where to_jsonb(t) - '${column}' = $1`, [row, to])
            .catch(() => [])
        for (const { rest } of rows) await set(rest, value)
        for (const selection of selections) {
          const { data, errors } = await server.graphql<unknown>(
            `query${selection.includes('$id') ? ' ($id: ID!)' : ''} { ${selection} }`,
            selection.includes('$id') ? { id } : {},
            operator,
          )
          if (JSON.stringify(data ?? null).includes(`"${value}"`)) shown.add(`${table}.${column}`)
          if (errors?.some(({ extensions }) => extensions.code === 'INTERNAL'))
            unread.push(`${table}.${column} = ${value}: ${selection}: ${JSON.stringify(errors)}`)
        }
        for (const { rest, now } of rows) await set(rest, now)
      }
    }
    expect(unread).toEqual([])
    expect([...shown]).toEqual(
      expect.arrayContaining([
        'catalog_version.source',
        'earnings_entry.kind',
        'plan_migration.state',
        'usage_batch.state',
      ]),
    )
    expect(shown.size).toBeGreaterThan(24)
  })

  it('are read through every field of their object', async () => {
    const tables = await server.query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = current_schema() and column_name = 'id'`,
    )
    const withId = new Set(tables.map(({ name }) => name))
    const unread: string[] = []
    const tried = new Set<string>()
    for (const { table, column, values } of columns.filter((one) => withId.has(one.table))) {
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
