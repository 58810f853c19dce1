import { useId, type ReactNode } from 'react'
import { words } from '../labels.js'
import { Failure, Loading } from '../parts/part.js'
import { useSpendingPart, type SpendingPart, type SpendingPartProps } from './editable-list.js'
import { useCalendar, type CalendarEntry } from './use-calendar.js'

/** Properties of `AccountCalendar`. */
export interface AccountCalendarProps extends SpendingPartProps {
  /** Last date (ISO 8601). Default: that of the server. */
  readonly until?: string | undefined
}

/** Known dates of plans, invoices and credits, soonest first, live. */
export function AccountCalendar(props: AccountCalendarProps): ReactNode {
  const part = useSpendingPart(props)
  const { labels, slot, date } = part
  const heading = useId()
  const { data, isPending, error, refetch } = useCalendar(props)
  return (
    <section className={slot('card')} aria-labelledby={heading}>
      <h2 id={heading} className={slot('title')}>
        {labels.calendar}
      </h2>
      {isPending ? <Loading part={part} /> : null}
      <Failure part={part} error={error} onRetry={refetch} />
      {data === null ? <p>{labels.spendingDenied}</p> : null}
      {data?.length === 0 ? <p>{labels.noDates}</p> : null}
      {data?.length ? (
        <ul className={slot('dates')}>
          {data.map((entry, index) => (
            <li key={`${entry.at} ${entry.kind} ${index}`}>
              <time dateTime={entry.at}>{date(entry.at)}</time> <span>{textOf(part, entry)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}

function textOf({ labels, number }: SpendingPart, { kind, plan, feature, amount, money }: CalendarEntry): string {
  const name = plan?.name ?? feature?.name ?? ''
  const text = labels.calendarKinds[kind]?.(name, number(amount ?? 0)) ?? words(kind.toLowerCase())
  return money ? `${text} (${money.formatted})` : text
}
