import { getNamedType, isAbstractType, isLeafType, isObjectType, isRequiredArgument, type GraphQLField } from 'graphql'
import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { entitlementService } from '#test/support/entitlements.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { fillTable } from '#test/support/filled-tables.js'
import { change, person } from '#test/support/members.js'
import { MarketplaceClient } from '#test/support/marketplace-client.js'
import { simplestArguments } from '#test/support/simplest-call.js'
import { enumsOf, storedColumns } from '#test/support/stored-columns.js'
import { newTenant } from '#test/support/tenant.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { sellTemplate } from '#test/support/vendor-earnings.js'

const schema = buildGraphQLSchema(allResolvers)

type Field = GraphQLField<unknown, unknown>
/** The required arguments of a field with their parentheses, empty if it has none. Null if it is not read. */
type ArgumentsOf = (type: string, field: Field) => string | null

const fieldsOf = (name: string): Field[] => {
  const type = schema.getType(name)
  return isObjectType(type) ? Object.values(type.getFields()) : []
}

/** The selection of the fields of a type that need no selection. */
const leavesOf = (name: string, argumentsOf: ArgumentsOf): string =>
  fieldsOf(name)
    .filter((field) => isLeafType(getNamedType(field.type)))
    .map((field) => `${field.name}${argumentsOf(name, field) ?? ''}`)
    .join(' ')

/** A field of an enum below a root: the selection from the root to it. */
interface Place {
  readonly type: string
  readonly wrap: (selection: string) => string
}

/** Number of places at which one type is read. */
const PLACES = 3

/** The shortest places of each object type below a type. */
function placesBelow(root: string, argumentsOf: ArgumentsOf): Place[] {
  const found: Place[] = []
  const count = new Map<string, number>()
  const waiting: Place[] = [{ type: root, wrap: (selection) => selection }]
  for (let place = waiting.shift(); place; place = waiting.shift()) {
    const { type: name, wrap } = place
    const type = schema.getType(name)
    const known = count.get(name) ?? 0
    if (known >= PLACES) continue
    count.set(name, known + 1)
    if (isAbstractType(type))
      for (const { name: own } of schema.getPossibleTypes(type))
        waiting.push({ type: own, wrap: (selection) => wrap(`... on ${own} { ${selection} }`) })
    if (!isObjectType(type)) continue
    found.push(place)
    for (const field of fieldsOf(name)) {
      const named = getNamedType(field.type)
      const call = argumentsOf(name, field)
      if (isLeafType(named) || call === null) continue
      waiting.push({ type: named.name, wrap: (selection) => wrap(`${field.name}${call} { ${selection} }`) })
    }
  }
  return found
}

/** Fields of an object type whose values are of an enum. */
const fieldsOfEnum = (name: string, type: string, argumentsOf: ArgumentsOf): string[] =>
  fieldsOf(type)
    .filter((field) => getNamedType(field.type).name === name)
    .map((field) => `${field.name}${argumentsOf(type, field) ?? ''}`)

/** Fields that show no stored value, and why. */
const NOT_READ: Readonly<Record<string, string>> = {
  'Query.catalogCheck': 'reads the file that it is given',
  'Query.invitation': 'is found by a secret, of which the database has a hash',
  'Query.previewUsageAmendment': 'needs a use of units, which the catalog of this test does not have',
  'Query.templateDefinitionIssues': 'reads the definition that it is given',
}

/** Values that constraints require of rows in tables that are empty. */
const GIVEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alert: { units: '1' },
  journal_posting: { month: `'2026-01'`, currency: `'USD'` },
  price_list: { changes: `'[]'` },
  usage_batch_line: { amount: '1' },
  usage_report: { from_version: '0' },
  webhook_delivery: { attempt_log: `'[]'` },
}

