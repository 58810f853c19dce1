import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { randomUUID } from 'node:crypto'
import { Kind, OperationTypeNode, parse, print, visit, type OperationDefinitionNode } from 'graphql'
import { Buyer } from '#test/support/buyer.js'
import { enqueue } from '#test/support/deployments.js'
import { entitlementService } from '#test/support/entitlements.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { VALID_COMPOSE_FILE } from '#test/support/marketplace-client.js'
import { person, type Person } from '#test/support/members.js'
import { screenData, type ScreenData } from '#test/support/screens.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const PAGE = 'docs/graphql-limits.md'
const UPDATE = 'UPDATE_SCREENS=1 npm test -- test/api/edge/screens.test.ts'
const TABLE = /(?<=<!-- screens -->\n)[^]*?(?=\n<!-- \/screens -->)/

/** The tasks of an outside developer, each in a file of its own. The other files are further screens. */
const TASKS: readonly string[] = [
  'price-page',
  'checkout',
  'permissions',
  'consume',
  'usage-chart',
  'change-plan',
  'invoices',
  'watch-command',
  'refund',
  'publish-template',
]
const MAX_FRAGMENTS = 5
const MAX_COST = 1000

/**
 * Most executions of one statement in a query; 2 for the others. Offers of plans and the preview of each change read the state
 * of the account. Every list of the data has two items or more.
 */
const REPEATED: Readonly<Record<string, number>> = { PricePage: 3, Overview: 4 }

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
const takesKey = (name: string) =>
  named(name).operation.variableDefinitions!.some(({ variable }) => variable.name.value === 'key')

/** An item of a stream of these screens. */
interface Item {
  readonly type?: string
  readonly data?: { readonly status: string }
  readonly subject?: { readonly id: string }
}

/** A purchase in the list of the operator. */
interface Paid {
  readonly id: string
  readonly money: { readonly amountMinor: number; readonly currency: string; readonly formatted: string }
}

/** The response to an operation. */
interface Answer {
  readonly data: Record<string, unknown>
  readonly errors?: { message: string; path: string[] }[]
  readonly extensions: { cost: { requested: number } }
}

