import { Group, Stack, Text, Title } from '@mantine/core'
import { Installation, Usage, type EntitlementFields, type UsageData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { BarChart } from '../../ui/bar-chart.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count, date, day } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { usageWords } from '../../words/en/usage.js'
import { forecastOf, type UsagePoint } from './forecast.js'

type Series = NonNullable<NonNullable<NonNullable<UsageData['account']>['usage']>['metrics']>['nodes'][number]
interface Point extends UsagePoint {
  readonly from: string
}

const texts = usageWords

const COLUMNS: readonly Column<Point>[] = [
  { name: texts.day, isShort: true, cell: ({ from }) => <time dateTime={from}>{date(from)}</time> },
  { name: texts.used, isNumber: true, cell: ({ amount }) => count(amount) },
]

interface UsageHistoryProps {
  readonly account: string
  readonly entitlements: readonly EntitlementFields[]
}

/** Use of the last 30 days, for features that are used up. What is counted by objects has no history. */
export function UsageHistory({ account, entitlements }: UsageHistoryProps) {
  const counted = entitlements.filter(({ feature }) => feature.kind === 'QUOTA' || feature.kind === 'CREDIT')
  const usage = useOperation(Usage, { account, first: 36 }, { enabled: counted.length > 0 })
  if (counted.length === 0) return null
  return (
    <Panel title={texts.history} query={usage} height={240}>
      {({ account: found }) => (
        <Stack gap="lg">
          {(found?.usage?.metrics?.nodes ?? []).map((series) => (
            <FeatureHistory
              key={series.groups[0]!.value}
              series={series}
              entitlement={counted.find(({ feature }) => feature.code === series.groups[0]!.value)}
              query={usage}
            />
          ))}
        </Stack>
      )}
    </Panel>
  )
}

interface FeatureHistoryProps {
  readonly series: Series
  readonly entitlement: EntitlementFields | undefined
  readonly query: ReturnType<typeof useOperation<UsageData, object>>
}

function FeatureHistory({ series, entitlement, query }: FeatureHistoryProps) {
  const points = series.points.map(({ from, to, value }) => ({ from, to, amount: value.units ?? 0 }))
  const total = series.total.units ?? 0
  const feature = series.groups[0]!.label ?? ''
  const name = texts.historyOf(feature)
  return (
    <section aria-label={name}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {feature}
        </Title>
        <Text size="sm">{total === 0 ? texts.noHistory : texts.total(count(total))}</Text>
      </Group>
      {total > 0 && (
        <>
          <BarChart
            name={name}
            bars={points.map(({ from, amount }) => ({ name: day(from), value: amount, text: count(amount) }))}
          />
          <ForecastText points={points} entitlement={entitlement} />
          <details>
            <summary>{texts.asTable}</summary>
            <DataTable
              name={name}
              columns={COLUMNS}
              pages={allAtOnce(query, points.toReversed())}
              empty={texts.noHistory}
              keyOf={({ from }) => from}
            />
          </details>
        </>
      )}
    </section>
  )
}

/** Absent without a limit, and when nothing is left. */
function ForecastText({
  points,
  entitlement,
}: { readonly points: readonly Point[] } & Pick<FeatureHistoryProps, 'entitlement'>) {
  const installation = useOperation(Installation, {})
  const now = installation.data?.installation.clock.now
  if (!now || !entitlement?.remaining) return null
  const { remaining, resetsAt } = entitlement
  const forecast = forecastOf(points, { remaining, resetsAt }, now)
  if (forecast.kind === 'idle') return <Text size="sm">{texts.forecast.idle}</Text>
  if (forecast.kind === 'lasts') return <Text size="sm">{texts.forecast.lasts(date(forecast.until))}</Text>
  return (
    <Text size="sm">
      {forecast.resetsAt === null ? texts.forecast.enoughForever : texts.forecast.enough(date(forecast.resetsAt))}
    </Text>
  )
}
