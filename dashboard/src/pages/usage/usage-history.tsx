import { Box, Group, Stack, Text } from '@mantine/core'
import { Installation, Usage, type EntitlementFields, type UsageData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { useFilter } from '../../session/use-filter.js'
import { Chart, type ChartProps, type ChartSeries } from '../../ui/chart.js'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Empty } from '../../ui/empty.js'
import { count, date, money, percent } from '../../ui/format.js'
import { differenceText, shortCount } from '../../ui/chart-format.js'
import { Panel } from '../../ui/panel.js'
import { RangeBar, RangeSelect, spanText, useTimeRange, type RangeOptions } from '../../ui/range-bar.js'
import { Segments } from '../../ui/segments.js'
import { Select } from '../../ui/select.js'
import { periodLabel, periodName } from '../../ui/series.js'
import type { TimeRange } from '../../ui/time-range.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { chartWords } from '../../words/en/charts.js'
import { usageHistoryWords } from '../../words/en/usage-history.js'
import { cumulativeOf, forecastOf, type CumulativeDay, type Forecast } from './forecast.js'
import { isCounted } from './is-counted.js'
import './usage.css'

type Series = NonNullable<NonNullable<NonNullable<UsageData['account']>['usage']>['metrics']>['nodes'][number]

const texts = usageHistoryWords

const OPTIONS = {
  ranges: ['48h', '7d', '30d', '90d', '12m', 'month', 'last-month', 'custom'],
  initial: '30d',
} as const satisfies RangeOptions

const GROUPS = ['MODEL', 'MEMBER', 'SUB_ACCOUNT', 'API_KEY', 'REFERENCE'] as const
type GroupName = (typeof GROUPS)[number]

/** A group of the use, as the address has it: a property is written as `property:region`. */
interface UseGroup {
  readonly value: string
  readonly label: string
  readonly by: GroupName | 'PROPERTY'
  readonly property?: string
}
const USE_GROUPS = GROUPS.map((by): UseGroup => ({ value: by, label: texts.groups[by], by }))

/** The groups of features: those that all have, and their properties. */
const groupsOf = (entitlements: readonly EntitlementFields[]): readonly UseGroup[] => [
  ...USE_GROUPS,
  ...[...new Set(entitlements.flatMap(({ feature }) => feature.propertyNames))].map((property): UseGroup => ({
    value: `property:${property}`,
    label: texts.property(property),
    by: 'PROPERTY',
    property,
  })),
]

const VIEWS = (['', 'cumulative'] as const).map((value) => ({ value, label: texts.views[value || 'daily'] }))

/** Height of the figure and the chart alone while they are loading, in pixels. */
const SUMMARY = 365
/** Series that are read at once. */
const MAX_SERIES = 36
/** Groups with a color of their own. All others are summed. */
const MAX_COLORS = 5

interface UsageHistoryProps {
  /** True for the chart alone, without the choices that the page of usage has. */
  readonly isSummary?: boolean
  readonly account: string
  readonly entitlements: readonly EntitlementFields[]
}

/** Use over time of one feature that is used up. What is counted by objects has no history. */
export function UsageHistory({ account, entitlements, isSummary = false }: UsageHistoryProps) {
  const counted = entitlements.filter(isCounted)
  const [groupText, setGroup] = useFilter('by')
  const [featureText, setFeature] = useFilter('feature')
  const installation = useOperation(Installation, {})
  const now = installation.data?.installation.clock.now
  const range = useTimeRange(now ?? new Date().toISOString(), OPTIONS)
  const { from, to, interval, before } = range
  const groups = groupsOf(counted)
  const group = groups.find(({ value }) => value === groupText) ?? null
  const variables = { account, interval, first: MAX_SERIES }
  const requested = { ...variables, from, to, ...(group && { groupBy: [group.by], property: group.property }) }
  const options = { enabled: counted.length > 0 && now !== undefined, keepsPrevious: true }
  const query = useOperation(Usage, requested, options)
  const costs = useOperation(Usage, { ...requested, metrics: ['USAGE_COST'] }, options)
  const earlier = useOperation(
    Usage,
    { ...variables, ...before },
    { ...options, enabled: options.enabled && before !== null },
  )
  if (counted.length === 0) return null
  return (
    <Panel
      title={texts.title}
      query={{ ...query, isPending: query.isPending || (before !== null && earlier.isPending) }}
      height={isSummary ? SUMMARY : 372}
      actions={
        <>
          {isSummary && <RangeSelect {...OPTIONS} />}
          <CsvButton
            isSmall={isSummary}
            path="api/v1/analytics/usage.csv"
            search={{
              account_id: account,
              from,
              to,
              by: interval.toLowerCase(),
              ...(group && { group_by: group.by.toLowerCase() }),
              ...(group?.property && { property: group.property }),
            }}
          />
        </>
      }
    >
      {({ account: found }) => {
        const all = found?.usage?.metrics?.nodes ?? []
        const isOfFeature = (each: Series) => valueOf(each, 'FEATURE') === entitlement.feature.code
        const usedSeries = all.find(({ total }) => (total.units ?? 0) > 0)
        const entitlement =
          counted.find(
            ({ feature }) => feature.code === (featureText || (usedSeries && valueOf(usedSeries, 'FEATURE'))),
          ) ?? counted[0]!
        return (
          <Stack gap="sm">
            {!isSummary && (
              <RangeBar range={range} {...OPTIONS}>
                {counted.length > 1 && (
                  <Select
                    aria-label={texts.feature}
                    data={counted.map(({ feature: { code, name } }) => ({ value: code, label: name }))}
                    value={entitlement.feature.code}
                    onChange={setFeature}
                  />
                )}
                <Select
                  aria-label={texts.group}
                  data={groups}
                  none={texts.noGroup}
                  value={group?.value ?? null}
                  onChange={setGroup}
                />
              </RangeBar>
            )}
            <FeatureHistory
              series={all.filter(isOfFeature)}
              costs={costs.data?.account?.usage?.metrics.nodes.filter(isOfFeature) ?? []}
              earlier={before ? (earlier.data?.account?.usage?.metrics.nodes.find(isOfFeature) ?? null) : null}
              isWhole={!found?.usage?.metrics?.pageInfo.hasNextPage}
              {...{ entitlement, range, group, query, now, isSummary }}
            />
          </Stack>
        )
      }}
    </Panel>
  )
}