describe('Screens of a dashboard', () => {
  let server: TestServer
  let data: ScreenData
  /** A server whose catalog has quotas and packs, and an account that used some units. */
  let metered: TestServer
  let user: Person
  let checkoutId: string
  const seen: string[] = []
  beforeAll(async () => {
    const app = { onStatement: (text: string) => void seen.push(text) }
    server = await startTestServer({ start: '2026-03-30T09:00:00Z', env: { VENDOR_PAYOUTS: 'stripe' }, app })
    data = await screenData(server)
    for (const name of ['First Submission', 'Second Submission'])
      await data.vendor.submit((await data.vendor.create({ name })).id)
    await subscribe(server, 'annie@example.com', { plan: 'plus' })
    checkoutId = await latestCheckout(server, data.owner)
    metered = await startTestServer({ start: '2026-03-30T09:00:00Z', env: { CATALOG: 'agileforge' }, app })
    await subscribe(metered, 'uma@example.com', { plan: 'professional' })
    user = await person(metered, 'uma@example.com')
    const service = await entitlementService(metered)
    for (const amount of [3, 4]) await service.consume({ accountId: user.accountId, feature: 'ai_stories', amount })
  })
  afterAll(() => Promise.all([server.close(), metered.close()]))

  /** The caller and the variables of each query. */
  const calls = (): Record<string, [token: string, variables: Record<string, unknown>, at?: TestServer]> => {
    const { owner, served, vendor, operator } = data
    const account = owner.accountId
    const range = { from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' }
    return {
      PricePage: [user.token, { account: user.accountId, currency: 'USD', signedIn: true }, metered],
      CheckoutPage: [owner.token, { id: checkoutId }],
      Permissions: [
        owner.token,
        { account, requests: ['deployments', 'managed_servers', 'restart_rate'].map((feature) => ({ feature })) },
      ],
      UsageChart: [user.token, { account: user.accountId, ...range, interval: 'DAY' }, metered],
      PlanChange: [owner.token, { account, input: { plan: 'individual', accountId: account } }],
      Invoices: [owner.token, { account }],
      CommandPage: [owner.token, { id: data.logs }],
      FindAccount: [operator, { search: 'ann' }],
      VendorTemplates: [vendor.token!, {}],
      ReviewQueue: [operator, {}],
      Market: [owner.token, { account }],
      VendorPage: [owner.token, { id: data.vendorId }],
      TemplatePage: [owner.token, { slug: data.templateSlug, account }],
      DeploymentPage: [owner.token, { hash: served.hash }],
      Deployments: [owner.token, { account }],
      LogPage: [owner.token, { command: data.logs }],
      Team: [owner.token, { account }],
      Overview: [operator, { ...range, inbox: {} }],
    }
  }

  const send = async (name: string, token: string | null, variables: object, at = server): Promise<Answer> => {
    const response = await fetch(`${at.url}/graphql`, {
      method: 'POST',
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        'content-type': 'application/json',
        'graphql-cost': 'true',
      },
      body: JSON.stringify({ query: print(named(name).operation), variables }),
    })
    return (await response.json()) as Answer
  }
  const read = (name: string) => send(name, ...calls()[name]!)

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

  it('needs one round trip for a screen', () => {
    // Other queries of a file are pages that a person opens from it, and the page of the operator who reviews.
    const opened = ['VendorPage', 'TemplatePage', 'LogPage', 'Deployments', 'ReviewQueue']
    const queries = of(OperationTypeNode.QUERY).filter(({ name }) => !opened.includes(name))
    const counts = [...Map.groupBy(queries, ({ screen }) => screen)].map(([screen, { length }]) => [screen, length])
    expect(counts.filter(([, count]) => count !== 1)).toEqual([])
  })

  it('needs no alias', () => {
    expect(SCREENS.flatMap(({ operation }) => aliasesOf(operation))).toEqual([])
  })

  it('has the ten tasks, with at most five inline fragments in all', () => {
    const screens = new Set(SCREENS.map(({ screen }) => screen))
    expect(TASKS.filter((task) => !screens.has(task))).toEqual([])
    const operations = SCREENS.filter(({ screen }) => TASKS.includes(screen)).map(({ operation }) => operation)
    expect(operations.map(countFragments).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MAX_FRAGMENTS)
  })

  /** Cursor of the page that a stream belongs to. The console of operators begins with `Resync`. */
  async function cursorFor(name: string): Promise<string | null> {
    if (name === 'OperatorLive') return null
    const query = { CommandLive: 'DeploymentPage', DeploymentsLive: 'Deployments', CheckoutLive: 'Permissions' }[name]
    const { data: page } = await read(query ?? name.replace(/Live$/, ''))
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

  it(`costs what the guide says (${UPDATE} writes the table)`, async () => {
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
    expect(rows.filter(({ cost }) => cost >= MAX_COST)).toEqual([])
    const text = readFileSync(PAGE, 'utf8')
    const table = toTable(rows)
    if (process.env['UPDATE_SCREENS'])
      writeFileSync(
        PAGE,
        text.replace(TABLE, () => table),
      )
    expect(TABLE.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(table)
  })

  /** Sends the operations of a task, each of which is answered with data and costs less than the maximum. */
  class Task {
    readonly sent = new Set<string>()

    /** The value of the only root field, or all of them. */
    async run<Value>(name: string, token: string | null, variables: object, at = server): Promise<Value> {
      this.sent.add(name)
      const { data: answer, errors, extensions } = await send(name, token, variables, at)
      expect([name, errors ?? []]).toEqual([name, []])
      expect(extensions.cost.requested).toBeLessThan(MAX_COST)
      const values = Object.values(answer)
      expect(values).not.toContain(null)
      return (values.length > 1 ? answer : values[0]) as Value
    }

    /** Sends a mutation, which is not denied. */
    async change<Payload>(name: string, token: string, variables: object, at = server): Promise<Payload> {
      const payload = await this.run<Payload & { denial: object | null }>(
        name,
        token,
        takesKey(name) ? { key: randomUUID(), ...variables } : variables,
        at,
      )
      expect(payload.denial).toBeNull()
      return payload
    }

    async follow(name: string, token: string, variables: Record<string, unknown>) {
      this.sent.add(name)
      return recordStream<Item>(server.url, token, print(named(name).operation), variables)
    }
  }

  const STORIES: Record<string, (task: Task) => Promise<void>> = {
    'price-page': async (task) => {
      const { plans, packages } = await task.run<{
        plans: { code: string; offer: { action: string } }[]
        packages: object[]
      }>('PricePage', ...calls()['PricePage']!)
      expect(plans.map(({ offer }) => offer.action)).toEqual([expect.any(String), 'CURRENT', 'UPGRADE'])
      expect(packages).toHaveLength(3)
      const seenByVisitor = await task.run('PricePage', null, { signedIn: false }, metered)
      expect(seenByVisitor).toMatchObject({ plans: plans.map(({ code }) => ({ code })) })
    },
    checkout: async (task) => {
      const buyer = await Buyer.named(server, 'dora@example.com')
      const input = { plan: 'plus', provider: 'STRIPE' }
      const { checkout } = await task.change<{
        checkout: { id: string; providerReference: string; account: { id: string; cursor: string } }
      }>('StartCheckout', buyer.token, { input })
      expect(checkout).toMatchObject({ status: 'OPEN', url: expect.stringContaining('http') })
      const { id, cursor } = checkout.account
      const stream = await task.follow('CheckoutLive', buyer.token, { account: id, after: cursor })
      await buyer.pay(checkout.providerReference)
      await task.change('ReturnFromCheckout', buyer.token, { by: { id: checkout.id } })
      await stream.until((items) => items.some(({ type }) => type === 'checkout.completed'))
      await stream.stop()
      expect(stream.events.find(({ type }) => type === 'checkout.completed')!.subject).toEqual({ id: checkout.id })
      const page = await eventually(
        () => task.run<{ purchase: object | null }>('CheckoutPage', buyer.token, { id: checkout.id }),
        ({ purchase }) => purchase !== null,
      )
      expect(page).toMatchObject({ status: 'COMPLETED', startedSubscription: { status: 'ACTIVE' } })
    },
    permissions: async (task) => {
      const { owner } = data
      const requests = [{ feature: 'deployments' }, { feature: 'managed_servers', amount: 1000 }]
      const { account, checks } = await task.run<{
        account: { id: string; cursor: string; viewerCan: string[] }
        checks: object[]
      }>('Permissions', owner.token, { account: owner.accountId, requests })
      expect(account.viewerCan).toContain('BILLING_MANAGE')
      expect(checks).toMatchObject([
        { allowed: true, denial: null },
        { allowed: false, denial: { code: 'LIMIT_REACHED' } },
      ])
      await (await task.follow('PermissionsLive', owner.token, { account: account.id, after: account.cursor })).stop()
    },
    consume: async (task) => {
      const key = await metered.serviceKey(['entitlements:read', 'entitlements:write'])
      const input = { accountId: user.accountId, feature: 'ai_stories', amount: 5 }
      const { consumption } = await task.change<{ consumption: object }>('Consume', key, { input }, metered)
      expect(consumption).toMatchObject({ amount: 5, entitlement: { used: 12, limit: 200, remaining: 188 } })
      const { denial } = await task.run<{ denial: object }>(
        'Consume',
        key,
        { input: { ...input, amount: 500 }, key: randomUUID() },
        metered,
      )
      expect(denial).toMatchObject({
        code: 'QUOTA_EXCEEDED',
        quantity: {
          feature: { name: 'AI stories' },
          requested: { units: 500, money: null },
          used: { units: 12 },
          limit: { units: 200 },
          remaining: { units: 188 },
        },
        remedies: expect.arrayContaining([expect.objectContaining({ label: expect.any(String) })]),
      })
    },
    'usage-chart': async (task) => {
      const { usage } = await task.run<{ usage: { metrics: { nodes: object[] } } }>(
        'UsageChart',
        ...calls()['UsageChart']!,
      )
      expect(usage.metrics.nodes).toMatchObject([
        { groups: [{ value: 'ai_stories', label: 'AI stories' }], total: { units: expect.any(Number) } },
      ])
    },
    'change-plan': async (task) => {
      const { token, accountId } = await subscribe(server, 'carla@example.com', { plan: 'plus' })
      const input = { plan: 'individual', accountId }
      const { previewPlanChange } = await task.run<{ previewPlanChange: object }>('PlanChange', token, {
        account: accountId,
        input,
      })
      expect(previewPlanChange).toMatchObject({ denial: null, dueNow: { formatted: expect.stringContaining('$') } })
      expect(await task.change('ChangePlan', token, { input })).toMatchObject({
        actionUrl: null,
        subscription: { status: 'ACTIVE', plan: { name: 'Individual' }, scheduledChange: null },
      })
    },
    invoices: async (task) => {
      expect(await task.run('Invoices', ...calls()['Invoices']!)).toMatchObject({
        billing: { invoices: { nodes: [{ status: 'PAID', pdfUrl: expect.stringContaining('http') }] } },
      })
    },
    'watch-command': async (task) => {
      const { served } = data
      const start = { hash: served.hash, command: { start: { appCode: 'web' } } }
      const { command } = await task.change<{
        command: { id: string; deployment: { hash: string; cursor: string } }
      }>('RunCommand', served.owner, start)
      const { hash, cursor } = command.deployment
      const stream = await task.follow('CommandLive', served.owner, { hash, command: command.id, after: cursor })
      await served.agent.wait(0)
      await served.agent.report({ command_id: command.id, status: 'success', result: {} })
      await stream.until((items) => items.some(({ data: change }) => change?.status === 'SUCCEEDED'))
      await stream.stop()
      const page = await task.run('CommandPage', served.owner, { id: command.id })
      expect(page).toMatchObject({ status: 'SUCCEEDED', finishedAt: expect.any(String), error: null })
      const { id } = await enqueue(server, served)
      expect(await task.change('StopCommand', served.owner, { id })).toMatchObject({ command: { status: 'CANCELED' } })
    },
    refund: async (task) => {
      const { email } = await subscribe(server, 'rita@example.com', { plan: 'plus' })
      const { nodes } = await task.run<{ nodes: { billing: { purchases: { nodes: Paid[] } } }[] }>(
        'FindAccount',
        data.operator,
        { search: email },
      )
      expect(nodes).toHaveLength(1)
      const [purchase] = nodes[0]!.billing.purchases.nodes
      const { id, money } = purchase!
      const amount = { amountMinor: money.amountMinor - 100, currency: money.currency }
      expect(await task.change('Refund', data.operator, { id, amount, reason: 'A complaint.' })).toMatchObject({
        purchase: { status: 'PARTIALLY_REFUNDED' },
      })
      expect(await task.change('Refund', data.operator, { id, reason: 'The rest.' })).toMatchObject({
        purchase: {
          status: 'REFUNDED',
          refunded: { formatted: money.formatted },
          refunds: [{ status: 'SUCCEEDED' }, { money: { formatted: '$1.00' } }],
        },
      })
    },
    'publish-template': async (task) => {
      const { vendor, operator } = data
      const input = { name: 'New Stack', slug: 'new-stack', definition: VALID_COMPOSE_FILE }
      const token = vendor.token!
      const {
        template: { id },
      } = await task.change<{ template: { id: string } }>('CreateTemplate', token, { input })
      await task.change('SubmitTemplate', token, { id })
      expect(await task.run('ReviewQueue', operator, {})).toMatchObject({
        nodes: expect.arrayContaining([expect.objectContaining({ id })]),
      })
      await task.change('ReviewTemplate', operator, { id, action: 'STARTED' })
      expect(await task.change('ReviewTemplate', operator, { id, action: 'APPROVED' })).toMatchObject({
        template: { status: 'APPROVED', nextVersion: null },
      })
      const price = { money: { amountMinor: 1900, currency: 'USD' } }
      expect(await task.change('PriceTemplate', token, { id, price })).toMatchObject({
        template: { isPaid: true, price: { money: { formatted: '$19.00' } } },
      })
      const { viewer } = await task.run<{ viewer: object }>('VendorTemplates', token, {})
      expect(viewer).toMatchObject({
        vendor: { templates: { nodes: expect.arrayContaining([expect.objectContaining({ id, status: 'APPROVED' })]) } },
      })
    },
  }

  it.each(TASKS)('%s: each operation is answered with data, for a cost below 1,000', async (name) => {
    const task = new Task()
    await STORIES[name]!(task)
    expect([...task.sent].toSorted()).toEqual(
      SCREENS.filter(({ screen }) => screen === name)
        .map((screen) => screen.name)
        .toSorted(),
    )
  })
})

/** The checkout of the latest purchase of an account that had one. */
async function latestCheckout(server: TestServer, { token, accountId }: Person): Promise<string> {
  const { data } = await server.graphql<{
    account: { billing: { purchases: { nodes: { checkout: { id: string } | null }[] } } }
  }>(
    `query ($id: ID!) { account(id: $id) { billing { purchases { nodes { checkout { id } } } } } }`,
    { id: accountId },
    token,
  )
  return data.account.billing.purchases.nodes.find(({ checkout }) => checkout)!.checkout!.id
}

function countFragments(operation: OperationDefinitionNode): number {
  let count = 0
  visit(operation, { InlineFragment: () => void count++, FragmentSpread: () => void count++ })
  return count
}

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
    const { kind, alias } = (value ?? {}) as { kind?: string; alias?: { value: string } }
    if (kind === Kind.FIELD && alias) aliases.push(alias.value)
    return value
  })
  return aliases
}
