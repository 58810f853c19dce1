import { useElementSize } from '@mantine/hooks'
import { scaleBand, scaleLinear } from 'd3-scale'
import { curveMonotoneX, line, stack, stackOffsetDiverging, stackOrderNone } from 'd3-shape'
import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import { chartWords as texts } from '../words/en/charts.js'
import {
  comparedValue,
  isUsed,
  legendOf,
  markedSeries,
  type ChartProps,
  type ChartSeries,
  type MarkedSeries,
} from './chart.js'
import { differenceText, signed } from './chart-format.js'
import './chart.css'

/** As in `chart-place.css`. */
const HEIGHTS = { high: 220, low: 120 } as const
const TOP = 14
const FOOT = 24
/** Labels that are turned by 45 degrees take part of their length as height. */
const TURNED = Math.SQRT1_2
const END = 12
/** Width of a character of the axes. */
const CHARACTER = 6.6
/** Space between two labels of the horizontal axis. */
const GAP = 20
/** Widest label of the horizontal axis, in characters. */
const MAX_LABEL = 16
const MAX_BAR = 48
const TICKS = 4
/** Width of the vertical axis, at most. */
const MAX_TICK = 64
/** Part of the smallest sum of a waterfall at which its axis begins. */
const LEAST = 0.9
/** From this width, the tooltip has room at the side of its point. */
const WIDE = 560

type MarkedProps = Omit<ChartProps, 'series'> & { readonly series: readonly MarkedSeries[] }

