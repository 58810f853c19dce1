import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Kind, OperationTypeNode, parse, print, type OperationDefinitionNode } from 'graphql'
import { recordStream } from '#test/support/graphql-stream.js'
import { screenData, type ScreenData } from '#test/support/screens.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { itUnless, onDistributedTables } from '#test/support/skip.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PAGE = 'docs/graphql.md'
const UPDATE = 'UPDATE_SCREENS=1 npm test -- test/api/edge/screens.test.ts'
const TABLE = /(?<=<!-- screens -->\n)[^]*?(?=\n<!-- \/screens -->)/

/**
 * Most executions of one statement in a query; 2 for the others. Offers of plans and the preview of each change read the state
 * of the account. The performance of packages compares three periods. Every list of the data has two items or more.
 */
const REPEATED: Readonly<Record<string, number>> = { Pricing: 3, Overview: 4 }

interface Row {
  readonly screen: string
  readonly operation: string
  readonly cost: number
  readonly statements: number
}

interface Screen {
  readonly screen: string
  readonly name: string
  readonly operation: OperationDefinitionNode
}

const SCREENS: readonly Screen[] = globSync('examples/screens/*.graphql')
  .toSorted()
  .flatMap((path) =>
    parse(readFileSync(path, 'utf8')).definitions.map((definition) => {
      const operation = definition as OperationDefinitionNode
      return { screen: basename(path, '.graphql'), name: operation.name!.value, operation }
    }),
  )
const of = (kind: OperationTypeNode) => SCREENS.filter(({ operation }) => operation.operation === kind)
const named = (name: string) => SCREENS.find((screen) => screen.name === name)!

describe('Screens of a dashboard', () => {
  let server: TestServer
  let data: ScreenData
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({
      start: '2026-03-30T09:00:00Z',
      env: { VENDOR_PAYOUTS: 'stripe' },
      app: { onStatement: (text) => void seen.push(text) },
    })
    data = await screenData(server)
  })
  afterAll(() => server.close())

  /** The caller and the variables of each query. */
  const calls = (): Record<string, [token: string, variables: Record<string, unknown>]> => {
    const { owner, served, vendor, operator } = data
    const account = owner.accountId
    const range = { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' }
    return {
      Pricing: [owner.token, { account, currency: 'USD' }],
      Preview: [owner.token, { input: { plan: 'pro', accountId: account } }],
      Billing: [owner.token, { account }],
      Market: [owner.token, { account }],
      VendorPage: [owner.token, { id: data.vendorId }],
      TemplatePage: [owner.token, { slug: data.templateSlug, account }],
      DeploymentPage: [owner.token, { hash: served.hash }],
      Deployments: [owner.token, { account }],
      LogPage: [owner.token, { command: data.logs }],
      Team: [owner.token, { account }],
      VendorPortal: [vendor.token!, range],
      Overview: [operator, { ...range, inbox: {} }],
      AccountDetails: [operator, { id: account }],
    }
  }

  const read = async (name: string) => {
    const [token, variables] = calls()[name]!
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'graphql-cost': 'true' },
      body: JSON.stringify({ query: print(named(name).operation), variables }),
    })
    return (await response.json()) as {
      data: Record<string, unknown>
      errors?: { message: string; path: string[] }[]
      extensions: { cost: { requested: number } }
    }
  }

  it('has a caller for every query', () => {
    expect(Object.keys(calls()).toSorted()).toEqual(
      of(OperationTypeNode.QUERY)
        .map(({ name }) => name)
        .toSorted(),
    )
  })

  it.each(of(OperationTypeNode.QUERY).map(({ name }) => name))('%s is answered without an error', async (name) => {
    const { data: answer, errors } = await read(name)
    expect(errors ?? []).toEqual([])
    expect(Object.entries(answer).filter(([, value]) => value === null)).toEqual([])
  })

  it('needs one round trip for a screen, and two for the console of operators', () => {
    // Other queries of a screen are dialogs and pages that a person opens from it.
    const first = { billing: 1, deployment: 1, marketplace: 1, operator: 2, pricing: 1, team: 1, vendor: 1 }
    const opened = ['Preview', 'VendorPage', 'TemplatePage', 'LogPage', 'Deployments']
    const queries = of(OperationTypeNode.QUERY).filter(({ name }) => !opened.includes(name))
    const counts = [...Map.groupBy(queries, ({ screen }) => screen)].map(([screen, { length }]) => [screen, length])
    expect(Object.fromEntries(counts)).toEqual(first)
  })

  it('needs no alias, except for a report that it reads by two groups', () => {
    expect(SCREENS.flatMap(({ operation }) => aliasesOf(operation))).toEqual([])
  })

  /** Cursor of the page that a stream belongs to. The console of operators begins with `Resync`. */
  async function cursorFor(name: string): Promise<string | null> {
    if (name === 'OperatorLive') return null
    const query = { CommandsLive: 'DeploymentPage', PresenceLive: 'DeploymentPage', DeploymentsLive: 'Deployments' }[
      name
    ]
    const { data: page } = await read(query ?? 'Billing')
    const account = page['account'] as { cursor?: string; deployments?: { cursor: string } } | undefined
    const { cursor } = (page['deployment'] ?? account?.deployments ?? account) as { cursor: string }
    return cursor
  }

  it.each(of(OperationTypeNode.SUBSCRIPTION).map(({ name }) => name))(
    '%s continues at the cursor of its query',
    async (name) => {
      const { owner, served, operator } = data
      const variables = { account: owner.accountId, hash: served.hash, after: await cursorFor(name) }
      const declared = named(name).operation.variableDefinitions!.map(({ variable }) => variable.name.value)
      const stream = await recordStream(
        server.url,
        named(name).screen === 'operator' ? operator : owner.token,
        print(named(name).operation),
        Object.fromEntries(Object.entries(variables).filter(([key]) => declared.includes(key))),
      )
      await stream.stop()
      expect(stream.errors).toEqual([])
    },
  )

  itUnless(onDistributedTables('each account has a statement of its own'))(
    `costs what the guide says (${UPDATE} writes the table)`,
    async () => {
      const rows: Row[] = []
      for (const { screen, name } of of(OperationTypeNode.QUERY)) {
        await read(name)
        let cost = 0
        const statements = await statementsOf(seen, async () => {
          cost = (await read(name)).extensions.cost.requested
        })
        expect(maxRepetitions(statements)).toBeLessThanOrEqual(REPEATED[name] ?? 2)
        rows.push({ screen, operation: name, cost, statements: statements.length })
      }
      const text = readFileSync(PAGE, 'utf8')
      const table = toTable(rows)
      if (process.env['UPDATE_SCREENS'])
        writeFileSync(
          PAGE,
          text.replace(TABLE, () => table),
        )
      expect(TABLE.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(table)
    },
  )
})

const toTable = (rows: readonly Row[]): string =>
  [
    '| Screen | Query | Cost | SQL statements |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ screen, operation, cost, statements }) =>
        `| [${screen}](../examples/screens/${screen}.graphql) | \`${operation}\` | ${cost} | ${statements} |`,
    ),
  ].join('\n')

function aliasesOf(operation: OperationDefinitionNode): string[] {
  const aliases: string[] = []
  JSON.stringify(operation, (_key, value: unknown) => {
    const { kind, name, alias } = (value ?? {}) as {
      kind?: string
      name?: { value: string }
      alias?: { value: string }
    }
    if (kind === Kind.FIELD && alias && name?.value !== 'metrics') aliases.push(alias.value)
    return value
  })
  return aliases
}
