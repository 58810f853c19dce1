import { List } from '@mantine/core'
import { useCalendar, type CalendarEntry } from '@stackgate/react/hooks'
import { Empty } from '../../ui/empty.js'
import { count, date, label, money } from '../../ui/format.js'
import { newPriceOf, type AccountSubscription } from '../../ui/new-price.js'
import { Panel } from '../../ui/panel.js'
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
      {(entries) =>
        entries.length > 0 ? (
          <List size="sm">
            {entries.map((entry, index) => (
              <List.Item key={`${entry.at} ${entry.kind} ${index}`}>
                <time dateTime={entry.at}>{date(entry.at)}</time>: {describe(entry, subscription)}
              </List.Item>
            ))}
          </List>
        ) : (
          <Empty>{calendarWords.none}</Empty>
        )
      }
    </Panel>
  )
}

function describe(
  { kind, plan, feature, amount, money: due }: CalendarEntry,
  subscription: AccountSubscription | null,
): string {
  if (kind === 'PLAN_CHANGE' && subscription && plan?.id === subscription.plan.id)
    return calendarWords.terms(plan.name, newPriceOf(subscription))
  const text = calendarWords.kinds[kind]?.(plan?.name ?? feature?.name ?? '', count(amount ?? 0)) ?? label(kind)
  return due ? `${text} (${money(due)})` : text
}
