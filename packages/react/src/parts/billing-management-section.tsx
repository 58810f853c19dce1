import { useId, type ReactNode } from 'react'
import { useCommunityBillingInfo, type CommunityBillingInfo } from '../hooks/account.js'
import { useCreateCheckoutSession, useCreatePortalSession } from '../hooks/checkout.js'
import { useDenial } from '../hooks/denial.js'
import { DenialBody } from './denial.js'
import { Button, Failure, Loading, usePart, type Part, type PartProps } from './part.js'

/** Properties of `BillingManagementSection`. */
export interface BillingManagementSectionProps extends PartProps {
  readonly communityId: string
  /** Plan to sell. Default: the only paid plan of the catalog. */
  readonly plan?: string | undefined
  /** ID of the plugin in the page around it, for the return URL. */
  readonly pluginId?: string | undefined
  readonly onRedirect?: ((url: string) => unknown) | undefined
}

/** Plan, status and period of a community, and one button: upgrade, or manage billing. Members see the plan without the button. */
export function BillingManagementSection(props: BillingManagementSectionProps): ReactNode {
  const part = usePart(props)
  const heading = useId()
  const { data, error, isPending, refetch } = useCommunityBillingInfo(props.communityId)
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

const UNPAID: readonly string[] = ['past_due', 'unpaid', 'incomplete']
/** Statuses after which a plan is bought again. */
const WITHOUT_SUBSCRIPTION: readonly (string | null)[] = [null, 'canceled', 'incomplete_expired', 'none']

function Info(
  props: BillingManagementSectionProps & { readonly part: Part; readonly info: CommunityBillingInfo },
): ReactNode {
  const { part, info, communityId, plan, pluginId, onRedirect } = props
  const { labels, slot, date } = part
  const upgrade = useCreateCheckoutSession({ communityId, plan, pluginId, onRedirect })
  const portal = useCreatePortalSession({ communityId, pluginId, onRedirect })
  const denied = useDenial(upgrade.denial ?? portal.denial, { accountId: `community:${communityId}`, onRedirect })
  const { cancelAt, currentPeriodEnd, canManage, portalAvailable } = info
  const status = info.status?.toLowerCase() ?? null
  const isSubscribed = !WITHOUT_SUBSCRIPTION.includes(status)
  const isUnpaid = UNPAID.includes(status ?? '')
  return (
    <>
      <dl className={slot('list')}>
        <dt>{labels.plan}</dt>
        <dd>{info.plan?.name ?? labels.noPlan}</dd>
        {status && isSubscribed ? (
          <>
            <dt>{labels.status}</dt>
            <dd>{labels.statuses[status] ?? status}</dd>
          </>
        ) : null}
      </dl>
      {isSubscribed && cancelAt ? <p className={slot('detail')}>{labels.endsAt(date(cancelAt))}</p> : null}
      {isSubscribed && !isUnpaid && !cancelAt && currentPeriodEnd ? (
        <p className={slot('detail')}>{labels.renews(date(currentPeriodEnd))}</p>
      ) : null}
      {isUnpaid ? (
        <p role="alert" className={slot('warning')}>
          {labels.unpaid}
        </p>
      ) : null}
      {denied ? <DenialBody part={part} view={denied} /> : null}
      <div className={slot('actions')}>
        {!canManage ? <span className={slot('detail')}>{labels.membersOnly}</span> : null}
        {canManage && !isSubscribed ? (
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
      <div aria-live="polite">
        {upgrade.data || portal.data ? <p className={slot('detail')}>{labels.leaving}</p> : null}
      </div>
      <Failure part={part} error={upgrade.error} onRetry={upgrade.mutate} />
      <Failure part={part} error={portal.error} onRetry={portal.mutate} />
    </>
  )
}
