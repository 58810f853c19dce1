import { useElementSize } from '@mantine/hooks'
import { scaleBand, scaleLinear } from 'd3-scale'
import { curveMonotoneX, line, stack, stackOffsetDiverging, stackOrderNone } from 'd3-shape'
import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import { chartWords } from '../words/en/charts.js'
import type { ChartProps, ChartSeries } from './chart.js'
import './chart.css'

const HEIGHT = 220
const TOP = 14
const FOOT = 24
const END = 8
/** Width of a character of the axes. */
const CHARACTER = 6.6
/** Width of a label of the horizontal axis, with the space around it. */
const LABEL = 68
const MAX_BAR = 48
const TICKS = 4

export function ChartBody(props: ChartProps) {
  const { ref, width } = useElementSize()
  return (
    <div ref={ref} className="chart-body">
      {width > 0 && props.points.length > 0 && <Drawing {...props} width={width} />}
      <Legend {...props} />
    </div>
  )
}

const valueAt = ({ values }: ChartSeries, index: number): number | null => values[index] ?? null

/** Vertical ends of the bars of each series, by point. */
const stacksOf = (series: readonly ChartSeries[], count: number) =>
  stack<number, number>()
    .keys(series.keys())
    .value((point, key) => valueAt(series[key]!, point) ?? 0)
    .order(stackOrderNone)
    .offset(stackOffsetDiverging)(Array.from({ length: count }, (_, point) => point))

function Drawing({ width, ...props }: ChartProps & { readonly width: number }) {
  const { name, points, places, form = 'bars', series, text, tick = text, top } = props
  const [chosen, setChosen] = useState<number | null>(null)
  const lines = form === 'lines' ? series : []
  const stacks = form === 'bars' ? stacksOf(series, points.length) : []
  const values = [
    0,
    ...stacks.flatMap((bars) => bars.flatMap(([from, to]) => [from, to])),
    ...lines.flatMap(({ values: all }) => all.filter((value) => value !== null)),
  ]
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const y = scaleLinear([lowest, top ?? (lowest === highest ? 1 : highest)], [HEIGHT - FOOT, TOP])
  if (top === undefined) y.nice(TICKS)
  const ticks = y.ticks(TICKS).filter((value) => lowest !== highest || value === 0 || top !== undefined)
  const start = Math.ceil(Math.max(...ticks.map((value) => tick(value).length)) * CHARACTER) + 10
  const band = scaleBand(points.keys(), [start, width - END])
    .paddingInner(0.3)
    .paddingOuter(0.15)
  const place = places && places.length > 1 && scaleLinear([places[0]!, places.at(-1)!], [start, width - END])
  const centers = points.map((_, index) => (place ? place(places[index]!) : band(index)! + band.bandwidth() / 2))
  const bar = Math.min(band.bandwidth(), MAX_BAR)
  const choose = ({ clientX, currentTarget }: PointerEvent) => {
    const x = clientX - currentTarget.getBoundingClientRect().left
    setChosen(nearest(centers, x))
  }
  const move = (event: KeyboardEvent) => {
    const next = keyTarget(event.key, chosen, points.length - 1)
    if (next === undefined) return
    event.preventDefault()
    setChosen(next)
  }
  const shown = chosen === null ? null : Math.min(chosen, points.length - 1)
  const read = shown ?? points.length - 1
  return (
    <div
      className="chart-drawing"
      role="slider"
      tabIndex={0}
      aria-label={chartWords.name(name)}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={points.length - 1}
      aria-valuenow={read}
      aria-valuetext={rowsOf(props, read).reduce(
        (said, row) => `${said}, ${row.name} ${row.text}`,
        points[read]!.title ?? points[read]!.label,
      )}
      onPointerMove={choose}
      onPointerDown={choose}
      onPointerLeave={() => setChosen(null)}
      onBlur={() => setChosen(null)}
      onFocus={() => setChosen((known) => known ?? points.length - 1)}
      onKeyDown={move}
    >
      <svg width={width} height={HEIGHT} aria-hidden>
        {ticks.map((value) => (
          <g key={value} className={value === 0 ? 'chart-zero' : 'chart-grid'}>
            <line x1={start} x2={width - END} y1={y(value)} y2={y(value)} />
            <text x={start - 8} y={y(value)} dy="0.32em" textAnchor="end">
              {tick(value)}
            </text>
          </g>
        ))}
        {labelsOf(centers, start).map((index) => (
          <text key={index} className="chart-label" x={centers[index]} y={HEIGHT - 6} textAnchor="middle">
            {shortened(points[index]!.label, centers)}
          </text>
        ))}
        {shown !== null && (
          <line className="chart-cursor" x1={centers[shown]} x2={centers[shown]} y1={TOP} y2={HEIGHT - FOOT} />
        )}
        {stacks.map((bars, part) => (
          <g key={part} data-series={part + 1}>
            {bars.map(([from, to], index) =>
              from === to ? null : (
                <rect
                  key={index}
                  data-faded={(shown !== null && shown !== index) || undefined}
                  x={centers[index]! - bar / 2}
                  y={y(Math.max(from, to))}
                  width={bar}
                  height={Math.max(1, Math.abs(y(from) - y(to)))}
                  rx={Math.min(2, bar / 4)}
                />
              ),
            )}
          </g>
        ))}
        {lines.map((each, index) => (
          <path
            key={index}
            className="chart-line"
            data-series={index + 1}
            d={
              line<number | null>()
                .defined((value) => value !== null)
                .x((_, point) => centers[point]!)
                .y((value) => y(value!))
                .curve(curveMonotoneX)(each.values) ?? ''
            }
          />
        ))}
      </svg>
      {shown !== null && <Tooltip {...props} index={shown} x={centers[shown]!} width={width} />}
    </div>
  )
}

