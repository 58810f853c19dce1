import IconHistory from 'icon:history'
import { Stack } from '@mantine/core'
import { AccountEvents, type AccountEventsData } from '@stackgate/client/documents'
import { actorName } from '../../ui/actor-name.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Empty } from '../../ui/empty.js'
import { EventIcon } from '../../ui/event-icon.js'
import { EventText } from '../../ui/event-text.js'
import { date, timeOfDay } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { QUIET_EVENTS } from '../../ui/quiet-events.js'
import { TIME_ORDERS, useFromEnd } from '../../ui/sorting.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { activityWords } from '../../words/en/activity.js'
import { useAccount } from './account-pages.js'

type Event = NonNullable<NonNullable<NonNullable<AccountEventsData['account']>['billing']>['events']>['nodes'][number]

const COLUMNS: readonly Column<Event>[] = [
  {
    name: activityWords.what,
    by: ({ summary }) => summary,
    cell: ({ type, summary, actor }) => (
      <div className="event">
        <EventIcon type={type} />
        <EventText summary={summary} actor={actorName(actor)} isSystem={actor?.kind === 'SYSTEM'} />
      </div>
    ),
  },
  {
    name: activityWords.date,
    orders: TIME_ORDERS,
    by: ({ at }) => at,
    isShort: true,
    cell: ({ at }) => (
      <time dateTime={at}>
        {date(at)}, {timeOfDay(at)}
      </time>
    ),
  },
]

/** Events of the account, the newest first. */
export function Activity() {
  const account = useAccount()
  const pages = useCursorPages(
    AccountEvents,
    { account, except: QUIET_EVENTS },
    (data) => data.account?.billing?.events,
    { isFromEnd: useFromEnd(COLUMNS) },
  )
  return (
    <Stack>
      <PageHeading>{activityWords.title}</PageHeading>
      <DataTable
        isPage
        name={activityWords.title}
        columns={COLUMNS}
        pages={pages}
        empty={<Empty icon={IconHistory}>{activityWords.none}</Empty>}
      />
    </Stack>
  )
}
