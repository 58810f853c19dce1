import { Stack } from '@mantine/core'
import { AccountEvents, type AccountEventsData } from '@stackgate/client/documents'
import { DataTable, type Column } from '../../ui/data-table.js'
import { date } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { words } from '../../words/en.js'
import { useAccount } from './account-pages.js'

type Event = NonNullable<NonNullable<NonNullable<AccountEventsData['account']>['billing']>['events']>['nodes'][number]

const COLUMNS: readonly Column<Event>[] = [
  { name: words.activity.what, by: ({ summary }) => summary },
  { name: words.activity.date, by: ({ at }) => at, cell: ({ at }) => <time dateTime={at}>{date(at)}</time> },
]

/** Events of the account, the newest first. */
export function Activity() {
  const account = useAccount()
  const pages = useCursorPages(AccountEvents, { account, except: ['usage.*'] }, (data) => data.account?.billing?.events)
  return (
    <Stack>
      <PageHeading>{words.activity.title}</PageHeading>
      <DataTable isPage name={words.activity.title} columns={COLUMNS} pages={pages} empty={words.activity.none} />
    </Stack>
  )
}
