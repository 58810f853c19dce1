import { Button, Stack, Text } from '@mantine/core'
import { ResumeSubscription, type PlanOffersData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { DenialCard } from '../../ui/denial-card.js'
import { date, money } from '../../ui/format.js'
import type { AccountSubscription } from '../../ui/plan-price.js'
import { words } from '../../words/en.js'
import type { Plan } from './plan-list.js'

type Offer = NonNullable<PlanOffersData['plans'][number]['offer']>

interface FreeButtonProps {
  readonly plan: Plan
  readonly subscription: AccountSubscription
  readonly onCancel: () => void
}

/** A plan without a price follows the end of the subscription. */
export function FreeButton({ plan, subscription: { cancelAt, status }, onCancel }: FreeButtonProps) {
  if (cancelAt) return <Text size="sm">{words.plans.scheduled(plan.name, date(cancelAt))}</Text>
  if (status === 'INCOMPLETE') return null
  return (
    <Button variant="default" aria-haspopup="dialog" onClick={onCancel}>
      {words.plans.downgrade(plan.name)}
    </Button>
  )
}

/** The foot of the plan that the account has. */
export const CurrentButton = () => (
  <Button variant="default" disabled>
    {words.plans.current}
  </Button>
)

interface OfferButtonProps {
  readonly plan: Plan
  /** Trial days of the chosen price. */
  readonly trialDays: number
  readonly offer: Offer | null
  readonly account: string
  readonly isBusy: boolean
  /** Text of the plan or price that stays if the end or the change of the subscription is undone. */
  readonly kept: string
  readonly isAdjusted: boolean
  /** True for the one plan of the page that is offered first. */
  readonly isPrimary: boolean
  readonly onStart: () => void
  readonly onChange: () => void
}

export function OfferButton({
  plan,
  trialDays,
  offer,
  account,
  isBusy,
  kept,
  isAdjusted,
  isPrimary,
  onStart,
  onChange,
}: OfferButtonProps) {
  const resume = useAction(ResumeSubscription)
  if (!offer || offer.action === 'NONE') return null
  if (offer.action === 'CURRENT')
    return isAdjusted ? (
      <Button variant="default" aria-haspopup="dialog" onClick={onChange}>
        {words.plans.adjust}
      </Button>
    ) : (
      <CurrentButton />
    )
  const variant = isPrimary ? 'filled' : 'default'
  if (offer.denial && offer.denial.code !== 'SUBSCRIPTION_CONFLICT')
    return <DenialCard denial={offer.denial} account={account} />
  if (offer.action === 'KEEP')
    return (
      <Button variant="default" loading={resume.isPending} onClick={() => resume.run({ accountId: account })}>
        {words.plans.keep(kept)}
      </Button>
    )
  if (offer.action === 'SUBSCRIBE')
    return (
      <Button variant={variant} disabled={isBusy} onClick={onStart}>
        {trialDays ? words.plans.trial(trialDays) : words.plans.start(plan.name)}
      </Button>
    )
  return (
    <Stack gap={4}>
      {offer.amountNow && (
        <Text size="sm">
          {offer.effectiveAt && Number(offer.amountNow.decimal) === 0
            ? words.plans.changesOn(date(offer.effectiveAt))
            : words.plans.dueNow(money(offer.amountNow))}
        </Text>
      )}
      <Button variant={variant} aria-haspopup="dialog" onClick={onChange}>
        {offer.action === 'UPGRADE' ? words.plans.upgrade(plan.name) : words.plans.downgrade(plan.name)}
      </Button>
    </Stack>
  )
}
