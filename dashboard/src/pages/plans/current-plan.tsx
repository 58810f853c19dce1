import { Group, Stack, Text, Title } from '@mantine/core'
import type { SubscriptionData } from '@stackgate/client/documents'
import { date, money } from '../../ui/format.js'
import { LinkButton } from '../../ui/link-button.js'
import { costText, planCost, priceChange } from '../../ui/plan-price.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { words } from '../../words/en.js'
import { PendingPlans } from '../billing/pending-plans.js'

interface CurrentPlanProps {
  readonly data: SubscriptionData
  /** Least height, in pixels. */
  readonly height: number
}

/** The plan of the account: what it costs, what is charged next, and what changes. */
export function CurrentPlan({ data: { account }, height }: CurrentPlanProps) {
  if (!account) return null
  const { plan } = account
  const subscription = account.billing?.subscription
  const change = subscription?.scheduledChange
  const newTerms = subscription ? priceChange(subscription) : null
  return (
    <Group justify="space-between" align="flex-start" mih={height}>
      <PendingPlans
        pending={account.billing?.pendingPlans ?? []}
        mayManage={account.viewerCan.includes('BILLING_MANAGE')}
      />
      <Stack gap={4}>
        <Group gap="sm">
          <Title order={2} size="h4">
            {words.plans.yours(plan.planVersion.plan.name)}
          </Title>
          {subscription && <StatusBadge state={subscription.status} />}
        </Group>
        {subscription?.items.map((item) => (
          <Text size="sm" key={item.id}>
            {item.product.type === 'PLAN' ? planCost(subscription) : `${item.product.name}: ${costText(item)}`}
          </Text>
        ))}
        <Text size="sm" c="dimmed">
          {nextText(account)}
        </Text>
        {change && (!newTerms || change.promotionCode) && (
          <Text size="sm" fw={500}>
            {!newTerms && words.plans.scheduled(change.planVersion.plan.name, date(change.effectiveAt))}
            {change.promotionCode && ` ${words.plans.redeemed(change.promotionCode)}`}
          </Text>
        )}
      </Stack>
      {subscription && (
        <LinkButton variant="default" to="/a/$account/billing" params={{ account: account.id }}>
          {words.plans.manage}
        </LinkButton>
      )}
    </Group>
  )
}

/** Text of the next event of the plan: its end, or its next invoice. */
function nextText({ plan, usage, billing }: NonNullable<SubscriptionData['account']>): string | null {
  const comp = usage?.compedPlans?.find((one) => plan.complimentary && one.plan.id === plan.planVersion.plan.id)
  if (comp) return words.plans.complimentary(date(comp.endsAt), comp.next.name)
  const subscription = billing?.subscription
  // Its period is not paid yet.
  if (subscription?.status === 'INCOMPLETE') return null
  if (subscription?.cancelAt) return words.billing.ends(date(subscription.cancelAt))
  const upcoming = subscription?.upcomingInvoice
  const next = upcoming && words.plans.next(money(upcoming.amountDue), date(upcoming.invoicedAt))
  if (subscription?.status === 'TRIALING' && subscription.trialEndsAt)
    return [words.billing.trialEnds(date(subscription.trialEndsAt)), next].filter(Boolean).join(' ')
  if (next) return next
  const until = subscription?.currentPeriodEnd ?? plan.endsAt
  return until ? words.plans.paidUntil(date(until)) : null
}
