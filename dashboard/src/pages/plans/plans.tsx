import { Button, Skeleton, Stack, TextInput } from '@mantine/core'
import { Navigate, useNavigate } from '@tanstack/react-router'
import { Suspense, useEffect, useRef, useState } from 'react'
import { PlanOffers, Plans, PlanVersionFeatures, Subscription, Viewer } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useCheckout, useOperation } from '@stackgate/react/hooks'
import { DenialCard } from '../../ui/denial-card.js'
import { intervalKey } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel, PanelContent, Section } from '../../ui/panel.js'
import { keptText, planLineOf, priceChange } from '../../ui/plan-price.js'
import { words } from '../../words/en.js'
import { useAccount } from '../account/account-pages.js'
import { CurrentPlan } from './current-plan.js'
import { isAboutCode } from '../../ui/is-about-code.js'
import { FreeButton, OfferButton } from './offer-button.js'
import { asHeld, PlanList, priceOf, quantityOf, useChoices, type Choices, type Plan } from './plan-list.js'
import { lazyPart } from '../../session/load-part.js'

const NegotiatedOffers = lazyPart(() => import('./negotiated-offers.js'), 'NegotiatedOffers')
const Packages = lazyPart(() => import('./packages.js'), 'Packages')
const PlanComparison = lazyPart(() => import('../../ui/plan-comparison.js'), 'PlanComparison')
const CancelDialog = lazyPart(() => import('../billing/cancel-dialog.js'), 'CancelDialog')
const ChangePlanDialog = lazyPart(() => import('../../ui/change-plan-dialog.js'), 'ChangePlanDialog')

/** Plans for visitors: prices, and the way to sign in. A person who is signed in gets the plans of the own account. */
export function PublicPlans() {
  const { session } = useSession()
  const choices = useChoices()
  const plans = usePlans(choices)
  const viewer = useOperation(Viewer, {}, { enabled: session !== null })
  const navigate = useNavigate()
  const account = viewer.data?.viewer?.account.id
  if (session && account) return <Navigate to="/a/$account/plans" params={{ account }} replace />
  return (
    <Stack>
      <PageHeading>{words.plans.title}</PageHeading>
      <PanelContent query={plans} height={320}>
        {({ plans: found }) => (
          <PlanList
            plans={found}
            choices={choices}
            button={(plan) => (
              <Button
                variant={plan === found.find(({ prices }) => prices.length > 0) ? 'filled' : 'default'}
                onClick={() => void navigate({ to: '/' })}
              >
                {plan.prices.length > 0 ? words.plans.signIn : words.plans.startFree}
              </Button>
            )}
          />
        )}
      </PanelContent>
      {plans.data && <Comparison plans={plans.data.plans} choices={choices} />}
    </Stack>
  )
}

/** The plans for sale, with prices of use in the chosen currency. */
const usePlans = ({ currency }: Pick<Choices, 'currency'>) =>
  useOperation(Plans, currency ? { currencyOfUse: currency } : {}, { keepsPrevious: true })

interface ComparisonProps {
  readonly plans: readonly Plan[]
  readonly choices: Choices
  readonly current?: string | undefined
}

/** Every feature of the plans, with the prices of the chosen interval and currency. */
const Comparison = ({ plans, choices, current }: ComparisonProps) => (
  <Suspense fallback={<Section title={words.plans.compare} isBusy children={<Skeleton height={COMPARISON} />} />}>
    <Section title={words.plans.compare}>
      <PlanComparison current={current} plans={plans.map((plan) => ({ ...plan, price: priceOf(plan, choices) }))} />
    </Section>
  </Suspense>
)

/** Height of the comparison while it is loading, in pixels. */
const COMPARISON = 320

/** Height of the plan of an account with its price and its next invoice, in pixels. */
const CURRENT_PLAN = 70

