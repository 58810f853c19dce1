import {
  Metrics,
  Usage,
  VendorMetrics,
  type MetricSeriesFields,
  type MetricsData,
  type MetricsVariables,
  type UsageVariables,
  type VendorMetricsVariables,
} from '@stackgate/client/documents'
import type { TestServer } from './test-server.js'

export const ask = async <Data>(
  server: TestServer,
  token: string,
  query: string,
  variables: object = {},
): Promise<Data> => {
  const { data, errors } = await server.graphql<Data>(query, variables as Record<string, unknown>, token)
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

export interface FigureSeries {
  readonly metric: MetricSeriesFields['metric']
  readonly currency: string | null
  /** Values by group. */
  readonly groups: Readonly<Record<string, string | null>>
  /** Number, units, or a decimal amount. */
  readonly total: FigureValue
  readonly points: readonly { readonly from: string; readonly to: string; readonly value: FigureValue }[]
}
export type FigureValue = number | string | null

const valueOf = ({ number, units, money }: MetricSeriesFields['total']): FigureValue =>
  money ? money.decimal : (units ?? number)

/** Figures of the installation, of all pages. */
export async function figures(server: TestServer, token: string, variables: MetricsVariables): Promise<FigureSeries[]> {
  const series: FigureSeries[] = []
  for (let after: string | null = null; ;) {
    const page: MetricsData['metrics'] = await readPage(server, token, { ...variables, after })
    series.push(...page!.nodes.map(seriesOf))
    if (!page!.pageInfo.hasNextPage) return series
    after = page!.pageInfo.endCursor
  }
}

async function readPage(
  server: TestServer,
  token: string,
  variables: MetricsVariables,
): Promise<MetricsData['metrics']> {
  const { data, errors } = await server.graphql(Metrics, variables, token)
  if (errors) throw new Error(JSON.stringify(errors))
  return data.metrics
}

/** Figures of a vendor. */
export async function vendorFigures(
  server: TestServer,
  token: string | null,
  variables: VendorMetricsVariables,
): Promise<FigureSeries[]> {
  const { data, errors } = await server.graphql(VendorMetrics, { first: 36, ...variables }, token)
  if (errors) throw new Error(JSON.stringify(errors))
  return data.vendor!.metrics!.nodes.map(seriesOf)
}

/** Usage of an account. */
export async function usageFigures(
  server: TestServer,
  token: string,
  variables: UsageVariables,
): Promise<FigureSeries[]> {
  const { data, errors } = await server.graphql(Usage, { first: 36, ...variables }, token)
  if (errors) throw new Error(JSON.stringify(errors))
  return data.account!.usage!.metrics.nodes.map(seriesOf)
}

const seriesOf = ({ metric, currency, groups, total, points }: MetricSeriesFields): FigureSeries => ({
  metric,
  currency,
  groups: Object.fromEntries(groups.map(({ group, value }) => [group, value])),
  total: valueOf(total),
  points: points.map(({ from, to, value }) => ({ from, to, value: valueOf(value) })),
})
