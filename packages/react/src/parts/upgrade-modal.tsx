import type { PlanKey, Denial, DenialRemedy } from '@stackgate/client'
import { Installation } from '@stackgate/client/documents'
import { useState, type ReactNode } from 'react'
import { useAccount, usePlanChange } from '../hooks/account.js'
import { useCheckout } from '../hooks/checkout.js'
import { useDenial } from '../hooks/denial.js'
import { useLeaveWhile } from '../hooks/leave.js'
import type { OptionalGateDialogProps } from '../hooks/gate.js'
import { usePlans, type Plan } from '../hooks/plans.js'
import { words } from '../labels.js'
import { useStackgateQuery } from '../query.js'
import type { BillingInterval, PaymentProvider } from '../types.js'
import { CheckoutProgress, DenialBody } from './denial.js'
import { Button, Dialog, Failure, Loading, usePart, type Part, type PartProps } from './part.js'
import { PlanChange } from './plan-change.js'
import { Done } from './terms.js'
import { Intervals, intervalsOf, MONTH, PriceText, priceOf, shownTerms } from './price.js'

/** Choice in an `UpgradeModal`. */
export interface UpgradeChoice {
  readonly plan: PlanKey
  readonly interval: BillingInterval | null
  readonly quantity: number
}

/** Properties of `UpgradeModal`. */
export interface UpgradeModalProps extends PartProps, OptionalGateDialogProps {
  /** Plan to offer, by its code. Default: that of the denial. */
  readonly requiredPlan?: string | { readonly code: string } | undefined
  readonly accountId?: string | undefined
  /** Replaces the payment: the application upgrades the account itself. */
  readonly onUpgrade?: ((choice: UpgradeChoice) => unknown) | undefined
}

/** Offers the plan that an act requires, with its price, and pays it: `<UpgradeModal {...gate.dialogProps} />`. */
export function UpgradeModal(props: UpgradeModalProps): ReactNode {
  const { requiredPlan, denial = null, open = denial !== null, onClose = () => undefined } = props
  const part = usePart(props)
  const { data: plans, error, isPending, refetch } = usePlans({ accountId: props.accountId })
  const code = typeof requiredPlan === 'string' ? requiredPlan : (requiredPlan?.code ?? planOf(denial))
  const plan = plans?.find((each) => each.code === code)
  const view = useDenial(denial, props)
  const { labels } = part
  if (!open) return null
  const name = plan?.name ?? view?.title ?? code ?? ''
  return (
    <Dialog part={part} open title={plan || !view ? labels.upgradeTitle(name) : name} onClose={onClose}>
      {isPending ? <Loading part={part} lines={4} /> : null}
      <Failure part={part} error={error} onRetry={refetch} />
      {plan ? <Offer {...props} key={plan.code} part={part} plan={plan} onClose={onClose} /> : null}
      {plans && !plan && view ? <DenialBody part={part} view={view} isRetrying={props.isRetrying} /> : null}
      {plans && !plan && !view ? <p role="alert">{labels.unknownPlan(code ?? '')}</p> : null}
    </Dialog>
  )
}

/** Code of the plan that lifts a denial. */
function planOf(denial: Denial | null): string | undefined {
  const { requiredPlan } = Object(denial) as { requiredPlan?: { code: string } | null }
  return (denial?.remedies ?? []).map(planIn).find(Boolean) ?? requiredPlan?.code
}

/** Code of the plan in the arguments of a remedy. */
function planIn({ input }: DenialRemedy): string | undefined {
  const { input: fields } = Object(input) as { input?: { plan?: string } }
  return fields?.plan
}

/** Quantity that a denial asks for. */
const quantityOf = (denial: Denial | null): number => denial?.remedies.find(planIn)?.quantity ?? 1

interface OfferProps extends UpgradeModalProps {
  readonly part: Part
  readonly plan: Plan
  readonly onClose: () => void
}

