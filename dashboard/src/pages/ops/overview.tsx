import { SimpleGrid, Skeleton, Stack } from '@mantine/core'
import { Suspense } from 'react'
import { Metrics, OperatorOverview } from '@stackgate/client/documents'
import { lazyPart } from '../../session/load-part.js'
import { useOperation } from '@stackgate/react/hooks'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { everyHalfMinute, ReadAgain } from '../../ui/read-again.js'
import { words } from '../../words/en.js'
import { overviewWords } from '../../words/en/overview.js'
import { AttentionList, attentionOf, pastDueText } from './attention.js'
import { MONEY_METRICS, RevenueChart, RevenueTiles } from './revenue.js'

const Newest = lazyPart(() => import('./newest.js'), 'Newest')

const texts = overviewWords

/** Height of a tile while it is loading, in pixels. */
const TILE = 158

/** The first page of operators: the revenue and its trend, what needs them, and the newest customers and payments. */
export function Overview() {
  const overview = useOperation(OperatorOverview, {}, { refetchInterval: everyHalfMinute })
  const revenue = useOperation(Metrics, { metrics: MONEY_METRICS, first: 36 }, { refetchInterval: everyHalfMinute })
  // Days change once a day: they are not read again.
  const days = useOperation(Metrics, { metrics: MONEY_METRICS, interval: 'DAY', first: 36 })
  return (
    <Stack>
      <PageHeading side={<ReadAgain />}>{texts.title}</PageHeading>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        {revenue.isPending || days.isPending || overview.isPending ? (
          Array.from({ length: 4 }, (_, tile) => (
            <Skeleton key={tile} height={TILE} radius="md" role="progressbar" aria-label={words.panel.loading} />
          ))
        ) : (
          <RevenueTiles
            months={revenue.data?.metrics?.nodes}
            days={days.data?.metrics?.nodes}
            pastDue={overview.data?.subscriptions?.totalCount ?? 0}
            pastDueSum={overview.data ? pastDueText(overview.data) : ''}
          />
        )}
      </SimpleGrid>
      <div className="columns">
        <Panel title={texts.needed} query={overview} height={264}>
          {(data) => <AttentionList entries={attentionOf(data)} />}
        </Panel>
        <RevenueChart query={revenue} />
      </div>
      {/* At the end they move nothing when they appear, and nothing above moves them. */}
      {!overview.isPending && (
        <Suspense>
          <Newest />
        </Suspense>
      )}
    </Stack>
  )
}
