import './cohorts.css'
import IconUsers from 'icon:users'
import type { Metric } from '@stackgate/client'
import { Metrics } from '@stackgate/client/documents'
import { Stack, Text } from '@mantine/core'
import { useEffect } from 'react'
import { useFilter } from '../../session/use-filter.js'
import { CsvButton } from '../../ui/csv-button.js'
import { Empty } from '../../ui/empty.js'
import { count, longMonth, money, month, percent } from '../../ui/format.js'
import { Hint } from '../../ui/hint.js'
import { Panel } from '../../ui/panel.js'
import { Segments } from '../../ui/segments.js'
import { metricNumber, tablesOf, valueText, type MetricValue, type SeriesTable } from '../../ui/series.js'
import type { TimeRange } from '../../ui/time-range.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { figuresWords } from '../../words/en/figures.js'

const texts = figuresWords.cohorts

/** Each measure with the figure of a month, and that of the whole cohort, of which it is a share. */
const MEASURES = {
  accounts: { now: 'PAYING_ACCOUNTS', all: 'ACQUIRED_ACCOUNTS' },
  revenue: { now: 'MRR', all: 'ACQUIRED_MRR' },
} as const satisfies Readonly<Record<string, Readonly<Record<'now' | 'all', Metric>>>>
type Measure = keyof typeof MEASURES

/** Even, so that a page has both figures of each cohort. Its points are within the cost of a request. */
const SERIES = 36

/** A month in which accounts first paid, and the months since then. Without such accounts there is nothing of which a share is. */
interface Cohort {
  readonly from: string
  readonly all: MetricValue | undefined
  readonly months: readonly { readonly from: string; readonly value: MetricValue | undefined }[]
}

/** Pure: the cohorts of one currency by month, from the first one to the end of the range. */
function cohortsOf(tables: readonly SeriesTable[], { now, all }: (typeof MEASURES)[Measure]): readonly Cohort[] {
  const byMonth = new Map(tables.map((table) => [table.groups[0]?.value, table]))
  const months = tables[0]!.rows.map(({ from }) => from)
  const cohorts = months.map((from, index): Cohort => {
    const table = byMonth.get(from.slice(0, 7))
    return {
      from,
      all: table?.total[all],
      months: (table?.rows ?? []).slice(index).map((row) => ({ from: row.from, value: row[now] })),
    }
  })
  return cohorts.slice(cohorts.findIndex(({ months: since }) => since.length > 0))
}

/** Share of what a cohort, or several ones, began with. Null for nothing. */
const shareOf = (values: readonly (MetricValue | undefined)[], all: readonly (MetricValue | undefined)[]) => {
  const whole = sumOf(all)
  return whole === 0 ? null : sumOf(values) / whole
}

const sumOf = (values: readonly (MetricValue | undefined)[]) =>
  values.reduce((total, value) => total + (metricNumber(value) ?? 0), 0)

/** The sum of figures of one kind and currency. */
const sumText = (values: readonly (MetricValue | undefined)[]) => {
  const [first] = values
  const sum = sumOf(values)
  return first?.money ? money({ ...first.money, decimal: String(sum) }) : count(sum)
}

