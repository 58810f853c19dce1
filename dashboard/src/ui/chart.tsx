import { Suspense } from 'react'
import { lazyPart } from '../session/load-part.js'

/** Values of one kind, one for each point. Null: no value. */
export interface ChartSeries {
  readonly name: string
  readonly values: readonly (number | null)[]
}

export interface ChartProps {
  /** Name for screen readers. */
  readonly name: string
  /** A point of the horizontal axis: its label there, and its title in the tooltip. */
  readonly points: readonly { readonly label: string; readonly title?: string }[]
  /** Place of each point on the axis, for example a time. Default: equal distances. */
  readonly places?: readonly number[]
  /** Bars are stacked. Lines show rates, which have no sum. */
  readonly form?: 'bars' | 'lines'
  readonly series: readonly ChartSeries[]
  /** Value in the tooltip. */
  readonly text: (value: number) => string
  /** Value of the vertical axis. Default: the text. */
  readonly tick?: (value: number) => string
  /** Upper end of the vertical axis. Default: a round value above all others. */
  readonly top?: number
}

const Body = lazyPart(() => import('./chart-body.js'), 'ChartBody')

/**
 * Values over time or by name, with axes and a tooltip for the mouse, touch and the arrow keys. A table next to it has the same values. Its
 * code is loaded by pages that show a chart.
 */
export const Chart = (props: ChartProps) => (
  <div className="chart">
    <Suspense fallback={null}>
      <Body {...props} />
    </Suspense>
  </div>
)
