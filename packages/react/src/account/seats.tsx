import { useId, useState, type ReactNode } from 'react'
import { useSubscription, type Subscription } from '../hooks/account.js'
import { words } from '../labels.js'
import { Button, Failure, Loading } from '../parts/part.js'
import { PriceText } from '../parts/price.js'
import { useAccountPart, type AccountPart, type AccountPartProps } from './account-part.js'
import { SeatsDialog } from './seat-dialogs.js'
import { License } from './seat-license.js'
import { useSeats } from './use-seats.js'

/** Properties of `Seats`. */
export type SeatsProps = AccountPartProps

/**
 * Seats that the account pays for, with a dialog that shows the money of another number before it is confirmed, and the members with assigned
 * seats, live.
 */
export function Seats(props: SeatsProps): ReactNode {
  const { accountId } = props
  const part = useAccountPart(props)
  const { labels, slot } = part
  const heading = useId()
  const { data: subscription, account, ...query } = useSubscription(accountId)
  const licenses = useSeats(accountId)
  const mayManage = account?.viewerCan.includes('BILLING_MANAGE') ?? false
  const item = subscription?.items?.find(({ price, package: sold }) => price?.per && !sold)
  const isEmpty = account !== undefined && !item && licenses.data?.length === 0
  return (
    <section className={slot('card')} aria-labelledby={heading}>
      <h2 id={heading} className={slot('title')}>
        {labels.seats}
      </h2>
      {query.isPending || licenses.isPending ? <Loading part={part} /> : null}
      <Failure part={part} error={query.error ?? licenses.error} onRetry={refetch} />
      {isEmpty ? <p>{labels.noSeats}</p> : null}
      {subscription && item ? <Paid {...{ part, subscription, item, mayManage, accountId }} /> : null}
      {licenses.data?.map((license) => (
        <License key={license.feature.code} {...{ part, license, licenses, mayManage, accountId }} />
      ))}
      {!mayManage && account && !isEmpty ? <p className={slot('detail')}>{labels.membersOnly}</p> : null}
    </section>
  )

  function refetch(): Promise<unknown> {
    return Promise.all([query.refetch(), licenses.refetch()])
  }
}

type Item = NonNullable<Subscription['items']>[number]

interface PaidProps {
  readonly part: AccountPart
  readonly subscription: Subscription
  /** Item of the plan, priced per unit. */
  readonly item: Item
  readonly mayManage: boolean
  readonly accountId: string | undefined
}

/** Number and price of the paid units. */
function Paid({ part, subscription, item, mayManage, accountId }: PaidProps): ReactNode {
  const { labels, slot, number, date } = part
  const [isOpen, setOpen] = useState(false)
  const { quantity, plan, scheduledChange: next } = subscription
  const unit = words(item.price?.per ?? '')
  return (
    <div className={slot('meter', 'sg-row')}>
      <p className={slot('meter-name')}>{labels.seatsPaid(number(quantity), unit)}</p>
      <PriceText part={part} price={item.price ?? undefined} />
      {next && next.quantity !== quantity ? (
        <p className={slot('detail')}>{labels.seatsScheduled(number(next.quantity), date(next.effectiveAt))}</p>
      ) : null}
      {mayManage && plan ? (
        <div className={slot('actions')}>
          <Button part={part} aria-haspopup="dialog" onClick={() => setOpen(true)}>
            {labels.changeSeats}
          </Button>
        </div>
      ) : null}
      {isOpen && plan ? (
        <SeatsDialog
          part={part}
          plan={plan.code}
          price={item.price}
          unit={unit}
          quantity={quantity}
          accountId={accountId}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </div>
  )
}
