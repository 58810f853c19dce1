import { useId, type ReactNode } from 'react'
import { useEntitlement } from '../hooks/entitlements.js'
import { useUsage, type UsageOptions } from '../hooks/lists.js'
import { words } from '../labels.js'
import { Failure, Loading } from '../parts/part.js'
import { useAccountPart, type AccountPart, type AccountPartProps } from './account-part.js'

/** Properties of `UsageChart`. */
export interface UsageChartProps extends AccountPartProps, Pick<UsageOptions, 'interval' | 'from' | 'to'> {
  /** Code of the feature. */
  readonly feature: string
}

interface Bar {
  readonly from: string
  readonly units: number
}

/** Use of a feature over time as bars, with the same numbers as a table, live. Default: by day, the last 30 days. */
export function UsageChart(props: UsageChartProps): ReactNode {
  const { accountId, feature, interval, from, to } = props
  const part = useAccountPart(props)
  const { labels, slot } = part
  const heading = useId()
  const query = useUsage({ accountId, features: [feature], interval, from, to })
  const { data: entitlement } = useEntitlement(feature, accountId)
  const { data, isPending, error, refetch } = query
  const bars = barsOf(data ?? [])
  const isEmpty = data !== undefined && bars.every(({ units }) => units === 0)
  return (
    <section className={slot('card')} aria-labelledby={heading}>
      <h2 id={heading} className={slot('title')}>
        {labels.usageTitle(entitlement?.feature.name ?? words(feature))}
      </h2>
      {isPending ? <Loading part={part} lines={4} /> : null}
      <Failure part={part} error={error} onRetry={refetch} />
      {isEmpty ? <p>{labels.noUsage}</p> : null}
      {data && !isEmpty ? <Bars part={part} bars={bars} isByHour={interval === 'HOUR'} /> : null}
    </section>
  )
}

type Series = NonNullable<ReturnType<typeof useUsage>['data']>

/** Units of each period, in all series. */
function barsOf(series: Series): readonly Bar[] {
  const units = new Map<string, number>()
  for (const { points } of series)
    for (const { from, value } of points) units.set(from, (units.get(from) ?? 0) + (value?.units ?? 0))
  return [...units].map(([from, sum]) => ({ from, units: sum }))
}

const WIDTH = 10
const HEIGHT = 100

interface BarsProps {
  readonly part: AccountPart
  readonly bars: readonly Bar[]
  readonly isByHour: boolean
}

function Bars({ part, bars, isByHour }: BarsProps): ReactNode {
  const { labels, slot, number, date, time } = part
  const period = isByHour ? time : date
  const largest = Math.max(...bars.map(({ units }) => units))
  const sum = bars.reduce((before, { units }) => before + units, 0)
  const text = labels.usageTotal(number(sum), period(bars[0]!.from), period(bars.at(-1)!.from))
  return (
    <>
      <p className={slot('message')}>{text}</p>
      <svg
        className={slot('chart')}
        role="img"
        aria-label={text}
        viewBox={`0 0 ${bars.length * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {bars.map(({ from, units }, index) => {
          const height = (HEIGHT * units) / largest
          return (
            <rect key={from} x={index * WIDTH + 1} y={HEIGHT - height} width={WIDTH - 2} height={height}>
              <title>{`${period(from)}: ${number(units)}`}</title>
            </rect>
          )
        })}
      </svg>
      <details className={slot('detail')}>
        <summary>{labels.usageTable}</summary>
        <table className={slot('table')}>
          <thead>
            <tr>
              <th scope="col">{labels.usagePeriod}</th>
              <th scope="col">{labels.usageUnits}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ from, units }) => (
              <tr key={from}>
                <th scope="row">
                  <time dateTime={from}>{period(from)}</time>
                </th>
                <td>{number(units)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  )
}
