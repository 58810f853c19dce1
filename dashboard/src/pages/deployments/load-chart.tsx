import { Stack, Text } from '@mantine/core'
import type { ServerLoadData } from '@stackgate/client/documents'
import { decimal, moment } from '../../ui/format.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { ResultTable } from './command-result.js'

type Point = NonNullable<NonNullable<ServerLoadData['deployment']>['server']['loadHistory']>[number]
type Measure = 'cpuUsagePercent' | 'memoryUsedPercent' | 'diskUsedPercent'

const WIDTH = 300
const HEIGHT = 40

/** Load of the last day: a line for each measure, and the values as a table. */
export function LoadChart({ points }: { readonly points: readonly Point[] }) {
  const { server: text, result } = deploymentWords
  const names: readonly (readonly [Measure, string])[] = [
    ['cpuUsagePercent', result.processor],
    ['memoryUsedPercent', result.memory],
    ['diskUsedPercent', result.disk],
  ]
  if (points.length < 2)
    return (
      <Text size="sm" c="dimmed">
        {text.noHistory}
      </Text>
    )
  return (
    <Stack gap="xs">
      <Text fw={500}>{text.history}</Text>
      {names.map(([measure, name]) => (
        <Line key={measure} points={points} measure={measure} name={name} />
      ))}
      <details>
        <summary>{text.asTable}</summary>
        <ResultTable
          name={text.history}
          columns={[text.time, ...names.map(([, name]) => name)]}
          rows={points.map((point) => [
            moment(point.receivedAt),
            ...names.map(([measure]) => (point[measure] === null ? '–' : result.percent(decimal(point[measure])))),
          ])}
        />
      </details>
    </Stack>
  )
}

interface LineProps {
  readonly points: readonly Point[]
  readonly measure: Measure
  readonly name: string
}

/** One measure over time, from 0 to 100 percent. */
function Line({ points, measure, name }: LineProps) {
  const from = Date.parse(points[0]!.receivedAt)
  const span = Math.max(1, Date.parse(points.at(-1)!.receivedAt) - from)
  const values = points.flatMap((point) => {
    const value = point[measure]
    return value === null ? [] : [{ at: Date.parse(point.receivedAt), value }]
  })
  if (values.length === 0) return null
  const path = values.map(({ at, value }) => {
    const x = ((at - from) / span) * WIDTH
    return `${x.toFixed(1)},${(HEIGHT - (Math.min(value, 100) / 100) * HEIGHT).toFixed(1)}`
  })
  const peak = Math.max(...values.map(({ value }) => value))
  const text = deploymentWords.server.chart(name, decimal(values.at(-1)!.value), decimal(peak))
  return (
    <div>
      <Text size="xs">{text}</Text>
      <svg className="line" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={text}>
        <polyline points={path.join(' ')} fill="none" stroke="currentColor" vectorEffect="non-scaling-stroke" />
      </svg>
    </div>
  )
}