/** Accounts of each month that still pay in the months after it, or the part of their first recurring revenue that is left. */
export function CohortFigures({ range: { from, to, isOpen } }: { readonly range: TimeRange }) {
  const [chosen, choose] = useFilter('measure')
  const measure: Measure = chosen === 'revenue' ? 'revenue' : 'accounts'
  const { now, all } = MEASURES[measure]
  // Cohorts are whole months.
  const range = { from: `${from.slice(0, 7)}-01T00:00:00.000Z`, to }
  const pages = useCursorPages(
    Metrics,
    { metrics: [now, all], groupBy: ['COHORT'], interval: 'MONTH', first: SERIES, ...range },
    ({ metrics }) => metrics && { ...metrics, nodes: tablesOf(metrics.nodes).map((row) => ({ ...row, id: row.key })) },
    { keepsPrevious: true },
  )
  const { pieces, hasOlder, loadOlder } = pages
  // Once more after each page, and not after an error.
  useEffect(() => {
    if (hasOlder) loadOlder()
  }, [hasOlder, pieces])
  const byCurrency = [...Map.groupBy(pieces.flat(), ({ currency }) => currency ?? '')]
  return (
    <Panel
      title={texts.title}
      query={pages.query}
      height={520}
      hint={
        <Hint of={texts.title}>
          {[
            [texts.accounts, texts.definitions.accounts],
            [texts.revenue, texts.definitions.revenue],
          ]}
        </Hint>
      }
      actions={<CsvButton path="api/v1/analytics/cohorts.csv" search={range} />}
    >
      {() =>
        byCurrency.length === 0 ? (
          <Empty icon={IconUsers}>{texts.none}</Empty>
        ) : (
          <Stack>
            <div>
              <Segments
                label={texts.measure}
                data={[
                  { value: 'accounts', label: texts.accounts },
                  { value: 'revenue', label: texts.revenue },
                ]}
                value={measure}
                onChange={choose}
              />
            </div>
            {byCurrency.map(([currency, tables]) => (
              <CohortTable
                key={currency}
                name={
                  byCurrency.length > 1 ? figuresWords.inCurrency(texts.names[measure], currency) : texts.names[measure]
                }
                all={texts.all[measure]}
                cohorts={cohortsOf(tables, MEASURES[measure])}
              />
            ))}
            {isOpen && (
              <Text size="sm" c="dimmed">
                {texts.open}
              </Text>
            )}
          </Stack>
        )
      }
    </Panel>
  )
}

interface CohortTableProps {
  readonly name: string
  /** Name of the column with what a cohort began with. */
  readonly all: string
  readonly cohorts: readonly Cohort[]
}

function CohortTable({ name, all, cohorts }: CohortTableProps) {
  const ages = cohorts.map((_, age) => age)
  const shares = cohorts.flatMap(({ all: whole, months }) =>
    months.flatMap(({ value }) => shareOf([value], [whole]) ?? []),
  )
  const least = Math.min(1, ...shares)
  return (
    <div className="table-frame" data-short tabIndex={0} role="region" aria-label={name}>
      <table className="cohorts">
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {texts.month}
            </th>
            <th scope="col" rowSpan={2} data-number>
              {all}
            </th>
            <th scope="colgroup" colSpan={ages.length}>
              {texts.since}
            </th>
          </tr>
          <tr>
            {ages.map((age) => (
              <th key={age} scope="col">
                {age}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cohorts.map(({ from, all: whole, months }) => (
            <tr key={from}>
              <th scope="row">{month(from)}</th>
              <td data-number>{valueText(whole)}</td>
              {ages.map((age) => (
                <Share
                  key={age}
                  least={least}
                  share={months[age] ? shareOf([months[age].value], [whole]) : null}
                  title={months[age] && texts.cell(longMonth(months[age].from), valueText(months[age].value))}
                />
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{texts.average}</th>
            <td data-number>{sumText(cohorts.map((cohort) => cohort.all))}</td>
            {ages.map((age) => {
              const old = cohorts.filter(({ months }) => months.length > age)
              return (
                <Share
                  key={age}
                  least={least}
                  share={shareOf(
                    old.map(({ months }) => months[age]!.value),
                    old.map((cohort) => cohort.all),
                  )}
                />
              )
            })}
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

/** Tint of the least share of a table: it is not that of the background. */
const PALEST = 0.3

/** A cell whose tint is the share, from the least one of the table to the whole. More than the whole has the tint of the whole. */
function Share({
  share,
  least,
  title,
}: {
  readonly share: number | null
  readonly least: number
  readonly title?: string | undefined
}) {
  if (share === null) return <td />
  const part = least < 1 ? Math.min(Math.max((share - least) / (1 - least), 0), 1) : 1
  return (
    <td className="share" title={title} style={{ '--share': PALEST + (1 - PALEST) * part } as object}>
      {percent(Math.round(share * 100) / 100)}
    </td>
  )
}
