import { Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useFilter } from '../session/use-filter.js'
import { chartWords as texts } from '../words/en/charts.js'
import { locale } from '../words/language.js'
import { FilterForm } from './filter-form.js'
import { Select } from './select.js'
import { timeRange, type Comparison, type RangeName, type Span, type TimeRange } from './time-range.js'

const COMPARISONS: readonly Comparison[] = ['before', 'year', 'none']
const FIELDS = [
  { name: 'from', label: texts.from, type: 'date' },
  { name: 'to', label: texts.to, type: 'date' },
] as const

const choices = <Value extends string>(values: readonly Value[], names: Readonly<Record<Value, string>>) =>
  values.map((value) => ({ value, label: names[value] }))

export interface RangeOptions {
  readonly ranges: readonly RangeName[]
  /** The default. */
  readonly initial: RangeName
  /** The default: `before`. With `none`, no comparison is offered. */
  readonly comparison?: Comparison
}

/** The range in the address that the charts of a page show. */
export function useTimeRange(now: string, options: RangeOptions): TimeRange {
  const { name, comparison, from, to } = useChoice(options)
  return timeRange({ name, comparison, from, to }, now)
}

function useChoice({ ranges, initial, comparison: usual = 'before' }: RangeOptions) {
  const [nameText, choose] = useFilter('range')
  const [comparisonText, compare] = useFilter('compare')
  const [from] = useFilter('from')
  const [to] = useFilter('to')
  const isDated = from !== '' || to !== ''
  return {
    name: ranges.find((each) => each === nameText) ?? (isDated && ranges.includes('custom') ? 'custom' : initial),
    comparison: usual === 'none' ? usual : (COMPARISONS.find((each) => each === comparisonText) ?? usual),
    from,
    to,
    choose,
    compare,
  }
}

interface RangeBarProps extends RangeOptions {
  readonly range: TimeRange
  /** Further choices of the charts. */
  readonly children?: ReactNode
}

/** The range of all charts of a page, and the one with which they are compared. */
export function RangeBar({ range, children, ...options }: RangeBarProps) {
  const { name, comparison, compare } = useChoice(options)
  return (
    <>
      <Group gap="sm">
        <RangeSelect {...options} />
        {options.comparison !== 'none' && (
          <Select
            aria-label={texts.compare}
            data={choices(COMPARISONS, texts.comparisons)}
            value={comparison}
            onChange={compare}
          />
        )}
        {children}
        <Text size="sm" c="dimmed">
          {spanText(range)}
        </Text>
      </Group>
      {name === 'custom' && <FilterForm name={texts.ranges.custom} fields={FIELDS} submit={texts.show} />}
    </>
  )
}

/** The choice of the range alone, for a chart of which another page has more. */
export function RangeSelect(options: RangeOptions) {
  const { name, choose } = useChoice(options)
  return <Select aria-label={texts.range} data={choices(options.ranges, texts.ranges)} value={name} onChange={choose} />
}

/** First and last day of a range, or its hours. */
export function spanText({ from, to }: Span): string {
  const [begin, end] = [new Date(from), new Date(Date.parse(to) - 1)]
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(begin, end)
}
