import { SimpleGrid, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { WebhookDeliveryHistory, type WebhookDeliveryHistoryData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { Chart } from '../../ui/chart.js'
import { shortCount } from '../../ui/chart-format.js'
import { Empty } from '../../ui/empty.js'
import { count, percent } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { RangeBar, useTimeRange, type RangeOptions } from '../../ui/range-bar.js'
import { periodLabel, periodName } from '../../ui/series.js'
import { webhookWords } from '../../words/en/webhooks.js'
import { WAITING_MS } from './delivery-state.js'

const { history: texts, deliveryStates } = webhookWords

/** Deliveries are kept for 30 days, so that there is nothing to compare them with. */
const OPTIONS = { ranges: ['24h', '7d', '30d'], initial: '24h', comparison: 'none' } as const satisfies RangeOptions

/** Deliveries that the server counts at most. */
const MAX_COUNTED = 10_000

type Found = Extract<WebhookDeliveryHistoryData['node'], { readonly deliveryHistory: unknown }>
type Period = Found['whole'][number]

const foundIn = (data: WebhookDeliveryHistoryData | undefined): Found | null =>
  data?.node && 'deliveryHistory' in data.node ? data.node : null

const milliseconds = (value: number): string => texts.milliseconds(count(Math.round(value)))
const p95Of = ({ p95DurationSeconds }: Period): number | null =>
  p95DurationSeconds === null ? null : p95DurationSeconds * 1_000

/** Deliveries and failures of an endpoint over time, with how many failed or wait, and the time of its responses. */
export function DeliveryHistory({ endpoint, height }: { readonly endpoint: string; readonly height: number }) {
  const range = useTimeRange(new Date().toISOString(), OPTIONS)
  const { from, interval } = range
  const query = useOperation(
    WebhookDeliveryHistory,
    { id: endpoint, from, interval },
    {
      keepsPrevious: true,
      refetchInterval: (data) => (foundIn(data)?.whole.some((each) => each.pendingCount > 0) ? WAITING_MS : false),
    },
  )
  return (
    <Panel title={texts.title} query={query} height={height}>
      {(data) => {
        const found = foundIn(data)
        const periods = found?.deliveryHistory ?? []
        const whole = found?.whole[0]
        const points = periods.map((each) => ({
          label: periodLabel(each.from, interval),
          title: periodName(each.from, interval),
        }))
        const series = (
          name: keyof typeof deliveryStates,
          values: readonly number[],
          color: 'pale' | 'red' | 'gray',
        ) => ({
          name: deliveryStates[name]!,
          values,
          color,
        })
        return (
          <Stack gap="sm">
            <RangeBar range={range} {...OPTIONS} />
            {whole ? <WholeText whole={whole} /> : <Empty>{texts.none}</Empty>}
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <Titled title={webhookWords.deliveries}>
                <Chart
                  name={texts.title}
                  points={points}
                  series={[
                    series(
                      'DELIVERED',
                      periods.map((each) => each.deliveredCount),
                      'pale',
                    ),
                    series(
                      'DEAD',
                      periods.map((each) => each.deadCount),
                      'red',
                    ),
                    series(
                      'PENDING',
                      periods.map((each) => each.pendingCount),
                      'gray',
                    ),
                  ]}
                  isLastPartial
                  isLow
                  text={count}
                  tick={shortCount}
                />
              </Titled>
              <Titled title={texts.responseTime}>
                <Chart
                  name={texts.responseTime}
                  form="lines"
                  isLow
                  points={points}
                  series={[{ name: texts.responseTime, values: periods.map(p95Of) }]}
                  text={milliseconds}
                />
              </Titled>
            </SimpleGrid>
          </Stack>
        )
      }}
    </Panel>
  )
}

const Titled = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <Stack gap={4}>
    <Text size="sm" fw={500}>
      {title}
    </Text>
    {children}
  </Stack>
)

/** The share that arrived of the deliveries that have ended, and the time of the responses, of the whole range. */
function WholeText({ whole }: { readonly whole: Period }) {
  const ended = whole.deliveredCount + whole.deadCount
  const p95 = p95Of(whole)
  const parts = [
    ...(ended > 0 ? [texts.delivered(percent(whole.deliveredCount / ended))] : []),
    ...(whole.deadCount > 0 ? [texts.dead(count(whole.deadCount))] : []),
    ...(whole.pendingCount > 0 ? [texts.waiting(count(whole.pendingCount))] : []),
    ...(p95 === null ? [] : [texts.p95(milliseconds(p95))]),
    ...(ended + whole.pendingCount >= MAX_COUNTED ? [texts.part(count(MAX_COUNTED))] : []),
  ]
  return <Text size="sm">{parts.join(' · ') || texts.none}</Text>
}
