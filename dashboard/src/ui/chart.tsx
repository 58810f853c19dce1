import './chart-place.css'
import { Suspense } from 'react'
import { lazyPart } from '../session/load-part.js'
import { chartWords as texts } from '../words/en/charts.js'

/** Values of one kind, one for each point. Null: no value. */
export interface ChartSeries {
  readonly name: string
  readonly values: readonly (number | null)[]
  /** Color of a state. Default: the next color of the series. */
  readonly color?: 'green' | 'red' | 'gray' | 'pale'
  /** True for values that are expected. Their line is dashed, as all that is not over. */
  readonly isExpected?: boolean
}

/** A series with its color, which it keeps when others are hidden. */
export interface MarkedSeries extends ChartSeries {
  readonly mark: string
}

/** The values of an earlier range, which has a name, and the names of its points. */
interface EarlierSeries extends ChartSeries {
  readonly titles?: readonly string[]
}

interface ChartPoint {
  /** Label on the axis. */
  readonly label: string
  /** Name in the tooltip and in the table. Default: the label. */
  readonly title?: string
}

export interface ChartProps {
  /** Name for screen readers. */
  readonly name: string
  /** Points of the horizontal axis. */
  readonly points: readonly ChartPoint[]
  /** Place of each point on the axis, for example a time. Default: equal distances. */
  readonly places?: readonly number[]
  /**
   * Bars are stacked. Lines show rates, which have no sum. The bars of a waterfall, which has one series, begin where the one before ends;
   * its first and its last value are the sums before and after all others, and begin at zero.
   */
  readonly form?: 'bars' | 'lines' | 'waterfall'
  readonly series: readonly ChartSeries[]
  /** The values of an earlier range, with which the only series or the sum of the bars is compared. Without any, the legend says so. Default: none. */
  readonly before?: EarlierSeries | null
  /** A value that is not to be exceeded, as a line. */
  readonly limit?: { readonly name: string; readonly value: number } | null
  /** True if the last point is a period that is not over. Its bar and its line are dashed. */
  readonly isLastPartial?: boolean
  /** True for ratios, whose differences are percentage points. */
  readonly isRatio?: boolean
  /** Value in the tooltip and in the table. */
  readonly text: (value: number) => string
  /** Value of the vertical axis. Default: the text. */
  readonly tick?: (value: number) => string
  /** Upper end of the vertical axis. Default: a round value above all others. */
  readonly top?: number
  /** True for a chart beside others, which has less than half of the height. */
  readonly isLow?: boolean
  /** True for one of several charts: its name stands above it. */
  readonly hasTitle?: boolean
  /** False if a table next to the chart has the same values. */
  readonly hasTable?: boolean
}

/** It is closed at first, and brings the code of tables. */
const ChartTable = lazyPart(() => import('./chart-table.js'), 'ChartTable')

const Body = lazyPart(() => import('./chart-body.js'), 'ChartBody')

/**
 * Values over time or by name, with axes, a tooltip for the mouse, touch and the arrow keys, and a table of the same values. Its code is
 * loaded by pages that show a chart; it has its height from the start.
 */
export const Chart = (props: ChartProps) => (
  <div className="chart" data-low={props.isLow}>
    {props.hasTitle && <p className="chart-title">{props.name}</p>}
    <Suspense fallback={<Place {...props} />}>
      {hasValues(props) ? (
        <Body {...props} />
      ) : (
        <div className="chart-place">
          <p>{texts.none}</p>
        </div>
      )}
    </Suspense>
    {props.hasTable !== false && hasValues(props) && (
      <details>
        <summary>{texts.asTable}</summary>
        <Suspense>
          <ChartTable {...props} />
        </Suspense>
      </details>
    )}
  </div>
)

export const isUsed = ({ values }: ChartSeries): boolean => values.some((value) => value !== null && value !== 0)

const hasValues = ({ series, before }: ChartProps): boolean => [...series, ...(before ? [before] : [])].some(isUsed)

/** The series that have values. Without any, all of them. */
export function markedSeries({ series }: ChartProps): readonly MarkedSeries[] {
  const marked = series.map((each, index) => ({ ...each, mark: each.color ?? String(index + 1) }))
  return marked.some(isUsed) ? marked.filter(isUsed) : marked
}

/** Entries of the legend. One series has none, because the title names it. */
export function legendOf(props: ChartProps) {
  const { before, points, isLastPartial } = props
  const series = markedSeries(props)
  const last = points.at(-1)
  return {
    series: series.length > 1 || (before && isUsed(before)) ? series : [],
    before: before && (isUsed(before) ? before.name : texts.nothingBefore(before.name)),
    partial:
      isLastPartial && last && series.some(({ values }) => values[points.length - 1])
        ? texts.soFar(last.title ?? last.label)
        : null,
  }
}

/** The place of a chart while its code is loading. */
function Place(props: ChartProps) {
  const { series, before, partial } = legendOf(props)
  const names = [...series.map(({ name }) => name), before, partial].filter((name) => typeof name === 'string')
  return (
    <>
      <div className="chart-place" aria-busy="true" />
      {/* As many lines as its names will have. */}
      {names.length > 0 && (
        <ul className="chart-legend">
          {names.map((name) => (
            <li key={name}>
              <i />
              {name}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** The value with which an earlier one is compared. Null if the chart has several lines, which have no sum. */
export function comparedValue({ series, form = 'bars' }: ChartProps, index: number): number | null {
  if (series.length > 1 && form === 'lines') return null
  const values = series.flatMap(({ values: all }) => all[index] ?? [])
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}
