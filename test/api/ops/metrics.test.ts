import { Metrics, NodeType, type MetricsVariables } from '@stackgate/client/documents'
import type { Metric } from '#services/entitlements/metrics/metric.js'
import { allDeclared } from '#modules/all-declarations.js'
import { supportOf } from '#services/entitlements/metrics/registry.js'
import { figures, usageFigures } from '#test/support/analytics.js'
import { buyPlan } from '#test/support/buy-plan.js'
import { entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { callAs } from '#test/support/operations.js'
import { ratedCatalog, workInput } from '#test/support/rated-catalog.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

describe('metrics', () => {
  let server: TestServer
  let operator: string
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:30:00Z', env: { CATALOG: ratedCatalog() } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  const errorOf = async (variables: MetricsVariables) => {
    const { data, errors } = await server.graphql(Metrics, variables, operator)
    expect(data.metrics).toBeNull()
    const { code, field, supported } = errors![0]!.extensions as Record<string, unknown>
    return { code, field, supported, message: errors![0]!.message }
  }

  it('names what a metric supports when it refuses a group or an interval', async () => {
    expect(await errorOf({ metrics: ['CHURN_RATE'], groupBy: ['PLAN'] })).toEqual({
      code: 'METRIC_NOT_SUPPORTED',
      field: 'groupBy',
      supported: [],
      message: 'CHURN_RATE has no groups of PLAN. Supported: none.',
    })
    expect(await errorOf({ metrics: ['REVENUE', 'CHURN_RATE'], interval: 'DAY' })).toEqual({
      code: 'METRIC_NOT_SUPPORTED',
      field: 'interval',
      supported: ['MONTH', 'RANGE'],
      message: 'CHURN_RATE has no points by DAY. Supported: MONTH, RANGE.',
    })
    expect(await errorOf({ metrics: ['EARNINGS_GROSS'] })).toMatchObject({
      code: 'METRIC_NOT_SUPPORTED',
      field: 'metrics',
      supported: expect.arrayContaining(['REVENUE', 'USAGE']) as string[],
    })
    expect(await errorOf({ metrics: ['REVENUE'], groupBy: ['PROPERTY'] })).toMatchObject({ field: 'property' })
    expect(await errorOf({ metrics: ['REVENUE'], property: 'model' })).toMatchObject({ field: 'property' })
    expect(await errorOf({ metrics: ['REVENUE'], interval: 'DAY', from: '2020-01-01T00:00:00Z' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'from',
    })
  })

  it('refuses features for a figure without features, and names the figures that have some', async () => {
    const { code, field, supported } = await errorOf({ metrics: ['USAGE', 'REVENUE'], features: ['reject_credits'] })
    expect([code, field]).toEqual(['METRIC_NOT_SUPPORTED', 'features'])
    expect(supported).toContain('USAGE')
    expect(supported).not.toContain('REVENUE')
  })

  it('returns the figures of the requested features only', async () => {
    const account = await newAccount(server)
    await service.consume({
      accountId: account,
      feature: 'reject_credits',
      work: workInput({ tokens: 10 }, { model: 'small' }),
    })
    const metrics = ['USAGE', 'CREDITS_EXPIRED_UNUSED', 'CREDITS_USED'] as const
    const named = async (features: readonly string[] | null) => {
      const series = await figures(server, operator, { metrics, interval: 'RANGE', features })
      return new Set(series.map(({ groups }) => groups['FEATURE']))
    }
    expect((await named(null)).size).toBeGreaterThan(0)
    expect([...(await named(['reject_credits']))]).toEqual(['reject_credits'])
    expect(await named(['no_feature'])).toEqual(new Set())
    const ofAccount = async (features: readonly string[], groupBy: readonly 'REFERENCE'[] = []) =>
      (await usageFigures(server, service.key, { account, features, groupBy })).map(({ groups }) => groups['FEATURE'])
    expect(await ofAccount(['reject_credits'])).toEqual(['reject_credits'])
    expect(await ofAccount(['reject_credits'], ['REFERENCE'])).toEqual(['reject_credits'])
    expect(await ofAccount(['no_feature'])).toEqual([])
  })

  it('requires an operator', async () => {
    const query = `query { metrics(metrics: [${Object.keys(allDeclared.metrics).join(' ')}]) { nodes { metric } } }`
    expect(await callAs(server, await server.token('ann@example.com'), query)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await callAs(server, null, query)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('returns every metric of the installation by each interval and group that it supports', async () => {
    const all = Object.entries<Metric>(allDeclared.metrics).flatMap(([name, metric]) => {
      const source = metric.sources.find(({ scope }) => scope === 'INSTALLATION')
      if (!source) return []
      const { groups, intervals } = supportOf(metric, source)
      return intervals.flatMap((interval) =>
        [[], groups].map((groupBy) => ({
          name,
          interval,
          groupBy,
          property: groupBy.includes('PROPERTY') ? 'model' : null,
        })),
      )
    })
    const requests = Map.groupBy(all, ({ interval, groupBy, property }) =>
      JSON.stringify({ interval, groupBy, property }),
    )
    for (const [variables, requested] of requests) {
      const metrics = requested.map(({ name }) => name) as MetricsVariables['metrics']
      const { data, errors } = await server.graphql(
        Metrics,
        { ...(JSON.parse(variables) as object), metrics, from: '2026-01-01T00:00:00Z' },
        operator,
      )
      expect([variables, errors]).toEqual([variables, undefined])
      for (const { metric, definition } of data.metrics!.nodes)
        expect(definition).toBe(allDeclared.metrics[metric]!.definition)
    }
  })

  it('returns metrics of several sources together, also in pages', async () => {
    await buyPlan(server, await server.token('buyer@example.com'), 'pro')
    const metrics = ['REVENUE', 'CHURN_RATE', 'PURCHASES', 'TRIALS_STARTED'] as const
    const read = async (first: number) =>
      (await figures(server, operator, { metrics, first })).map(({ metric, total }) => [metric, total])
    const all = await eventually(
      () => read(30),
      // The figures of a sale follow within seconds.
      (series) => series.length === 4 && series.some(([metric, total]) => metric === 'PURCHASES' && total === 1),
      20_000,
    )
    // The metrics of one source follow each other.
    expect(all.map(([metric]) => metric)).toEqual(['REVENUE', 'PURCHASES', 'CHURN_RATE', 'TRIALS_STARTED'])
    for (const first of [1, 2, 3]) expect(await read(first)).toEqual(all)
  })

  it('labels groups, and resolves their objects', async () => {
    const { data } = await server.graphql<{
      metrics: { nodes: { groups: { value: string; label: string; node: { __typename: string; id: string } }[] }[] }
    }>(
      `{ metrics(metrics: [PURCHASES], groupBy: [PRODUCT]) { nodes { groups { value label node { __typename id } } } } }`,
      {},
      operator,
    )
    const [group] = data.metrics.nodes[0]!.groups
    expect(group).toMatchObject({ value: 'pro', label: 'Pro', node: { __typename: 'Product' } })
    expect((await server.graphql(NodeType, { id: group!.node.id }, operator)).data.node).toMatchObject(group!.node)
  })

  it('splits the usage of an account by hour, model, property and reference', async () => {
    const account = await newAccount(server)
    const use = (tokens: number, model: string, reference: string) =>
      service.consume({
        accountId: account,
        feature: 'reject_credits',
        work: workInput({ tokens }, { model }),
        reference,
      })
    const first = await use(100, 'large', 'job-1')
    await use(50, 'small', 'job-2')
    await server.advanceTo('2026-01-15T11:30:00Z')
    await use(10, 'large', 'job-2')
    const read = async (groupBy: readonly string[], more: object = {}) =>
      (await usageFigures(server, service.key, { account, groupBy, ...more } as never))
        .filter(({ groups }) => groups['FEATURE'] === 'reject_credits')
        .map(({ groups, total }) => [...Object.values(groups).slice(1), total])
    const [[all]] = (await read([])) as [[number]]
    const models = await read(['MODEL'])
    expect(models.map(([model]) => model)).toEqual(['large', 'small'])
    expect(models.reduce((sum, [, total]) => sum + (total as number), 0)).toBe(all)
    expect(await read(['PROPERTY'], { property: 'model' })).toEqual(models)
    expect((await read(['REFERENCE', 'MODEL'])).map(([reference, model]) => `${reference} ${model}`)).toEqual([
      'job-1 large',
      'job-2 large',
      'job-2 small',
    ])
    const pages = await usageFigures(server, service.key, { account, groupBy: ['REFERENCE', 'MODEL'], first: 1 })
    expect(pages).toHaveLength(1)
    const hours = await usageFigures(server, service.key, { account, interval: 'HOUR', from: '2026-01-15T10:00:00Z' })
    const points = hours.find(({ groups }) => groups['FEATURE'] === 'reject_credits')!.points
    expect(points.map(({ from, value }) => [from.slice(11, 16), (value as number) > 0])).toEqual([
      ['10:00', true],
      ['11:00', true],
    ])
    // Units that an amendment returns belong to the model of the consumption.
    await server.graphql(
      `mutation ($id: ID!) { amendUsage(id: $id, amount: 0, reason: "x", key: "void") { denial { code } } }`,
      { id: first.id },
      operator,
    )
    expect((await read(['REFERENCE']))[0]).toEqual(['job-1', 0])
  })
})