export function ChartBody(props: ChartProps) {
  const { ref, width } = useElementSize()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const all = markedSeries(props)
  const chosen = all.filter(({ name }) => !hidden.has(name))
  const toggle = (name: string) =>
    setHidden((known) => new Set(known.has(name) ? [...known].filter((each) => each !== name) : [...known, name]))
  const shown: MarkedProps = {
    ...props,
    series: chosen,
    // The earlier values are those of all series together.
    before: props.before && isUsed(props.before) && chosen.length === all.length ? props.before : null,
  }
  return (
    <div ref={ref} className="chart-body">
      <div className="chart-place">{width > 0 && props.points.length > 0 && <Drawing {...shown} width={width} />}</div>
      <Legend {...props} hidden={hidden} onToggle={toggle} />
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

/** Vertical ends of the bars of a waterfall. */
function stepsOf(values: readonly (number | null)[]): [from: number, to: number][] {
  let level = 0
  return values.map((value, index) => {
    const isSum = index === 0 || index === values.length - 1
    const from = isSum ? 0 : level
    level = from + (value ?? 0)
    return [from, level]
  })
}

/** Color of a bar of a waterfall: rises, losses, and the sums at both ends, which have that of their series. */
const stepMark = (from: number, to: number, isSum: boolean): string | undefined =>
  isSum ? undefined : to < from ? 'red' : 'green'

function Drawing({ width, ...props }: MarkedProps & { readonly width: number }) {
  const { name, points, places, form = 'bars', series, before, limit, isLastPartial, text, tick = text, top } = props
  const height = HEIGHTS[props.isLow ? 'low' : 'high']
  const [chosen, setChosen] = useState<number | null>(null)
  const lines = form === 'lines' ? series : []
  const stacks =
    form === 'bars'
      ? stacksOf(series, points.length)
      : form === 'waterfall'
        ? series.map(({ values: steps }) => stepsOf(steps))
        : []
  const levels = stacks.flatMap((bars) => bars.flatMap(([from, to]) => (form === 'waterfall' ? to : [from, to])))
  const values = [
    // The sums of a waterfall are so much larger than its steps that its axis begins below the smallest one.
    form === 'waterfall' ? LEAST * Math.max(0, Math.min(...levels)) : 0,
    ...levels,
    ...(limit ? [limit.value] : []),
    ...[...lines, ...(before ? [before] : [])].flatMap(({ values: all }) => all.filter((value) => value !== null)),
  ]
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const widest = Math.max(...points.map(({ label }) => widthOf(label)))
  // The names of steps say more than those of times: none is left out.
  const isTurned = form === 'waterfall' && points.length * (widest + GAP) > width - MAX_TICK
  const foot = isTurned ? FOOT + widest * TURNED : FOOT
  const y = scaleLinear([lowest, top ?? (lowest === highest ? 1 : highest)], [height - foot, TOP]).clamp(true)
  if (top === undefined) y.nice(TICKS)
  const areWhole = values.every(Number.isInteger)
  const ticks = y.ticks(TICKS).filter((value) => !areWhole || Number.isInteger(value))
  const start = Math.ceil(Math.max(...ticks.map((value) => tick(value).length)) * CHARACTER) + 14
  const band = scaleBand(points.keys(), [start, width - END])
    .paddingInner(0.3)
    .paddingOuter(0.15)
  const place = places && places.length > 1 && scaleLinear([places[0]!, places.at(-1)!], [start, width - END])
  const centers = points.map((_, index) => (place ? place(places[index]!) : band(index)! + band.bandwidth() / 2))
  const bar = Math.min(band.bandwidth(), MAX_BAR)
  const partial = isLastPartial ? points.length - 1 : -1
  const path = (all: readonly (number | null)[], from = 0, to = points.length - 1) =>
    line<number | null>()
      .defined((value, index) => value !== null && index >= from && index <= to)
      .x((_, index) => centers[index]!)
      .y((value) => y(value!))
      .curve(curveMonotoneX)(all.slice(0, points.length)) ?? ''
  /** The upper ends of earlier values, which the bars do not hide. */
  const edges = (all: readonly (number | null)[]) =>
    all
      .slice(0, points.length)
      .map((value, index) => (value ? `M${centers[index]! - band.step() / 2} ${y(value)}h${band.step()}` : ''))
      .join('')
  const isSumAt = (index: number) => index === 0 || index === points.length - 1
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
      aria-label={texts.name(name)}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={points.length - 1}
      aria-valuenow={read}
      aria-valuetext={rowsOf(props, read).reduce(
        (said, row) => `${said}, ${row.name} ${row.text}`,
        titleOf(props, read),
      )}
      onPointerMove={choose}
      onPointerDown={choose}
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && setChosen(null)}
      onBlur={() => setChosen(null)}
      onFocus={() => setChosen((known) => known ?? points.length - 1)}
      onKeyDown={move}
    >
      <svg width={width} height={height} aria-hidden>
        {ticks.map((value) => (
          <g key={value} className={value === 0 ? 'chart-zero' : 'chart-grid'}>
            <line x1={start} x2={width - END} y1={y(value)} y2={y(value)} />
            <text x={start - 8} y={y(value)} dy="0.32em" textAnchor="end">
              {tick(value)}
            </text>
          </g>
        ))}
        {(isTurned ? [...points.keys()] : labelsOf(props, centers)).map((index) => (
          <Label
            key={index}
            text={points[index]!.label}
            x={centers[index]!}
            y={isTurned ? height - foot + TOP : height - 6}
            width={width}
            isTurned={isTurned}
          />
        ))}
        {shown !== null && (
          <line className="chart-cursor" x1={centers[shown]} x2={centers[shown]} y1={TOP} y2={height - foot} />
        )}
        {before && (
          <g className="chart-before">
            {before.values
              .slice(0, points.length)
              .map((value, index) =>
                value ? (
                  <rect
                    key={index}
                    x={centers[index]! - band.step() / 2}
                    y={y(Math.max(0, value))}
                    width={band.step()}
                    height={Math.abs(y(value) - y(0))}
                  />
                ) : null,
              )}
          </g>
        )}
        {stacks.map((bars, part) => (
          <g key={part} data-series={series[part]!.mark}>
            {bars.map(([from, to], index) =>
              from === to ? null : (
                <rect
                  key={index}
                  data-series={form === 'waterfall' ? stepMark(from, to, isSumAt(index)) : undefined}
                  data-faded={(shown !== null && shown !== index) || undefined}
                  data-partial={index === partial || undefined}
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
        {before &&
          ['chart-gap', 'chart-edge'].map((part) => <path key={part} className={part} d={edges(before.values)} />)}
        {form === 'waterfall' &&
          stacks[0]!.map(([from, to], index) => (
            <text key={index} x={centers[index]} y={y(Math.max(from, to)) - 5} textAnchor="middle" data-value>
              {isSumAt(index) ? tick(to) : signed(to - from, tick)}
            </text>
          ))}
        {limit && (
          <g className="chart-limit">
            <line x1={start} x2={width - END} y1={y(limit.value)} y2={y(limit.value)} />
            <text x={start + 4} y={y(limit.value) - 5}>
              {limit.name} {text(limit.value)}
            </text>
          </g>
        )}
        {lines.map((each) => (
          <g key={each.mark} data-series={each.mark} className="chart-line">
            <path data-partial={each.isExpected} d={path(each.values, 0, partial > 0 ? partial - 1 : undefined)} />
            {partial > 0 && <path data-partial d={path(each.values, partial - 1)} />}
            {each.values.map((value, index) =>
              value !== null && (index === shown || isAlone(each, index)) ? (
                <circle key={index} cx={centers[index]} cy={y(value)} r={3.5} />
              ) : null,
            )}
          </g>
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

/** A point without neighbors, which has no line. */
const isAlone = (series: ChartSeries, index: number): boolean =>
  valueAt(series, index - 1) === null && valueAt(series, index + 1) === null

const titleOf = ({ points, isLastPartial }: MarkedProps, index: number): string => {
  const { label, title = label } = points[index]!
  return isLastPartial && index === points.length - 1 ? texts.soFar(title) : title
}

const widthOf = (label: string): number => Math.min(label.length, MAX_LABEL) * CHARACTER

/** Points whose labels do not overlap: those of equal distances, from the last one. */
function labelsOf({ points, places }: MarkedProps, centers: readonly number[]): number[] {
  const room = Math.max(...points.map(({ label }) => widthOf(label))) + GAP
  const distance = centers.length > 1 ? centers[1]! - centers[0]! : room
  const step = Math.max(1, Math.ceil(room / distance))
  const last = points.length - 1
  if (!places) return [...points.keys()].filter((index) => (last - index) % step === 0)
  let end = Infinity
  return [...points.keys()].toReversed().filter((index) => {
    const isFree = centers[index]! + room <= end
    if (isFree) end = centers[index]!
    return isFree
  })
}

interface LabelProps {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly width: number
  /** True for a label that ends at its point and rises to it. */
  readonly isTurned: boolean
}

/** A label below its point, and inside of the drawing. */
function Label({ text, x, y, width, isTurned }: LabelProps) {
  const half = widthOf(text) / 2
  const shortened = text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL - 1)}…` : text
  return isTurned ? (
    <text transform={`translate(${x + 4} ${y}) rotate(-45)`} textAnchor="end">
      {shortened}
    </text>
  ) : (
    <text x={Math.min(x, width - half)} y={y} textAnchor="middle">
      {shortened}
    </text>
  )
}

/** The values of a point, in words. */
function rowsOf(props: MarkedProps, index: number) {
  const { series, text, form = 'bars', before, limit } = props
  const present = series.flatMap((each) => {
    const value = valueAt(each, index)
    const isShown = value !== null && (series.length === 1 || form === 'lines' || value !== 0)
    return isShown ? { name: each.name, text: text(value), mark: each.mark } : []
  })
  const value = comparedValue(props, index)
  const earlier = before && valueAt(before, index)
  const difference = differenceText(value, earlier, props)
  return [
    ...present,
    ...(form === 'bars' && series.length > 1 ? [{ name: texts.total, text: text(value ?? 0), mark: '' }] : []),
    ...(before && typeof earlier === 'number'
      ? [{ name: before.titles?.[index] ?? before.name, text: text(earlier), mark: 'before' }]
      : []),
    ...(limit ? [{ name: limit.name, text: text(limit.value), mark: 'limit' }] : []),
    ...(difference ? [{ name: texts.difference, text: difference, mark: 'difference' }] : []),
  ]
}

interface TooltipProps extends MarkedProps {
  readonly index: number
  readonly x: number
  readonly width: number
}

/** At the side of its point, or over it where there is no room. It never leaves the drawing. */
function Tooltip({ index, x, width, ...props }: TooltipProps) {
  const side = x < width / 2 ? { left: x + 12 } : { right: width - x + 12 }
  const over = { left: x, transform: `translateX(-${(100 * x) / width}%)` }
  return (
    <div className="chart-tooltip" style={width < WIDE ? over : side}>
      <strong>{titleOf(props, index)}</strong>
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

interface LegendProps extends ChartProps {
  /** Names of the series that are not drawn. */
  readonly hidden: ReadonlySet<string>
  readonly onToggle: (name: string) => void
}

/** Names of the series, which it hides and shows, and of what is drawn with them. */
function Legend({ hidden, onToggle, ...props }: LegendProps) {
  const { series, before, partial } = legendOf(props)
  if (series.length === 0 && !before && !partial) return null
  const shownCount = series.length - hidden.size
  return (
    <ul className="chart-legend" aria-label={texts.shown}>
      {series.map(({ name, mark, isExpected }) => (
        <li key={mark}>
          {series.length === 1 ? (
            <>
              <i data-series={mark} />
              {name}
            </>
          ) : (
            <label>
              <input
                type="checkbox"
                checked={!hidden.has(name)}
                disabled={shownCount === 1 && !hidden.has(name)}
                onChange={() => onToggle(name)}
              />
              <i data-series={mark} data-partial={isExpected} />
              {name}
            </label>
          )}
        </li>
      ))}
      {before && hidden.size === 0 && (
        <li>
          {series.length > 0 && <i data-series="before" />}
          {before}
        </li>
      )}
      {partial && (
        <li>
          <i data-series={markedSeries(props)[0]!.mark} data-partial />
          {partial}
        </li>
      )}
    </ul>
  )
}