function Offer({
  part,
  plan: listed,
  denial = null,
  accountId,
  onUpgrade,
  onClose,
  isRetrying,
}: OfferProps): ReactNode {
  const { labels, slot } = part
  const [interval, setInterval] = useState<BillingInterval | null>(intervalsOf(listed.prices)[0] ?? MONTH)
  const [quantity, setQuantity] = useState(quantityOf(denial))
  const [provider, setProvider] = useState<PaymentProvider>()
  const { data: account } = useAccount(accountId)
  const checkout = useCheckout({ accountId, onRedirect: useLeaveWhile(true) })
  const change = usePlanChange(accountId)
  const { data: plans, hasOffers } = usePlans({ accountId, ...shownTerms(listed.prices, interval), quantity })
  const plan = plans?.find(({ code }) => code === listed.code) ?? listed
  const current = account?.plan?.planVersion?.plan ?? null
  // After the change, the offer is another one.
  const changes = !onUpgrade && (!!change.data || ['UPGRADE', 'DOWNGRADE'].includes(plan.offer?.action ?? ''))
  const denied = useDenial(checkout.denial ?? plan.offer?.denial ?? null, { accountId })
  const { data: offered } = useStackgateQuery({
    name: 'Installation',
    document: Installation,
    variables: {},
    account: null,
    isPublic: true,
    isEnabled: !changes,
    select: ({ installation }) => installation.providers,
  })
  const price = priceOf(plan.prices, interval)
  const canManage = account?.viewerCan.includes('BILLING_MANAGE') ?? true

  if (current?.code === plan.code) return <Done part={part} text={labels.upgradePaid(plan.name)} onClose={onClose} />

  const units = price?.per ? { quantity } : {}
  const providers = (changes ? null : offered) ?? []
  const shownProvider = provider ?? providers[0]
  const start = (): void => {
    if (onUpgrade) onUpgrade({ plan: plan.code, interval, quantity })
    else
      checkout.mutate({
        plan: plan.code,
        ...shownTerms(plan.prices, interval),
        provider: shownProvider as PaymentProvider | undefined,
        ...units,
      })
  }
  const known = plans?.find(({ code }) => code === current?.code)?.contents ?? []
  const gains = plan.contents.filter((content) => !known.includes(content)).slice(0, 3)
  const isDenied = !checkout.denial && !change.data && !!plan.offer?.denial
  return (
    <>
      <p className={slot('message')}>{labels.upgradeNeeded(plan.name, current?.name ?? null)}</p>
      {denial ? <p className={slot('detail')}>{denial.message}</p> : null}
      <Intervals part={part} values={intervalsOf(plan.prices)} value={interval} onChange={setInterval} />
      <PriceText part={part} price={price} />
      {price?.per ? (
        <label className={slot('field')}>
          {labels.quantity(words(price.per))}
          <input
            type="number"
            min={1}
            value={quantity}
            onChange={({ target }) => setQuantity(Math.max(1, Math.trunc(Number(target.value)) || 1))}
          />
        </label>
      ) : null}
      {providers.length > 1 ? (
        <label className={slot('field')}>
          {labels.provider}
          <select value={shownProvider} onChange={({ target }) => setProvider(target.value as PaymentProvider)}>
            {providers.map((each) => (
              <option key={each} value={each}>
                {labels.providers[each] ?? each}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {price?.trialDays ? <p className={slot('detail')}>{labels.trial(price.trialDays)}</p> : null}
      {plan.offer?.amountNow && !changes ? (
        <p className={slot('detail')}>{labels.dueToday(plan.offer.amountNow.formatted)}</p>
      ) : null}
      {gains.length > 0 ? (
        <>
          <p className={slot('detail')}>{labels.upgradeGets}</p>
          <ul className={slot('bullets')}>
            {gains.map((gain) => (
              <li key={gain}>{gain}</li>
            ))}
          </ul>
        </>
      ) : null}
      {denied && !change.data ? <DenialBody part={part} view={denied} isRetrying={isRetrying} /> : null}
      {changes && canManage && !isDenied ? (
        <PlanChange
          part={part}
          change={change}
          input={{ plan: plan.code, interval: interval ?? undefined, ...units }}
          done={(date) => labels.planChanged(plan.name, date)}
          accountId={accountId}
          onClose={onClose}
        />
      ) : null}
      {isDenied || (changes && canManage) ? null : (
        <div className={slot('actions')}>
          <Button
            part={part}
            isPrimary
            isBusy={checkout.isPending || (!hasOffers && !onUpgrade)}
            reason={canManage ? null : labels.askOwner}
            onClick={start}
          >
            {labels.upgrade(plan.name)}
          </Button>
        </div>
      )}
      <CheckoutProgress part={part} checkout={checkout} isRetrying={isRetrying} />
      <Failure part={part} error={checkout.error} onRetry={start} />
    </>
  )
}
