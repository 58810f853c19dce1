import IconMeter from 'icon:chart-bar'
import IconPackage from 'icon:package'
import IconServer from 'icon:server-2'
import IconReceipt from 'icon:receipt'
import { SimpleGrid, Skeleton, Stack } from '@mantine/core'
import { Suspense } from 'react'
import {
  Entitlements,
  Installation,
  Subscription,
  type EntitlementFields,
  type SubscriptionData,
} from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { lazyPart } from '../../session/load-part.js'
import { isServed } from '../../session/config.js'
import { useSession } from '../../session/session-context.js'
import { EventList } from '../../ui/event-list.js'
import { count, date, day, duration, money } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Section } from '../../ui/panel.js'
import { costText, planLineOf } from '../../ui/plan-price.js'
import { Tile } from '../../ui/tile.js'
import { homeWords } from '../../words/en/home.js'
import { isCounted } from '../usage/is-counted.js'
import { useAccount } from './account-pages.js'

const UsageHistory = lazyPart(() => import('../usage/usage-history.js'), 'UsageHistory')
const FirstSteps = lazyPart(() => import('../welcome/first-steps.js'), 'FirstSteps')

/** Heights while the parts are loading, in pixels. */
const TILE = 118
const CHART = 445
const STEPS = 236

/** Kinds of features that count objects, such as deployments. */
const OBJECTS: readonly string[] = ['LIMIT']

/** Tiles of the first page. */
const TILES = 4

/** The first page of an account: its plan, what is left, what was used, and what happened. */
export function Home() {
  const account = useAccount()
  const { config } = useSession()
  const subscription = useOperation(Subscription, { account }).data?.account
  const entitlements = useOperation(Entitlements, { account }).data?.account?.usage?.entitlements
  const hasChart = entitlements?.some(isCounted)
  const steps = config.sandboxSignIn && (
    <Suspense fallback={<Section children={<Skeleton height={STEPS} />} />}>
      <FirstSteps isPanel />
    </Suspense>
  )
  const activity = <EventList account={account} title={homeWords.activity} count={6} />
  return (
    <Stack>
      <PageHeading>{homeWords.title}</PageHeading>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        {subscription ? <BillingTiles account={subscription} /> : <LoadingTiles />}
        {entitlements ? <FeatureTiles account={account} entitlements={entitlements} /> : <LoadingTiles />}
      </SimpleGrid>
      <div className="columns">
        {entitlements ? (
          hasChart ? (
            <Suspense fallback={<Skeleton height={CHART} />}>
              <UsageHistory account={account} entitlements={entitlements} isSummary />
            </Suspense>
          ) : (
            activity
          )
        ) : (
          <Skeleton height={CHART} />
        )}
        {entitlements && (hasChart || steps) && (
          <Stack className="settling">
            {hasChart && activity}
            {/* Its place is known with the activity. */}
            <div className="settled">{steps}</div>
          </Stack>
        )}
      </div>
    </Stack>
  )
}

const LoadingTiles = () => (
  <>
    <Skeleton height={TILE} radius="md" />
    <Skeleton height={TILE} radius="md" />
  </>
)

function BillingTiles({ account }: { readonly account: NonNullable<SubscriptionData['account']> }) {
  const { upcomingInvoice: upcoming, paymentMethod: method } = account.billing?.subscription ?? {}
  return (
    <>
      <Tile
        name={homeWords.plan}
        icon={IconPackage}
        value={account.plan.planVersion.plan.name}
        note={planNote(account)}
        isUrgent={Boolean(account.billing?.subscription?.graceEndsAt)}
        to={`/a/${account.id}/plans`}
      />
      {isServed(`/a/${account.id}/billing`) && (
        <Tile
          name={homeWords.next}
          icon={IconReceipt}
          value={upcoming ? money(upcoming.amountDue) : '–'}
          note={upcoming ? [day(upcoming.invoicedAt), method?.label].filter(Boolean).join(', ') : homeWords.noNext}
          isQuiet={!upcoming}
          to={`/a/${account.id}/billing`}
        />
      )}
    </>
  )
}

function planNote({ billing }: NonNullable<SubscriptionData['account']>): string | undefined {
  const subscription = billing?.subscription
  if (!subscription) return isServed('/return') ? homeWords.noSubscription : undefined
  const { graceEndsAt, cancelAt, trialEndsAt, status, pause } = subscription
  const line = planLineOf(subscription)
  if (graceEndsAt) return homeWords.pastDue
  if (cancelAt) return homeWords.ends(date(cancelAt))
  if (pause && !pause.resumed) return homeWords.paused
  if (trialEndsAt && status === 'TRIALING') return homeWords.trial(date(trialEndsAt))
  return line && status !== 'INCOMPLETE' ? costText(line) : undefined
}

const timeBetween = (now: string, end: string): string => duration((Date.parse(end) - Date.parse(now)) / 1000)

interface FeatureTilesProps {
  readonly account: string
  readonly entitlements: readonly EntitlementFields[]
}

/** The units left of the features that are counted, in the order of the part that is used. */
function FeatureTiles({ account, entitlements }: FeatureTilesProps) {
  const now = useOperation(Installation, {}).data?.installation.clock.now
  const counted = entitlements.filter(({ feature, granted }) => feature.kind !== 'BOOLEAN' && granted)
  const shown = counted
    .toSorted((one, other) => (other.percent ?? -1) - (one.percent ?? -1))
    .slice(0, TILES - (isServed(`/a/${account}/billing`) ? 2 : 1))
  return shown.map(({ id, feature, unlimited, limit, remaining, resetsAt }) => (
    <Tile
      key={id}
      name={homeWords.left(feature.name)}
      icon={OBJECTS.includes(feature.kind) ? IconServer : IconMeter}
      value={unlimited ? homeWords.unlimited : count(remaining ?? 0)}
      note={
        unlimited ? undefined : homeWords.of(count(limit ?? 0), now && resetsAt ? timeBetween(now, resetsAt) : null)
      }
      to={`/a/${account}/usage`}
    />
  ))
}