const groupOf = ({ groups }: Series, name: string) => groups.find((each) => each.group === name)
const valueOf = (series: Series, name: string) => groupOf(series, name)?.value
const unitsOf = ({ total }: Series): number => total.units ?? 0

interface FeatureHistoryProps {
  readonly series: readonly Series[]
  readonly costs: readonly Series[]
  readonly isWhole: boolean
  readonly entitlement: EntitlementFields
  /** The same feature in the range before, without groups. Null if nothing was used. */
  readonly earlier: Series | null
  readonly range: TimeRange
  readonly now: string | undefined
  readonly group: UseGroup | null
  readonly query: ReturnType<typeof useOperation<UsageData, object>>
  readonly isSummary: boolean
}

function FeatureHistory(props: FeatureHistoryProps) {
  const { series, costs, isWhole, entitlement, earlier, range, now, group, query, isSummary } = props
  const { interval, isOpen, before } = range
  const [view, setView] = useFilter('view')
  const used = series.filter((each) => unitsOf(each) > 0).toSorted((a, b) => unitsOf(b) - unitsOf(a))
  const total = used.reduce((sum, each) => sum + unitsOf(each), 0)
  const { name } = entitlement.feature
  if (total === 0) return <Empty>{texts.none(name)}</Empty>
  const groups = used.map((each) => ({
    id: (group && valueOf(each, group.by)) ?? '',
    name: group ? nameOf(each, group) : name,
    values: pointsOf(each),
    units: unitsOf(each),
    cost: costText(
      costs
        .filter((cost) => !group || valueOf(cost, group.by) === valueOf(each, group.by))
        .map(({ total: sum }) => sum),
    ),
  }))
  const periods = used[0]!.points.map(({ from, to }) => ({ from, to }))
  const rows = periods.map((period, index) => ({
    ...period,
    amount: groups.reduce((sum, { values }) => sum + values[index]!, 0),
    cost: costText(costs.flatMap(({ points }) => points[index]?.value ?? [])),
  }))
  const totalCost = costText(costs.map(({ total: sum }) => sum))
  const title = texts.of(name)
  const { remaining, resetsAt, limit } = entitlement
  const forecast =
    interval === 'DAY' && isOpen && now && remaining ? forecastOf(rows, { remaining, resetsAt }, now) : null
  const isCumulative = !isSummary && forecast !== null && limit !== null && view === 'cumulative'
  const numbers = { name: title, text: count, tick: shortCount, hasTable: false }
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Group gap="xs" align="baseline">
        <Text className="figure-text">{count(total)}</Text>
        <Text size="sm" c="dimmed">
          {name}
          {earlier &&
            unitsOf(earlier) > 0 &&
            ` · ${differenceText(total, unitsOf(earlier), { text: count })} ${chartWords.earlier(count(unitsOf(earlier)))}`}
        </Text>
        {totalCost && <Text size="sm">{texts.totalCost(totalCost)}</Text>}
        {!isSummary && forecast && limit !== null && (
          <Box ml="auto">
            <Segments label={texts.view} data={VIEWS} value={isCumulative ? 'cumulative' : ''} onChange={setView} />
          </Box>
        )}
      </Group>
      {isCumulative ? (
        <CumulativeChart days={cumulativeOf(rows, entitlement.used, forecast)} limit={limit} {...numbers} />
      ) : (
        <Chart
          {...numbers}
          points={pointNames(periods, interval)}
          series={withOthers(groups)}
          before={
            before && {
              name: spanText(before),
              values: earlier ? pointsOf(earlier) : [],
              titles: earlier?.points.map(({ from }) => periodName(from, interval)) ?? [],
            }
          }
          isLastPartial={isOpen}
        />
      )}
      {forecast && <Text size="sm">{forecastText(forecast)}</Text>}
      {group && !isSummary && (
        <div className="usage-groups">
          <DataTable
            name={group.label}
            columns={groupColumns(group.label, total, totalCost !== '')}
            pages={allAtOnce(query, groups)}
            empty=""
            keyOf={({ id }) => id}
          />
        </div>
      )}
      {!isWhole && <Text size="sm">{texts.firstGroups(count(MAX_SERIES))}</Text>}
      <details>
        <summary>{texts.valuesBy[interval]}</summary>
        <DataTable
          name={title}
          columns={[...PERIOD_COLUMNS[interval], ...(totalCost ? [COST_COLUMN] : [])]}
          pages={allAtOnce(query, rows.toReversed())}
          empty=""
          keyOf={({ from }) => from}
        />
      </details>
    </Stack>
  )
}

