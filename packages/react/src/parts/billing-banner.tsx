import type { ReactNode } from 'react'
import { useBillingInfo, type CommunityBillingInfo } from '../hooks/account.js'
import { useCreatePortalSession } from '../hooks/checkout.js'
import { Outcome } from './denial.js'
import { Button, Failure, usePart, type Part, type PartProps } from './part.js'

/** Properties of `BillingBanner`. */
export interface BillingBannerProps extends PartProps {
  /** Default: the account of the provider. */
  readonly accountId?: string | undefined
  /** Opens the billing portal instead of the `redirect` of the provider. */
  readonly onRedirect?: ((url: string) => unknown) | undefined
}

/** A failed payment, a trial or a cancellation of the account, in one line with the button that fits. Otherwise nothing, live. */
export function BillingBanner(props: BillingBannerProps): ReactNode {
  const { accountId, onRedirect } = props
  const part = usePart(props)
  const { data: info } = useBillingInfo(accountId)
  const portal = useCreatePortalSession({ accountId, onRedirect })
  const text = info ? noticeOf(part, info) : null
  if (!info || text === null) return null
  const { labels, slot } = part
  const isUnpaid = isUnpaidStatus(info.status)
  return (
    <div className={slot('banner', isUnpaid ? 'sg-near' : undefined)} role={isUnpaid ? 'alert' : 'status'}>
      <p className={slot(isUnpaid ? 'warning' : 'message')}>{text}</p>
      {info.canManage && info.portalAvailable ? (
        <Button part={part} isPrimary={isUnpaid} isBusy={portal.isPending} onClick={portal.mutate}>
          {isUnpaid ? labels.payNow : labels.manageBilling}
        </Button>
      ) : null}
      <Outcome part={part} denial={portal.denial} accountId={accountId} />
      <Failure part={part} error={portal.error} onRetry={portal.mutate} />
    </div>
  )
}

/** True while the payment of a subscription is due and was not made. */
export const isUnpaidStatus = (status: string | null): boolean =>
  ['past_due', 'unpaid', 'incomplete'].includes(status?.toLowerCase() ?? '')

/** The sentence about an unpaid subscription. */
export const unpaidText = ({ labels, date }: Part, { status, subscription }: CommunityBillingInfo): string =>
  status?.toLowerCase() === 'incomplete'
    ? labels.awaitsPayment
    : subscription?.graceEndsAt
      ? `${labels.unpaid} ${labels.graceEnds(date(subscription.graceEndsAt))}`
      : labels.unpaid

/** The sentence that needs attention. Null for a subscription that renews, and without one. */
function noticeOf(part: Part, info: CommunityBillingInfo): string | null {
  const { labels, date } = part
  const { status, cancelAt, subscription } = info
  const isCurrent = status !== null && ['active', 'trialing'].includes(status.toLowerCase())
  if (isUnpaidStatus(status)) return unpaidText(part, info)
  if (isCurrent && cancelAt) return labels.cancellation(date(cancelAt))
  if (isCurrent && status.toLowerCase() === 'trialing' && subscription?.trialEndsAt)
    return labels.trialEnds(date(subscription.trialEndsAt))
  return null
}