/** Plans for an account: what each would mean for it. */
export function AccountPlans() {
  const account = useAccount()
  const subscription = useOperation(Subscription, { account })
  const running = subscription.data?.account?.billing?.subscription
  const line = running && planLineOf(running)
  const billed = line
    ? { interval: line.price.interval, quantity: line.quantity, currency: line.price.money.currency }
    : null
  const choices = useChoices(billed)
  const version = useOperation(PlanVersionFeatures, { id: running?.planVersion.id ?? '' }, { enabled: !!running })
  const plans = usePlans(choices)
  const isOffered = plans.data?.plans.every(
    ({ prices }) =>
      prices.length === 0 ||
      prices.some(({ interval }) => intervalKey(interval) === intervalKey(choices.interval ?? null)),
  )
  const offers = useOperation(
    PlanOffers,
    {
      account,
      ...(isOffered && choices.interval ? { interval: choices.interval } : {}),
      lifetime: choices.interval === null,
    },
    { keepsPrevious: true },
  )
  const start = useCheckout({ accountId: account })
  const [changeTo, setChangeTo] = useState<Plan | null>(null)
  /** The free plan that follows a cancellation. */
  const [cancelsTo, setCancelsTo] = useState<Plan | null>(null)
  const [promotionCode, setPromotionCode] = useState('')
  const [hasCode, setHasCode] = useState(false)
  const codeProblem = start.denial && isAboutCode(start.denial) ? start.denial.message : null
  const codeField = useRef<HTMLInputElement>(null)
  // On a phone the field is above the button that was pressed.
  useEffect(() => {
    if (start.denial && isAboutCode(start.denial)) codeField.current?.focus()
  }, [start.denial])
  /** The plan that the account has, for another interval or quantity. */
  const isAdjusted = (plan: Plan) =>
    billed !== null &&
    (intervalKey(priceOf(plan, choices)?.interval ?? null) !== intervalKey(billed.interval) ||
      quantityOf(plan, choices) !== billed.quantity)
  /** A plan whose payment takes days: until it arrives, no other one can be chosen. */
  const arriving = subscription.data?.account?.billing?.pendingPlans.find(({ status }) =>
    SLOW_PAYMENTS.includes(status),
  )
  const isPresentPrice = intervalKey(choices.interval ?? null) === intervalKey(billed?.interval ?? null)
  const shown =
    plans.data?.plans.map((plan) => (running ? asHeld(plan, running, version.data?.node, choices) : plan)) ?? []
  const currentId = subscription.data?.account?.plan.planVersion.plan.id
  const offerOf = (plan: Plan) => offers.data?.plans.find(({ id }) => id === plan.id)?.offer ?? null
  /** The next larger plan. */
  const offered = shown.find((plan) => ['SUBSCRIBE', 'UPGRADE'].includes(offerOf(plan)?.action ?? ''))
  const negotiated = subscription.data?.account?.billing?.negotiatedPlans.nodes ?? []
  const mayManage = subscription.data?.account?.viewerCan.includes('BILLING_MANAGE') ?? false
  // Cards that were shown before would change their prices and their buttons a moment later.
  const isKnown = !subscription.isPending && !offers.isPending && !(running && version.isPending)

  return (
    <Stack className="settling">
      <PageHeading>{words.plans.title}</PageHeading>
      <Panel query={subscription} height={CURRENT_PLAN}>
        {(data) => <CurrentPlan data={data} height={CURRENT_PLAN} />}
      </Panel>
      {negotiated.length > 0 && (
        <Suspense>
          <NegotiatedOffers account={account} plans={negotiated} hasSubscription={!!running} />
        </Suspense>
      )}
      {start.denial && !codeProblem && (
        <DenialCard key={start.denial.message} denial={start.denial} account={account} />
      )}
      <Panel query={isKnown ? plans : { ...plans, data: undefined }} height={320}>
        {() => (
          <PlanList
            plans={shown}
            choices={choices}
            current={currentId}
            change={running && isPresentPrice ? priceChange(running) : null}
            hasCurrency={!!running}
            button={(plan) =>
              arriving ? (
                <Button variant="default" disabled>
                  {arriving.plan.id === plan.id ? words.plans.arriving : words.plans.start(plan.name)}
                </Button>
              ) : running && mayManage && isFree(plan, shown) ? (
                <FreeButton plan={plan} subscription={running} onCancel={() => setCancelsTo(plan)} />
              ) : (
                <OfferButton
                  plan={plan}
                  trialDays={priceOf(plan, choices)?.trialDays ?? 0}
                  offer={offerOf(plan)}
                  account={account}
                  isBusy={start.isPending}
                  kept={running ? keptText(running) : plan.name}
                  isAdjusted={isAdjusted(plan)}
                  isPrimary={plan.id === offered?.id}
                  onStart={() =>
                    start.mutate({
                      plan: plan.code,
                      interval: priceOf(plan, choices)?.interval ?? undefined,
                      lifetime: priceOf(plan, choices)?.interval === null,
                      quantity: quantityOf(plan, choices),
                      currency: choices.currency ?? undefined,
                      promotionCode: promotionCode || undefined,
                    })
                  }
                  onChange={() => setChangeTo(plan)}
                />
              )
            }
          />
        )}
      </Panel>
      {!running && isKnown && mayManage && !hasCode && (
        <Button variant="subtle" size="compact-sm" w="fit-content" onClick={() => setHasCode(true)}>
          {words.plans.havePromotionCode}
        </Button>
      )}
      {!running && isKnown && mayManage && hasCode && (
        <TextInput
          ref={codeField}
          autoFocus
          label={words.plans.promotionCode}
          description={words.plans.promotionHint}
          value={promotionCode}
          error={codeProblem}
          maxLength={100}
          autoComplete="off"
          maw={320}
          // The red of an error is too light for text.
          styles={{
            input: { color: 'var(--mantine-color-text)' },
            error: { color: 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))' },
          }}
          onChange={(event) => setPromotionCode(event.currentTarget.value.trim())}
        />
      )}
      {/* Their heights are known with their content: they appear together. */}
      {isKnown && plans.data && (
        <Stack className="settled">
          <Comparison plans={shown} choices={choices} current={currentId} />
          <Suspense>
            <Packages account={account} subscription={running ?? null} />
          </Suspense>
        </Stack>
      )}
      {cancelsTo && subscription.data?.account && (
        <Suspense>
          <CancelDialog account={subscription.data.account} next={cancelsTo} onClose={() => setCancelsTo(null)} />
        </Suspense>
      )}
      {changeTo && (
        <Suspense>
          <ChangePlanDialog
            account={account}
            plan={changeTo}
            interval={priceOf(changeTo, choices)?.interval ?? null}
            quantity={priceOf(changeTo, choices)?.per ? quantityOf(changeTo, choices) : null}
            onClose={() => setChangeTo(null)}
          />
        </Suspense>
      )}
    </Stack>
  )
}

/** True for the plan that an account has without a subscription. */
const isFree = ({ prices, group, rank }: Plan, plans: readonly Plan[]): boolean =>
  prices.length === 0 && plans.every((other) => other.group !== group || other.rank >= rank)

/** States of a payment that takes days. */
const SLOW_PAYMENTS: readonly string[] = ['PROCESSING', 'IN_REVIEW']