/** Groups without a value have a name too: work without a model, or use of the account itself. */
const nameOf = (series: Series, { by, label }: UseGroup): string => {
  const of = groupOf(series, by)
  return of?.label ?? of?.value ?? (by === 'PROPERTY' ? texts.without(label) : texts.unnamed[by])
}

const pointsOf = ({ points }: Series): number[] => points.map(({ value }) => value.units ?? 0)

/** The largest groups, and the sum of all others. */
function withOthers(groups: readonly (ChartSeries & { readonly values: readonly number[] })[]): readonly ChartSeries[] {
  if (groups.length <= MAX_COLORS + 1) return groups
  const others = groups.slice(MAX_COLORS)
  const values = others[0]!.values.map((_, index) => others.reduce((sum, each) => sum + each.values[index]!, 0))
  return [...groups.slice(0, MAX_COLORS), { name: chartWords.others, values }]
}

/** The sum of amounts of money, for each currency. Empty without any. */
function costText(values: readonly Series['total'][]): string {
  const byCurrency = Map.groupBy(
    values.flatMap(({ money: amount }) => amount ?? []),
    ({ currency }) => currency,
  )
  return [...byCurrency]
    .map(([currency, of]) => ({ currency, sum: of.reduce((sum, { decimal }) => sum + Number(decimal), 0) }))
    .filter(({ sum }) => sum !== 0)
    .map(({ currency, sum }) => money({ currency, decimal: String(sum) }))
    .join(', ')
}

interface UsageGroup {
  readonly id: string
  readonly name: string
  readonly units: number
  readonly cost: string
}

const COST_COLUMN: Column<{ readonly cost: string }> = {
  name: texts.cost,
  isNumber: true,
  place: 'side',
  cell: ({ cost }) => cost || '–',
}

const groupColumns = (name: string, total: number, hasCost: boolean): readonly Column<UsageGroup>[] => [
  { name, by: ({ name: of }) => of },
  { name: texts.used, isNumber: true, by: ({ units }) => units },
  {
    name: texts.part,
    isNumber: true,
    ...(hasCost && { place: 'text' }),
    by: ({ units }) => units,
    cell: ({ units }) => (
      <span className="share-bar">
        <meter className="meter" value={units / total} aria-hidden />
        {percent(units / total)}
      </span>
    ),
  },
  ...(hasCost ? [COST_COLUMN] : []),
]

interface Period {
  readonly from: string
  readonly to: string
  readonly amount: number
  readonly cost: string
}

const periodColumns = (interval: TimeRange['interval']): readonly Column<Period>[] => [
  {
    name: chartWords.point,
    isShort: true,
    by: ({ from }) => from,
    cell: ({ from }) => <time dateTime={from}>{periodName(from, interval)}</time>,
  },
  { name: texts.used, isNumber: true, by: ({ amount }) => amount },
]
/** Columns are made once. */
const PERIOD_COLUMNS = {
  HOUR: periodColumns('HOUR'),
  DAY: periodColumns('DAY'),
  MONTH: periodColumns('MONTH'),
} as const

const pointNames = (periods: readonly { readonly from: string }[], interval: TimeRange['interval']) =>
  periods.map(({ from }) => ({ label: periodLabel(from, interval), title: periodName(from, interval) }))

interface CumulativeProps extends Pick<ChartProps, 'name' | 'text' | 'tick' | 'hasTable'> {
  readonly days: readonly CumulativeDay[]
  readonly limit: number
}

/** The use of the allowance up to each day, and the expected one until it resets or is used up. */
const CumulativeChart = ({ days, limit, ...props }: CumulativeProps) => (
  <Chart
    {...props}
    form="lines"
    points={pointNames(days, 'DAY')}
    series={[
      { name: texts.used, values: days.map(({ used }) => used) },
      { name: texts.expected, values: days.map(({ expected }) => expected), color: 'gray', isExpected: true },
    ]}
    limit={{ name: texts.limit, value: limit }}
  />
)

function forecastText(forecast: Forecast): string {
  if (forecast.kind === 'idle') return texts.forecast.idle
  if (forecast.kind === 'lasts') return texts.forecast.lasts(date(forecast.until))
  return forecast.resetsAt === null ? texts.forecast.enoughForever : texts.forecast.enough(date(forecast.resetsAt))
}