describe('Values that a constraint allows', () => {
  let server: TestServer
  let operator: string
  let argumentsOf: ArgumentsOf
  let readers: ReadonlyMap<string, string>
  beforeAll(async () => {
    server = await startTestServer({ env: { VENDOR_PAYOUTS: 'stripe' } })
    operator = await server.token('ops@example.com', { roles: ['root'] })
    const ann = await newTenant(server, 'ann@example.com')
    const sue = await person(server, 'sue@example.com')
    await buyPlan(server, sue.token, 'basic')
    await change(server, sue, 'inviteMember(email: "kim@example.com", role: MEMBER)')
    await sellTemplate(server, new MarketplaceClient(server, operator))
    expect(await fillTable(server, 'journal_period', { month: `'2026-01'` })).toBeNull()
    expect(await fillTable(server, 'usage_comparison', {})).toBeNull()
    expect(await fillEmptyTables()).toEqual(new Map())
    const service = await entitlementService(server)
    argumentsOf = await readArguments(sue.accountId)
    readers = await readersOf([operator, sue.token, ann.token, service.key])
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

  /** Reads what required arguments need: IDs of the table that a field is named after, and codes of the catalog. */
  async function readArguments(accountId: string): Promise<ArgumentsOf> {
    const tables = await server.query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = current_schema() and column_name = 'id'`,
    )
    const ids = new Map<string, string>()
    for (const { name } of tables) {
      const [row] = await server.query<{ id: string }>(`select id::text as id from ${name} order by 1 limit 1`)
      if (row) ids.set(name, row.id)
    }
    const catalog = server.app.context.catalog.current()
    const texts: Record<string, string | undefined> = {
      accountId,
      feature: [...catalog.features.keys()][0],
      key: 'key-of-ann@example.com',
      month: '2026-01',
      plan: 'basic',
      search: 'ann',
      trialEndsAt: '2031-01-01T00:00:00Z',
    }
    const idOf = (field: string): string | undefined => {
      const [named] = [...ids.keys()]
        .filter((table) => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).includes(table))
        .toSorted((one, other) => other.length - one.length)
      return ids.get(named ?? 'billing_subscription')
    }
    return (type, field) => {
      if (`${type}.${field.name}` in NOT_READ) return null
      return simplestArguments(field, field.args.some(isRequiredArgument) ? ['accountId'] : [], (name, scalar) => {
        const code = field.name === 'package' ? [...catalog.packageByCode.keys()][0] : texts['plan']
        const text = name === 'code' ? code : name === 'package' ? [...catalog.packageByCode.keys()][0] : texts[name]
        return scalar === 'ID' && name !== 'accountId' ? JSON.stringify(idOf(field.name)) : text && JSON.stringify(text)
      })
    }
  }

  /** Chooses who reads each field of the root: the first caller who sees something, otherwise the first who may read it. */
  async function readersOf(callers: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const readers = new Map<string, string>()
    const refused: string[] = []
    for (const field of fieldsOf('Query').filter((one) => one.args.some(isRequiredArgument))) {
      const call = argumentsOf('Query', field)
      if (call === null) continue
      const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }'
      const answers = await Promise.all(
        callers.map((caller) =>
          server.graphql<Record<string, unknown> | null>(`{ ${field.name}${call} ${selection} }`, {}, caller),
        ),
      )
      const seen = answers.findIndex(({ data, errors }) => !errors && data?.[field.name] != null)
      const reader = callers[seen === -1 ? answers.findIndex(({ errors }) => !errors) : seen]
      if (reader) readers.set(field.name, reader)
      else refused.push(`${field.name}${call}: ${JSON.stringify(answers.map(({ errors }) => errors))}`)
    }
    expect(refused).toEqual([])
    return readers
  }

  it('are read through fields with required arguments', () => {
    const all = Object.keys(schema.getTypeMap()).flatMap((type) => fieldsOf(type).map(({ name }) => `${type}.${name}`))
    expect(all).toEqual(expect.arrayContaining(Object.keys(NOT_READ)))
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
    const ofInstallation = placesBelow('Query', argumentsOf)
    const ofAccount = placesBelow('Account', argumentsOf).map(({ type, wrap }) => ({
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
        const fields = fieldsOfEnum(enumeration, type, argumentsOf)
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
            readers.get(/^\w+/.exec(selection)![0]) ?? operator,
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
        const { errors } = await read(row.id, `... on ${type} { ${leavesOf(type, argumentsOf)} }`)
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
