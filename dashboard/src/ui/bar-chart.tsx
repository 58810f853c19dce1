import { useMediaQuery } from '@mantine/hooks'
import { words } from '../words/en.js'

interface Bar {
  readonly name: string
  /** Height of the bar. */
  readonly value: number
  /** Value in words. */
  readonly text: string
}

/** Widths at which the chart is drawn, so that its texts keep their size. */
const WIDTH = 720
const NARROW_WIDTH = 300
/** Width of a name below a bar. */
const NAME_WIDTH = 60
const HEIGHT = 180
const FOOT = 22
const MAX_BAR_WIDTH = 60

/** Bars over time. A table has the same values, so a screen reader reads one sentence. */
export function BarChart({ name, bars }: { readonly name: string; readonly bars: readonly Bar[] }) {
  const isNarrow = useMediaQuery('(max-width: 48rem)', undefined, { getInitialValueInEffect: false })
  const chartWidth = isNarrow ? NARROW_WIDTH : WIDTH
  const top = Math.max(...bars.map(({ value }) => value), 0)
  const bottom = Math.min(...bars.map(({ value }) => value), 0)
  const scale = top === bottom ? 0 : (HEIGHT - FOOT) / (top - bottom)
  const step = chartWidth / Math.max(bars.length, 1)
  const zero = top * scale
  const width = Math.min(step * 0.7, MAX_BAR_WIDTH)
  // Names below each other would overlap: some are left out.
  const every = Math.ceil((bars.length * NAME_WIDTH) / chartWidth)
  return (
    <svg
      className="bar-chart"
      viewBox={`0 0 ${chartWidth} ${HEIGHT}`}
      role="img"
      aria-label={words.chart(name, bars.at(-1)?.text ?? '')}
    >
      {bars.map(({ name: bar, value, text }, index) => (
        <g key={bar}>
          <rect
            x={index * step + (step - width) / 2}
            y={value >= 0 ? zero - value * scale : zero}
            width={width}
            height={Math.max(Math.abs(value) * scale, 1)}
            rx={2}
          >
            <title>{`${bar}: ${text}`}</title>
          </rect>
          {index % every === 0 && (
            <text x={index * step + step / 2} y={HEIGHT - 6} textAnchor="middle">
              {bar}
            </text>
          )}
        </g>
      ))}
      <line x1={0} x2={chartWidth} y1={zero} y2={zero} />
    </svg>
  )
}
