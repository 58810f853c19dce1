import { Stack } from '@mantine/core'
import type { AccountOrder } from '@stackgate/client'
import { AccountCount, Accounts as AccountList, type AccountsData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { useFilter } from '../../session/use-filter.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { label } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { everyHalfMinute, ReadAgain } from '../../ui/read-again.js'
import { ListBar } from '../../ui/list-bar.js'
import { useServerOrder } from '../../ui/sorting.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.accounts
type Row = NonNullable<AccountsData['accounts']>['nodes'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    name: texts.name,
    orders: { ascending: 'NAME' },
    by: ({ id, name }) => name || id,
    to: ({ id }) => `/ops/accounts/${id}`,
  },
  { name: texts.kind, by: ({ kind }) => label(kind) },
  { name: texts.reference, by: ({ externalId }) => externalId },
  { name: texts.plan, place: 'text', by: ({ plan }) => plan.planVersion.plan.name },
  {
    name: texts.billing,
    isState: true,
    by: ({ billing }) => billing?.subscription?.status,
  },
]

const SEARCH = { name: 'search', label: texts.search, description: texts.searchHint }
const FILTERS = [
  {
    name: 'status',
    label: texts.statuses,
    data: ['ACTIVE', 'TRIALING', 'PAST_DUE', 'UNPAID', 'CANCELED'].map((value) => ({ value, label: label(value) })),
  },
]

/** Search of accounts by anything that is known of them. */
export function Accounts() {
  const [search] = useFilter('search')
  const [status] = useFilter('status')
  const orderBy = useServerOrder(COLUMNS)
  const filter = { ...(search && { search }), ...(status && { subscriptionStatuses: [status as never] }) }
  const counted = useOperation(AccountCount, { filter })
  const pages = useCursorPages(
    AccountList,
    {
      first: 50,
      ...(orderBy && { orderBy: orderBy as AccountOrder }),
      filter,
    },
    ({ accounts }) => accounts,
    { refetchInterval: everyHalfMinute, totalCount: counted.data?.accounts?.totalCount },
  )
  return (
    <Stack>
      <PageHeading side={<ReadAgain />}>{texts.title}</PageHeading>
      <ListBar name={texts.title} search={SEARCH} filters={FILTERS} />
      <DataTable isPage name={texts.title} columns={COLUMNS} pages={pages} empty={texts.none} />
    </Stack>
  )
}
