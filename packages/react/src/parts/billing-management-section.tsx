import { useId, useState, type ReactNode } from 'react'
import { useBillingInfo, useSubscription, type CommunityBillingInfo } from '../hooks/account.js'
import { useCreateCheckoutSession, useCreatePortalSession } from '../hooks/checkout.js'
import { useDenial } from '../hooks/denial.js'
import { words } from '../labels.js'
import { communityAccount } from '../query.js'
import { isUnpaidStatus, unpaidText } from './billing-banner.js'
import { DenialBody, Outcome } from './denial.js'
import { Button, Failure, Loading, usePart, type Part, type PartProps } from './part.js'
import { PricingTable } from './pricing-table.js'
import { CancellationTerms, ConfirmButtons, PauseTerms, ResumptionTerms } from './terms.js'

/** Properties of `BillingManagementSection`. */
export interface BillingManagementSectionProps extends PartProps {
  /** Default: the account of the provider. */
  readonly accountId?: string | undefined
  /** Community of an application, in place of `accountId`. */
  readonly communityId?: string | undefined
  /** Plan to sell. Default: the only paid plan of the catalog. With several, *Upgrade* shows the plans. */
  readonly plan?: string | undefined
  /** ID of the plugin in the page around it, for the return URL. */
  readonly pluginId?: string | undefined
  readonly onRedirect?: ((url: string) => unknown) | undefined
}

/**
 * Plan, status and period of an account, with buttons to upgrade, to manage billing, and to cancel, keep, pause or resume the subscription
 * after a confirmation. Members see the plan without buttons.
 */
export function BillingManagementSection(props: BillingManagementSectionProps): ReactNode {
  const part = usePart(props)
  const heading = useId()
  const account = accountOf(props)
  const { data, error, isPending, refetch } = useBillingInfo(account)
  return (
    <section className={part.slot('card')} aria-labelledby={heading}>
      <h2 id={heading} className={part.slot('title')}>
        {part.labels.billing}
      </h2>
      {isPending ? <Loading part={part} /> : null}
      <Failure part={part} error={error} onRetry={refetch} />
      {data ? <Info {...props} part={part} info={data} /> : null}
    </section>
  )
}

const accountOf = ({ accountId, communityId }: BillingManagementSectionProps): string | undefined =>
  communityId === undefined ? accountId : communityAccount(communityId)

/** Statuses after which a plan is bought again. */
const WITHOUT_SUBSCRIPTION: readonly (string | null)[] = [null, 'canceled', 'incomplete_expired', 'none']

