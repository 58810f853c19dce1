import { Badge, Button, Card, Group, List, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import {
  PlanOffers,
  Plans,
  ResumeSubscription,
  Subscription,
  Viewer,
  type PlansData,
  type PlanOffersData,
  type SubscriptionData,
} from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '../../session/use-operation.js'
import { DenialCard } from '../../ui/denial-card.js'
import { date, money, priceUnit } from '../../ui/format.js'
import { LiveBadge } from '../../ui/live-badge.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel, PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { useAccount } from '../account/account-pages.js'
import { ChangePlanDialog } from './change-plan-dialog.js'
import { useStartSubscription } from './use-start-subscription.js'

type Plan = PlansData['plans'][number]
type Offer = NonNullable<PlanOffersData['plans'][number]['offer']>

/** Plans for visitors: prices, and the way to sign in. A person who is signed in gets the plans of the own account. */
export function PublicPlans() {
  const { session } = useSession()
  const plans = useOperation(Plans, {})
  const viewer = useOperation(Viewer, {}, { enabled: session !== null })
  const navigate = useNavigate()
  const account = viewer.data?.viewer?.account.id
  if (session && account) return <Navigate to="/a/$account/plans" params={{ account }} replace />
  return (
    <>
      <PageHeading>{words.plans.title}</PageHeading>
      <PanelContent query={plans} height={320}>
        {({ plans: found }) => (
          <PlanList
            plans={found}
            button={() => <Button onClick={() => void navigate({ to: '/' })}>{words.plans.signIn}</Button>}
          />
        )}
      </PanelContent>
    </>
  )
}

/** Plans for an account: what each would mean for it. */
export function AccountPlans() {
  const account = useAccount()
  const plans = useOperation(Plans, {})
  const offers = useOperation(PlanOffers, { account })
  const subscription = useOperation(Subscription, { account })
  const start = useStartSubscription(account)
  const [changeTo, setChangeTo] = useState<Plan | null>(null)
  const offerOf = (plan: Plan) => offers.data?.plans.find(({ id }) => id === plan.id)?.offer ?? null

  return (
    <Stack>
      <PageHeading side={<LiveBadge />}>{words.plans.title}</PageHeading>
      <PanelContent query={subscription} height={28}>
        {(data) => <CurrentPlan data={data} />}
      </PanelContent>
      {start.denial && <DenialCard key={start.denial.message} denial={start.denial} account={account} />}
      <Panel query={plans} height={320}>
        {({ plans: found }) => (
          <PlanList
            plans={found}
            current={subscription.data?.account?.plan.planVersion.plan.id}
            button={(plan, interval) => (
              <OfferButton
                plan={plan}
                offer={offerOf(plan)}
                account={account}
                isBusy={start.isPending}
                onStart={() => start.run({ plan: plan.code, interval })}
                onChange={() => setChangeTo(plan)}
              />
            )}
          />
        )}
      </Panel>
      {changeTo && <ChangePlanDialog account={account} plan={changeTo} onClose={() => setChangeTo(null)} />}
    </Stack>
  )
}

function CurrentPlan({ data: { account } }: { readonly data: SubscriptionData }) {
  if (!account) return null
  const { plan, subscription } = account
  const until = subscription?.currentPeriodEnd ?? plan.dateEnd
  return (
    <Text>
      {words.plans.yours(plan.planVersion.plan.name)} {until && words.plans.until(date(until))}
    </Text>
  )
}

interface PlanListProps {
  readonly plans: readonly Plan[]
  readonly current?: string | undefined
  readonly button: (plan: Plan, interval: string) => React.ReactNode
}

function PlanList({ plans, current, button }: PlanListProps) {
  const intervals = [...new Set(plans.flatMap(({ prices }) => prices.map(({ interval }) => interval)))]
  const [interval, setInterval] = useState<string>(intervals[0] ?? 'MONTH')
  if (plans.length === 0) return <Text>{words.plans.none}</Text>
  return (
    <Stack>
      {intervals.length > 1 && (
        <SegmentedControl
          aria-label={words.plans.intervals['label']}
          value={interval}
          onChange={setInterval}
          data={intervals.map((value) => ({ value, label: words.plans.intervals[value] ?? value }))}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: Math.min(4, plans.length) }}>
        {plans.map((plan) => (
          <PlanCard
            key={plan.id}
            plan={plan}
            interval={interval}
            isCurrent={plan.id === current}
            button={button(plan, interval)}
          />
        ))}
      </SimpleGrid>
    </Stack>
  )
}

interface PlanCardProps {
  readonly plan: Plan
  readonly interval: string
  readonly isCurrent: boolean
  readonly button: React.ReactNode
}

function PlanCard({ plan, interval, isCurrent, button }: PlanCardProps) {
  const price = plan.prices.find((each) => each.interval === interval) ?? plan.prices[0]
  const bullets = plan.bullets.length > 0 ? plan.bullets : plan.features.flatMap(({ text }) => (text ? [text] : []))
  return (
    <Card component="section" withBorder padding="md" aria-label={plan.name}>
      <Stack gap="sm" h="100%">
        <Group justify="space-between">
          <Title order={2} size="h4">
            {plan.name}
          </Title>
          {isCurrent && (
            <Badge color="green" variant="light">
              {words.plans.current}
            </Badge>
          )}
        </Group>
        <div>
          <Text size="xl" fw={700}>
            {price ? money(price.money) : words.plans.free}
          </Text>
          <Text size="sm" c="dimmed">
            {price && priceUnit(price)}
          </Text>
        </div>
        {plan.description && <Text size="sm">{plan.description}</Text>}
        <List size="sm" style={{ flex: 1 }}>
          {bullets.map((bullet) => (
            <List.Item key={bullet}>{bullet}</List.Item>
          ))}
        </List>
        {button}
      </Stack>
    </Card>
  )
}

interface OfferButtonProps {
  readonly plan: Plan
  readonly offer: Offer | null
  readonly account: string
  readonly isBusy: boolean
  readonly onStart: () => void
  readonly onChange: () => void
}

function OfferButton({ plan, offer, account, isBusy, onStart, onChange }: OfferButtonProps) {
  const resume = useAction(ResumeSubscription)
  if (!offer || offer.action === 'NONE') return null
  if (offer.action === 'CURRENT') return null
  if (offer.denial && offer.denial.code !== 'SUBSCRIPTION_CONFLICT')
    return <DenialCard denial={offer.denial} account={account} />
  if (offer.action === 'KEEP')
    return (
      <Button variant="default" loading={resume.isPending} onClick={() => resume.run({ accountId: account })}>
        {words.plans.resume}
      </Button>
    )
  const trialDays = plan.prices[0]?.trialDays ?? 0
  if (offer.action === 'SUBSCRIBE')
    return (
      <Button disabled={isBusy} onClick={onStart}>
        {trialDays ? words.plans.trial(trialDays) : words.plans.start(plan.name)}
      </Button>
    )
  return (
    <Button variant={offer.action === 'UPGRADE' ? 'filled' : 'default'} onClick={onChange}>
      {offer.action === 'UPGRADE' ? words.plans.upgrade(plan.name) : words.plans.downgrade(plan.name)}
    </Button>
  )
}
