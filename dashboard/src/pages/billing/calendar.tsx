import { List, Text } from '@mantine/core'
import { Calendar as CalendarDocument, type CalendarData } from '@stackgate/client/documents'
import { useOperation } from '../../session/use-operation.js'
import { count, date, label, money } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { calendarWords } from '../../words/en/calendar.js'

type Entry = NonNullable<NonNullable<CalendarData['account']>['calendar']>[number]

/** Known dates of plans, invoices and credits, soonest first. */
export function Calendar({ account }: { readonly account: string }) {
  const calendar = useOperation(CalendarDocument, { account })
  return (
    <Panel title={calendarWords.title} query={calendar}>
      {({ account: found }) =>
        found?.calendar?.length ? (
          <List size="sm">
            {found.calendar.map((entry, index) => (
              <List.Item key={`${entry.at} ${entry.kind} ${index}`}>
                <time dateTime={entry.at}>{date(entry.at)}</time>: {describe(entry)}
              </List.Item>
            ))}
          </List>
        ) : (
          <Text>{calendarWords.none}</Text>
        )
      }
    </Panel>
  )
}

function describe({ kind, plan, feature, amount, money: due }: Entry): string {
  const text = calendarWords.kinds[kind]?.(plan?.name ?? feature?.name ?? '', count(amount ?? 0)) ?? label(kind)
  return due ? `${text} (${money(due)})` : text
}
