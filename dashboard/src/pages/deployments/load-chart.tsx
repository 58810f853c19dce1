import { Stack, Text } from '@mantine/core'
import type { ServerLoadData } from '@stackgate/client/documents'
import { Chart } from '../../ui/chart.js'
import { clockTime, moment } from '../../ui/format.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { percentText } from './command-result.js'

type Point = NonNullable<NonNullable<ServerLoadData['deployment']>['server']['loadHistory']>[number]
type Measure = 'cpuUsagePercent' | 'memoryUsedPercent' | 'diskUsedPercent'

const { server: texts, result } = deploymentWords

const MEASURES: readonly (readonly [Measure, string])[] = [
  ['cpuUsagePercent', result.processor],
  ['memoryUsedPercent', result.memory],
  ['diskUsedPercent', result.disk],
]

/** Load of the last day: a line for each measure. */
export function LoadChart({ points }: { readonly points: readonly Point[] }) {
  if (points.length < 2)
    return (
      <Text size="sm" c="dimmed">
        {texts.noHistory}
      </Text>
    )
  const times = points.map(({ receivedAt }) => Date.parse(receivedAt))
  return (
    <Stack gap="xs">
      <Text fw={500}>{texts.history}</Text>
      <Chart
        name={texts.history}
        form="lines"
        points={points.map(({ receivedAt }, index) => ({ label: clockTime(times[index]!), title: moment(receivedAt) }))}
        places={times}
        series={MEASURES.map(([measure, name]) => ({ name, values: points.map((point) => point[measure]) }))}
        text={percentText}
        top={100}
      />
    </Stack>
  )
}
