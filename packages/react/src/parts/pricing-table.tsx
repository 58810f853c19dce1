import { useId, useState, type ReactNode } from 'react'
import { useAccount, useSubscription } from '../hooks/account.js'
import { useCheckout } from '../hooks/checkout.js'
import { useDenial } from '../hooks/denial.js'
import { usePlans, type Plan } from '../hooks/plans.js'
import { textOf } from '../labels.js'
import { useStackgateContext } from '../provider.js'
import type { BillingInterval } from '../types.js'
import { CheckoutProgress, DenialBody } from './denial.js'
import { Button, Failure, Loading, usePart, type Part, type PartProps } from './part.js'
import { PlanChangeDialog } from './plan-change.js'
import { Intervals, intervalsOf, MONTH, PriceText, priceOf, shownTerms } from './price.js'

/** Properties of `PricingTable`. */
export interface PricingTableProps extends PartProps {
  readonly accountId?: string | undefined
  readonly currency?: string | undefined
  /** Replaces the payment: it receives the code of the plan and the interval. Visitors need it, to sign in first. */
  readonly onChoose?: ((plan: string, interval: BillingInterval | null) => unknown) | undefined
}

/** The plans side by side, with prices and a button that fits the account. */
export function PricingTable(props: PricingTableProps): ReactNode {
  const { accountId, currency, onChoose } = props
  const part = usePart(props)
  const { labels, slot, date } = part
  const { accountId: own } = useStackgateContext()
  const [interval, setInterval] = useState<BillingInterval | null>(MONTH)
  const {
    data: plans,
    hasOffers,
    error,
    isPending,
    refetch,
  } = usePlans({ accountId, currency, interval: interval ?? undefined, lifetime: !interval })
  const { data: account } = useAccount(accountId)
  const checkout = useCheckout({ accountId })
  const { resume } = useSubscription(accountId)
  const [changeTo, setChangeTo] = useState<Plan | null>(null)
  const view = useDenial(checkout.denial ?? resume.denial, { accountId })
  const intervals = intervalsOf((plans ?? []).flatMap(({ prices }) => prices))
  const isSignedIn = (accountId ?? own) !== null
  const reason = (account?.viewerCan.includes('BILLING_MANAGE') ?? true) ? null : labels.askOwner
  const choose = (plan: Plan): void => {
    if (onChoose) onChoose(plan.code, interval)
    else if (plan.offer?.action === 'SUBSCRIBE')
      checkout.mutate({ plan: plan.code, ...shownTerms(plan.prices, interval) })
    else setChangeTo(plan)
  }
  const scheduled = account?.billing?.subscription?.scheduledChange
  return (
    <section className={slot('pricing')} aria-label={labels.plans}>
      {isPending ? <Loading part={part} lines={6} /> : null}
      <Failure part={part} error={error} onRetry={refetch} />
      {plans?.length === 0 ? <p>{labels.noPlans}</p> : null}
      {scheduled ? (
        <div className={slot('actions')}>
          <p role="status">{labels.scheduledChange(scheduled.planVersion.plan.name, date(scheduled.effectiveAt))}</p>
          <Button part={part} isBusy={resume.isPending} reason={reason} onClick={() => resume.mutate()}>
            {labels.choosePlan.KEEP(account.plan.planVersion.plan.name)}
          </Button>
        </div>
      ) : null}
      <Intervals part={part} values={intervals} value={interval} onChange={setInterval} />
      {view ? <DenialBody part={part} view={view} /> : null}
      <div className={slot('cards')}>
        {plans?.map((plan) => (
          <Card
            key={plan.code}
            part={part}
            plan={plan}
            interval={interval}
            isBusy={checkout.isPending || (isSignedIn && !hasOffers && !onChoose)}
            reason={reason}
            onChoose={isSignedIn || onChoose ? () => choose(plan) : undefined}
          />
        ))}
      </div>
      <CheckoutProgress part={part} checkout={checkout} />
      <Failure part={part} error={checkout.error ?? resume.error} />
      <PlanChangeDialog
        {...props}
        change={changeTo && { plan: changeTo.code, interval: interval ?? undefined }}
        planName={changeTo?.name}
        onClose={() => setChangeTo(null)}
      />
    </section>
  )
}

interface CardProps {
  readonly part: Part
  readonly plan: Plan
  readonly interval: BillingInterval | null
  readonly isBusy: boolean
  readonly reason: string | null
  readonly onChoose: (() => void) | undefined
}

function Card({ part, plan, interval, isBusy, reason, onChoose }: CardProps): ReactNode {
  const { labels, slot, date } = part
  const heading = useId()
  const { action, effectiveAt, denial } = plan.offer ?? { action: undefined, effectiveAt: null, denial: null }
  // A scheduled change is withdrawn above the cards.
  const isCurrent = action === 'CURRENT' || action === 'KEEP'
  const step = action === undefined || action === 'NONE' || isCurrent ? 'SUBSCRIBE' : action
  const isFree = plan.prices.length === 0
  const blocked = reason ?? (action === 'NONE' ? (denial?.message ?? labels.notForSale) : null)
  const isLater = effectiveAt !== null && action === 'DOWNGRADE'
  return (
    <section className={slot('card', isCurrent ? 'sg-current' : undefined)} aria-labelledby={heading}>
      <h3 id={heading} className={slot('title')}>
        {plan.name}
      </h3>
      <PriceText part={part} price={priceOf(plan.prices, interval)} />
      {plan.description ? <p className={slot('detail')}>{plan.description}</p> : null}
      <ul className={slot('bullets')}>
        {plan.contents.map((content) => (
          <li key={content}>{content}</li>
        ))}
      </ul>
      {isLater ? <p className={slot('detail')}>{labels.startsAt(date(effectiveAt))}</p> : null}
      <div className={slot('actions')}>
        {isCurrent ? (
          <Button part={part} aria-disabled>
            {labels.yourPlan}
          </Button>
        ) : null}
        {onChoose && !isCurrent && !(isFree && step === 'SUBSCRIBE') ? (
          <Button part={part} isPrimary={step !== 'DOWNGRADE'} isBusy={isBusy} reason={blocked} onClick={onChoose}>
            {textOf(labels.choosePlan, step)?.(plan.name) ?? plan.name}
          </Button>
        ) : null}
      </div>
    </section>
  )
}
