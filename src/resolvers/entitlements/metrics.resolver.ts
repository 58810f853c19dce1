import { requires } from '#schema/kernel/requires.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { TO } from '#schema/kernel/descriptions.js'
import { Node } from '#schema/kernel/node.type.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { MetricInterval } from '#schema/kernel/metric-interval.js'
import { DateTime } from '#schema/kernel/scalars.js'
import {
  Metric,
  MetricGroup,
  MetricGroupValue,
  MetricSeriesConnection,
  type MetricSeries,
  type MetricValue,
} from '#schema/entitlements/metrics.type.js'
import { featureId } from '#services/catalog/features/features.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { pageRequest, type Page } from '#services/kernel/paging/page.js'
import { accountMetrics, metrics } from '#services/entitlements/metrics/metrics.js'
import type { MetricSeries as Series } from '#services/entitlements/metrics/read-metrics.js'
import type { RequestContext } from '#context/request-context.js'
import { loadNode } from '../kernel/load-node.js'
import { toListPage } from '../kernel/page.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

/** Maximum number of series of a page. */
export const SERIES_PER_PAGE = 50

@ArgsType()
export class MetricsArgs extends pageArgs(SERIES_PER_PAGE) {
  @field('Figures to return.', () => [Metric])
  metrics!: Metric[]

  @field(
    'Groups by which the figures are split. Each figure states which it supports. Default: none.',
    () => [MetricGroup],
    {
      nullable: true,
    },
  )
  groupBy?: MetricGroup[] | null

  @field('Name of the property or dimension for the group PROPERTY. Default: none.', () => String, { nullable: true })
  property?: string | null

  @field('Codes of the features whose figures are returned, for figures by feature. Default: all.', () => [String], {
    nullable: true,
  })
  features?: string[] | null

  @field('Periods of the points.', () => MetricInterval, { nullable: true, defaultValue: MetricInterval.MONTH })
  interval?: MetricInterval | null

  @field(
    'Start of the range, inclusive (business clock). Default: 48 hours, 30 days, 12 weeks or 12 months up to `to`, each with the present one; everything for RANGE. At most 1,000 periods.',
    () => DateTime,
    { nullable: true },
  )
  from?: Date | null

  @field(TO, () => DateTime, { nullable: true })
  to?: Date | null
}

/** Arguments of the class and of its page. */
export type RequestedMetrics = MetricsArgs & PageArgs

/** Order of the series. */
export const SERIES_ORDER = 'by group and currency, with the metrics of a group in the order of the request'

@Resolver()
class MetricsResolver {
  @query(`Figures of the installation over time, ${SERIES_ORDER}.`, () => MetricSeriesConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async metrics(
    @Ctx() context: RequestContext,
    @Args(() => MetricsArgs) args: RequestedMetrics,
  ): Promise<MetricSeriesConnection> {
    return toSeries(context, await metrics(context, args, pageRequest(args, SERIES_PER_PAGE)))
  }
}

@Resolver(() => AccountUsage)
class AccountMetricsResolver {
  @fieldResolver(`Figures of the account over time, ${SERIES_ORDER}.`, () => MetricSeriesConnection)
  async metrics(
    @Ctx() context: RequestContext,
    @Root() account: AccountUsage,
    @Args(() => MetricsArgs) args: RequestedMetrics,
  ): Promise<MetricSeriesConnection> {
    return toSeries(context, await accountMetrics(context, account.id, args, pageRequest(args, SERIES_PER_PAGE)))
  }
}

@Resolver(() => MetricGroupValue)
class MetricGroupValueResolver {
  @fieldResolver('Name for people. Null for what belongs to none.', () => String, { nullable: true })
  async label(@Ctx() context: RequestContext, @Root() group: MetricGroupValue): Promise<string | null> {
    const node = await nodeOf(context, group)
    const { name, email } = (node ?? {}) as { readonly name?: string | null; readonly email?: string | null }
    return name ?? email ?? group.value
  }

  @fieldResolver('The object. Null if the value is a text, or if the caller cannot see it.', () => Node, {
    nullable: true,
  })
  node(@Ctx() context: RequestContext, @Root() group: MetricGroupValue): Promise<Node | null> | null {
    return nodeOf(context, group)
  }
}

const nodeOf = (context: RequestContext, { nodeId }: MetricGroupValue): Promise<Node | null> | null =>
  nodeId === null ? null : loadNode(context, nodeId)

export const toSeries = ({ catalog }: RequestContext, page: Page<Series>): MetricSeriesConnection =>
  toListPage(
    page,
    page.items.map((series): MetricSeries => ({
      __typename: 'MetricSeries',
      metric: series.metric,
      definition: series.definition,
      groups: series.groups.map(({ group, value }) => toGroup(catalog.current(), group, value)),
      currency: series.currency,
      total: toValue(series, series.total),
      points: series.points.map(({ range, value }) => ({
        __typename: 'MetricPoint',
        ...range,
        value: toValue(series, value),
      })),
    })),
  )

function toValue({ unit, currency }: Series, value: number | null): MetricValue {
  const none = { __typename: 'MetricValue' as const, number: null, units: null, money: null }
  if (value === null) return none
  if (unit === 'NUMBER') return { ...none, number: value }
  if (unit === 'UNITS') return { ...none, units: value }
  return { ...none, money: currency === null ? null : toMoney({ amountMinor: value, currency }) }
}

function toGroup(catalog: CatalogSnapshot, group: MetricGroup, value: string | null): MetricGroupValue {
  const given = { __typename: 'MetricGroupValue' as const, group, value, nodeId: null }
  if (value === null) return given
  switch (group) {
    case 'PLAN':
      return { ...given, nodeId: catalog.planByCode.get(value)?.id ?? null }
    case 'PRODUCT':
      return { ...given, value: catalog.productById.get(value)?.code ?? value, nodeId: value }
    case 'FEATURE':
      return { ...given, nodeId: featureId(value) }
    case 'TEMPLATE':
    case 'ACCOUNT':
    case 'SUB_ACCOUNT':
    case 'MEMBER':
    case 'API_KEY':
      return { ...given, nodeId: value }
    case 'COHORT':
    case 'MODEL':
    case 'PROPERTY':
    case 'REFERENCE':
      return given
  }
}

/** Resolvers of figures. */
export const metricsResolvers = [MetricsResolver, AccountMetricsResolver, MetricGroupValueResolver] as const
