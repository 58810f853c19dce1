import { Skeleton, Stack } from '@mantine/core'
import { Suspense } from 'react'
import { Entitlements } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { lazyPart } from '../../session/load-part.js'
import { Panel, Section } from '../../ui/panel.js'
import { usageHistoryWords } from '../../words/en/usage-history.js'
import { isCounted } from '../usage/is-counted.js'

const LatestEvents = lazyPart(() => import('./account-timeline.js'), 'LatestEvents')
const UsageHistory = lazyPart(() => import('../usage/usage-history.js'), 'UsageHistory')

/** Height of the chart with its conditions while it is loading, in pixels. */
const CHART = 365

/** Height of the events while they are loading, in pixels. */
const EVENTS = 400

/** The use of an account over time and its latest events, which follow when the height of the chart is known. */
export function AccountOverview({ account }: { readonly account: string }) {
  const query = useOperation(Entitlements, { account })
  const entitlements = query.data?.account?.usage?.entitlements
  return (
    <Stack className="settling-first">
      {!entitlements && (
        <Panel title={usageHistoryWords.title} query={query} height={CHART}>
          {() => null}
        </Panel>
      )}
      {entitlements?.some(isCounted) && (
        <Suspense
          fallback={
            <Section title={usageHistoryWords.title} isBusy>
              <Skeleton height={CHART} />
            </Section>
          }
        >
          <UsageHistory account={account} entitlements={entitlements} isSummary />
        </Suspense>
      )}
      <div className="settled">
        <Suspense fallback={<Skeleton height={EVENTS} />}>
          <LatestEvents account={account} />
        </Suspense>
      </div>
    </Stack>
  )
}