/** The point that a key chooses. Undefined: the key chooses none. */
function keyTarget(key: string, chosen: number | null, last: number): number | null | undefined {
  const from = chosen ?? last
  if (key === 'ArrowLeft' || key === 'ArrowDown') return Math.max(0, from - 1)
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(last, from + 1)
  if (key === 'Home') return 0
  if (key === 'End') return last
  return key === 'Escape' ? null : undefined
}

function nearest(centers: readonly number[], x: number): number {
  let found = 0
  for (const [index, center] of centers.entries())
    if (Math.abs(center - x) < Math.abs(centers[found]! - x)) found = index
  return found
}

/** Points whose labels do not overlap. */
function labelsOf(centers: readonly number[], start: number): number[] {
  let end = start - LABEL
  return [...centers.keys()].filter((index) => {
    const isFree = centers[index]! - LABEL / 2 >= end
    if (isFree) end = centers[index]! + LABEL / 2
    return isFree
  })
}

function shortened(label: string, centers: readonly number[]): string {
  const room = Math.max(LABEL, centers.length > 1 ? centers[1]! - centers[0]! : Infinity)
  const characters = Math.floor(room / CHARACTER) - 1
  return label.length > characters ? `${label.slice(0, characters - 1)}…` : label
}

/** The values of a point, in words. */
function rowsOf({ series, text, form = 'bars' }: ChartProps, index: number) {
  const rows = series.map((each, part) => ({ name: each.name, value: valueAt(each, index), mark: String(part + 1) }))
  const present = rows.filter(({ value }) => value !== null && (rows.length === 1 || form === 'lines' || value !== 0))
  const sum = form === 'bars' && rows.length > 1 ? present.reduce((all, { value }) => all + value!, 0) : null
  return [...present, ...(sum === null ? [] : [{ name: chartWords.total, value: sum, mark: '' }])].map(
    ({ value, ...row }) => ({ ...row, text: text(value!) }),
  )
}

interface TooltipProps extends ChartProps {
  readonly index: number
  readonly x: number
  readonly width: number
}

function Tooltip({ index, x, width, ...props }: TooltipProps) {
  const { label, title = label } = props.points[index]!
  return (
    <div className="chart-tooltip" style={x < width / 2 ? { left: x + 12 } : { right: width - x + 12 }}>
      <strong>{title}</strong>
      {rowsOf(props, index).map((row) => (
        <span key={row.mark}>
          <i data-series={row.mark} />
          {row.name}
          <b>{row.text}</b>
        </span>
      ))}
    </div>
  )
}

/** Absent for one series, which the title names. */
const Legend = ({ series }: Pick<ChartProps, 'series'>) =>
  series.length > 1 && (
    <ul className="chart-legend">
      {series.map(({ name }, index) => (
        <li key={index}>
          <i data-series={index + 1} />
          {name}
        </li>
      ))}
    </ul>
  )
