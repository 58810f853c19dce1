import './billing.css'
import { Button, Group, Stack, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { OpenBillingPortal, ResumeSubscription, Subscription, type SubscriptionData } from '@stackgate/client/documents'
import { lazyPart } from '../../session/load-part.js'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { OutcomeText } from '../../ui/dialogs.js'
import { discountText } from '../../ui/discounts.js'
import { date, money } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { planCost } from '../../ui/plan-price.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { words } from '../../words/en.js'
import { openChargeWords } from '../../words/en/open-charges.js'
import { discountWords } from '../../words/en/discounts.js'
import { pauseWords } from '../../words/en/pauses.js'
import { useAccount } from '../account/account-pages.js'
import { BillingDetails } from './billing-details.js'
import { Calendar } from './calendar.js'
import { CreditTable } from './credit-table.js'
import { Payments } from './payments.js'
import { PendingPlans } from './pending-plans.js'
import { isUnpaid } from './is-unpaid.js'
import { useUnpaidInvoice } from './use-unpaid-invoice.js'

const AutoTopUps = lazyPart(() => import('./auto-top-ups.js'), 'AutoTopUps')
const CancelDialog = lazyPart(() => import('./cancel-dialog.js'), 'CancelDialog')
const PauseButton = lazyPart(() => import('./pause.js'), 'PauseButton')
const BalanceAlerts = lazyPart(() => import('./balance-alerts.js'), 'BalanceAlerts')

const texts = words.pastDue

type BillingAccount = NonNullable<SubscriptionData['account']>

/** Height of a subscription with one line and a saved payment method, in pixels. */
const DETAILS_HEIGHT = 131

/** The next invoice and everything that was paid, with the plan, the credits and what buys by itself at the side. */
export function Billing() {
  const account = useAccount()
  const subscription = useOperation(Subscription, { account })
  return (
    <Stack className="settling">
      <PageHeading>{words.billing.title}</PageHeading>
      <div className="columns main-and-side">
        <Stack className="first">
          <Panel title={words.billing.plan} query={subscription} height={DETAILS_HEIGHT}>
            {({ account: found }) => found && <PlanDetails account={found} />}
          </Panel>
          <Calendar account={account} subscription={subscription.data?.account?.billing?.subscription ?? null} />
        </Stack>
        <Stack>
          <Panel title={words.billing.next} query={subscription} height={DETAILS_HEIGHT}>
            {({ account: found }) => found && <NextInvoice account={found} />}
          </Panel>
          {/* Their heights are known with their content: they appear together. */}
          <div className="settled">
            <Payments
              account={account}
              isPastDue={Boolean(subscription.data?.account?.billing?.subscription?.graceEndsAt)}
            />
          </div>
        </Stack>
        <Stack>
          <Stack className="settled">
            <BillingDetails account={account} />
            <CreditTable account={account} />
          </Stack>
          {/* Not every catalog has them: at the end they move nothing when they appear. */}
          <Suspense>
            <AutoTopUps account={account} />
            <BalanceAlerts account={account} />
          </Suspense>
        </Stack>
      </div>
    </Stack>
  )
}

function PlanDetails({ account }: { readonly account: BillingAccount }) {
  const navigate = useNavigate()
  const { billing, plan } = account
  const subscription = billing?.subscription
  const isAwaited = subscription?.status === 'INCOMPLETE'
  const unpaid = useUnpaidInvoice(account.id, isUnpaid(subscription))
  const [isCanceling, setCanceling] = useState(false)
  const resume = useAction(ResumeSubscription)
  const mayManage = account.viewerCan.includes('BILLING_MANAGE')
  const pause = subscription?.pause
  const isPaused = Boolean(pause && (!pause.resumed || subscription?.status === 'PAUSED'))
  const canPause = !pause && billing?.supportedActions.includes('PAUSE')
  return (
    <Stack gap="xs" align="flex-start">
      <Group>
        <Text fw={500}>{plan.planVersion.plan.name}</Text>
        {subscription && <StatusBadge state={subscription.status} />}
      </Group>
      {subscription ? <Text>{planCost(subscription)}</Text> : <Text>{words.billing.none}</Text>}
      {subscription?.graceEndsAt ? (
        <Text>{unpaid ? texts.since(date(unpaid.createdAt)) : texts.failed(subscription.plan.name)}</Text>
      ) : isAwaited ? (
        <Text>{texts.awaited(subscription.plan.name, unpaid ? money(unpaid.amountDue) : null)}</Text>
      ) : subscription?.cancelAt ? (
        <Text>{words.billing.ends(date(subscription.cancelAt))}</Text>
      ) : subscription?.pause ? (
        <PauseText subscription={subscription} pause={subscription.pause} />
      ) : subscription?.trialEndsAt && subscription.status === 'TRIALING' ? (
        <Text>{words.billing.trialEnds(date(subscription.trialEndsAt))}</Text>
      ) : (
        subscription?.currentPeriodEnd && <Text>{words.billing.renews(date(subscription.currentPeriodEnd))}</Text>
      )}
      {subscription?.discounts.map((discount, at) => (
        <Text key={at}>{discountText(discount)}</Text>
      ))}
      <PendingPlans pending={account.billing?.pendingPlans ?? []} mayManage={mayManage} />
      <Group gap="xs">
        <Button variant="default" onClick={() => void navigate({ to: `/a/${account.id}/plans` })}>
          {words.billing.seePlans}
        </Button>
        {mayManage && subscription?.cancelAt && (
          <Button loading={resume.isPending} onClick={() => resume.run({ accountId: account.id })}>
            {words.billing.resume}
          </Button>
        )}
        {mayManage && subscription && !subscription.cancelAt && (
          <Button variant="subtle" color="gray" aria-haspopup="dialog" onClick={() => setCanceling(true)}>
            {words.billing.cancel}
          </Button>
        )}
        {mayManage && subscription && !subscription.cancelAt && (isPaused || canPause) && (
          <Suspense>
            <PauseButton account={account} isPaused={isPaused} />
          </Suspense>
        )}
      </Group>
      <OutcomeText outcome={resume} account={account.id} />
      {isCanceling && (
        <Suspense>
          <CancelDialog account={account} onClose={() => setCanceling(false)} />
        </Suspense>
      )}
    </Stack>
  )
}

interface PauseTextProps {
  readonly subscription: Pick<
    NonNullable<NonNullable<BillingAccount['billing']>['subscription']>,
    'status' | 'currentPeriodEnd'
  >
  readonly pause: NonNullable<NonNullable<NonNullable<BillingAccount['billing']>['subscription']>['pause']>
}

/** A pause: its end, and until when the plan can be used. */
function PauseText({ subscription: { status, currentPeriodEnd }, pause }: PauseTextProps) {
  if (pause.resumed) return currentPeriodEnd && <Text>{pauseWords.awaitsPayment(date(currentPeriodEnd))}</Text>
  const isUsable = status !== 'PAUSED' && !pause.keepsAccess
  return (
    <>
      <Text>{pauseWords.paused(pause.resumesAt && date(pause.resumesAt))}</Text>
      {isUsable && <Text size="sm">{pauseWords.usableUntil(date(pause.paidUntil))}</Text>}
    </>
  )
}

function NextInvoice({ account }: { readonly account: BillingAccount }) {
  const upcoming = account.billing?.subscription?.upcomingInvoice
  const isPastDue = Boolean(account.billing?.subscription?.graceEndsAt)
  const unpaid = useUnpaidInvoice(account.id, isPastDue)
  const method = account.billing?.subscription?.paymentMethod
  const days = account.billing?.subscription?.daysUntilDue
  const paid = days ? words.billing.dueAfter(days) : method && words.billing.paidWith(method.label)
  const portal = useAction(OpenBillingPortal, (result) => {
    location.assign(result.url!)
  })
  return (
    <Stack gap="md">
      {unpaid && (
        <Group justify="space-between">
          <div>
            <Text className="figure-text" c="var(--mantine-color-error)">
              {money(unpaid.amountDue)}
            </Text>
            <Text size="sm" c="var(--mantine-color-error)">
              {texts.since(date(unpaid.createdAt))}
            </Text>
          </div>
          {unpaid.paymentUrl && (
            <Button component="a" href={unpaid.paymentUrl} color="red">
              {words.billing.pay}
            </Button>
          )}
        </Group>
      )}
      {unpaid && upcoming ? (
        <Text size="sm" c="dimmed">
          {texts.next(money(upcoming.amountDue), date(upcoming.invoicedAt))}
        </Text>
      ) : upcoming ? (
        <>
          <div>
            <Text className="figure-text">{money(upcoming.amountDue)}</Text>
            <Text size="sm" c="dimmed">
              {words.billing.dueOn(date(upcoming.invoicedAt))}
            </Text>
          </div>
          <InvoiceLines invoice={upcoming} />
        </>
      ) : (
        <Text>{words.billing.noNext}</Text>
      )}
      {account.billing && <OpenCharges {...account.billing} />}
      {(paid || account.billing?.portalAvailable) && (
        <Group justify="space-between">
          <Text size="sm">{paid}</Text>
          {account.billing?.portalAvailable && (
            <Button
              variant="default"
              loading={portal.isPending}
              onClick={() => portal.run({ accountId: account.id, returnUrl: location.href })}
            >
              {words.billing.portal}
            </Button>
          )}
        </Group>
      )}
      <OutcomeText outcome={portal} account={account.id} />
    </Stack>
  )
}

/** Use that the next invoices have in addition, and what of it is invoiced already. */
function OpenCharges({
  openCharges,
  overageThreshold,
}: Pick<NonNullable<BillingAccount['billing']>, 'openCharges' | 'overageThreshold'>) {
  return (
    <>
      {openCharges.map(({ description, cost, invoiced }) => (
        <Text size="sm" key={description}>
          {openChargeWords.cost(money(cost), description)}
          {Number(invoiced.decimal) > 0 && ` ${openChargeWords.invoiced(money(invoiced))}`}
        </Text>
      ))}
      {overageThreshold && <Text size="sm">{openChargeWords.threshold(money(overageThreshold))}</Text>}
    </>
  )
}

type Upcoming = NonNullable<NonNullable<NonNullable<BillingAccount['billing']>['subscription']>['upcomingInvoice']>

/** The lines of an invoice with their amounts below each other, and what is due of their sum. */
function InvoiceLines({ invoice: { lines, discount, tax, total, amountDue } }: { readonly invoice: Upcoming }) {
  const isPartlyPaid = total.decimal !== amountDue.decimal
  return (
    <table className="invoice-lines" aria-label={words.billing.lines}>
      <tbody>
        {lines.map((line) => (
          <tr key={line.description}>
            <td>{line.description}</td>
            <td>{money(line.money)}</td>
          </tr>
        ))}
        {discount && (
          <tr>
            <td>{discountWords.discount}</td>
            <td>{money({ ...discount, decimal: `-${discount.decimal}` })}</td>
          </tr>
        )}
        {tax && Number(tax.decimal) > 0 && (
          <tr>
            <td>{words.billing.tax}</td>
            <td>{money(tax)}</td>
          </tr>
        )}
        {isPartlyPaid && (
          <tr>
            <td>{words.billing.total}</td>
            <td>{money(total)}</td>
          </tr>
        )}
        <tr className="sum">
          <td>{words.billing.due}</td>
          <td>{money(amountDue)}</td>
        </tr>
      </tbody>
    </table>
  )
}
