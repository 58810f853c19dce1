import { Text } from '@mantine/core'
import { useCalendar, type CalendarEntry } from '@stackgate/react/hooks'
import { count, date, label, money } from '../../ui/format.js'
import { newPriceOf, type AccountSubscription } from '../../ui/plan-price.js'
import { Panel } from '../../ui/panel.js'
import { ShortList } from '../../ui/short-list.js'
import { calendarWords } from '../../words/en/calendar.js'

interface CalendarProps {
  readonly account: string
  /** Null without one, and while it is loading. */
  readonly subscription: AccountSubscription | null
}

/** Known dates of plans, invoices and credits, soonest first. */
export function Calendar({ account, subscription }: CalendarProps) {
  const calendar = useCalendar({ accountId: account })
  return (
    <Panel title={calendarWords.title} query={calendar}>
      {(entries) => (
        <ShortList
          name={calendarWords.title}
          empty={calendarWords.none}
          items={entries.map((entry, index) => ({
            id: `${entry.at} ${entry.kind} ${index}`,
            title: describe(entry, subscription),
            note: <time dateTime={entry.at}>{date(entry.at)}</time>,
            side: entry.money && <Text className="amount">{money(entry.money)}</Text>,
          }))}
        />
      )}
    </Panel>
  )
}

function describe({ kind, plan, feature, amount }: CalendarEntry, subscription: AccountSubscription | null): string {
  if (kind === 'PLAN_CHANGE' && subscription && plan?.id === subscription.plan.id)
    return calendarWords.terms(plan.name, newPriceOf(subscription))
  // An overdue invoice that a customer pays by transfer is only due.
  if (kind === 'PAYMENT_ATTEMPT' && subscription?.graceEndsAt && !subscription.daysUntilDue)
    return calendarWords.retried(plan?.name ?? subscription.plan.name)
  return calendarWords.kinds[kind]?.(plan?.name ?? feature?.name ?? '', count(amount ?? 0)) ?? label(kind)
}