function Info(
  props: BillingManagementSectionProps & { readonly part: Part; readonly info: CommunityBillingInfo },
): ReactNode {
  const { part, info, plan, pluginId, onRedirect } = props
  const accountId = accountOf(props)
  const { labels, slot, date } = part
  const upgrade = useCreateCheckoutSession({ accountId, plan, pluginId, onRedirect })
  const portal = useCreatePortalSession({ accountId, pluginId, onRedirect })
  const denied = useDenial(upgrade.denial ?? portal.denial, { accountId, onRedirect })
  const { cancelAt, currentPeriodEnd, canManage, portalAvailable, subscription } = info
  // The catalog has several paid plans, or none, so that the person chooses.
  const hasChoice = upgrade.error?.code === 'CONFIGURATION'
  const status = info.status?.toLowerCase() ?? null
  const isSubscribed = !WITHOUT_SUBSCRIPTION.includes(status)
  const isUnpaid = isUnpaidStatus(status)
  const pause = subscription?.pause && !subscription.pause.resumed ? subscription.pause : null
  const isResumable = pause !== null || (status === 'paused' && subscription?.pause)
  const canPause = !subscription?.pause && info.account.billing?.supportedActions?.includes('PAUSE')
  const pauses: readonly Act[] = isResumable ? ['resume'] : canPause ? ['pause'] : []
  return (
    <>
      <dl className={slot('list')}>
        <dt>{labels.plan}</dt>
        <dd>{info.plan?.name ?? labels.noPlan}</dd>
        {status && isSubscribed ? (
          <>
            <dt>{labels.status}</dt>
            <dd>{labels.statuses[status] ?? words(status)}</dd>
          </>
        ) : null}
      </dl>
      {isSubscribed && cancelAt ? <p className={slot('detail')}>{labels.endsAt(date(cancelAt))}</p> : null}
      {status === 'trialing' && subscription?.trialEndsAt && !cancelAt ? (
        <p className={slot('detail')}>{labels.trialEnds(date(subscription.trialEndsAt))}</p>
      ) : null}
      {pause ? <p className={slot('detail')}>{labels.paused(pause.resumesAt ? date(pause.resumesAt) : null)}</p> : null}
      {isSubscribed && status !== 'trialing' && !isUnpaid && !cancelAt && !pause && currentPeriodEnd ? (
        <p className={slot('detail')}>{labels.renews(date(currentPeriodEnd))}</p>
      ) : null}
      {isUnpaid ? (
        <p role="alert" className={slot('warning')}>
          {unpaidText(part, info)}
        </p>
      ) : null}
      {denied ? <DenialBody part={part} view={denied} /> : null}
      <div className={slot('actions')}>
        {!canManage ? <span className={slot('detail')}>{labels.membersOnly}</span> : null}
        {canManage && !isSubscribed && !hasChoice ? (
          <Button part={part} isPrimary isBusy={upgrade.isPending} onClick={upgrade.mutate}>
            {labels.upgradeButton}
          </Button>
        ) : null}
        {canManage && (isSubscribed || portalAvailable) ? (
          <Button
            part={part}
            isPrimary={isUnpaid}
            isBusy={portal.isPending}
            reason={portalAvailable ? null : labels.noPortal}
            onClick={portal.mutate}
          >
            {isUnpaid ? labels.payNow : labels.manageBilling}
          </Button>
        ) : null}
      </div>
      {canManage && isSubscribed ? (
        <Acts
          part={part}
          accountId={accountId}
          cancelAt={cancelAt}
          acts={cancelAt ? ['keep'] : [...pauses, 'cancel']}
        />
      ) : null}
      <div aria-live="polite">
        {upgrade.data || portal.data ? <p className={slot('detail')}>{labels.leaving}</p> : null}
      </div>
      {hasChoice ? (
        <PricingTable accountId={accountId} />
      ) : (
        <Failure part={part} error={upgrade.error} onRetry={upgrade.mutate} />
      )}
      <Failure part={part} error={portal.error} onRetry={portal.mutate} />
    </>
  )
}

/** An act that a confirmation precedes. */
type Act = 'keep' | 'resume' | 'pause' | 'cancel'

const TERMS = { cancel: CancellationTerms, pause: PauseTerms, resume: ResumptionTerms }

interface ActsProps {
  readonly part: Part
  readonly accountId: string | undefined
  readonly cancelAt: string | null
  readonly acts: readonly Act[]
}

/** Cancels, keeps, pauses or resumes the subscription, after the terms of that are shown and confirmed. */
function Acts({ part, accountId, cancelAt, acts }: ActsProps): ReactNode {
  const { labels, slot, date } = part
  const { cancel, pause, resume } = useSubscription(accountId)
  const [confirmed, setConfirmed] = useState<Act | null>(null)
  const names = {
    keep: labels.keepSubscription,
    resume: labels.resumeSubscription,
    pause: labels.pauseSubscription,
    cancel: labels.cancelSubscription,
  }
  if (confirmed === null)
    return (
      <div className={slot('actions')}>
        {acts.map((act) => (
          <Button key={act} part={part} onClick={() => setConfirmed(act)}>
            {names[act]}
          </Button>
        ))}
      </div>
    )
  const label = names[confirmed]
  const change = { keep: resume, resume, pause, cancel }[confirmed]
  const close = (): void => setConfirmed(null)
  const confirm = (): void => void change.mutateAsync().then(close, () => undefined)
  const buttons = (isKnown: boolean): ReactNode => (
    <>
      <Outcome part={part} denial={change.denial} accountId={accountId} />
      <Failure part={part} error={change.error} />
      <ConfirmButtons
        part={part}
        label={label}
        isBusy={change.isPending}
        onConfirm={isKnown ? confirm : undefined}
        onCancel={close}
      />
    </>
  )
  if (confirmed === 'keep')
    return (
      <section aria-label={label}>
        {cancelAt ? <p className={slot('message')}>{labels.renews(date(cancelAt))}</p> : null}
        {buttons(true)}
      </section>
    )
  const Terms = TERMS[confirmed]
  return (
    <section aria-label={label}>
      <Terms part={part} accountId={accountId}>
        {(preview, denial) => (
          <>
            {denial ? <p role="alert">{denial.message}</p> : null}
            {buttons(!!preview)}
          </>
        )}
      </Terms>
    </section>
  )
}
