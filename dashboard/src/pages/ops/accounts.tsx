import { Anchor, Group, Stack } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { Link } from '@tanstack/react-router'
import { Accounts as AccountList, type AccountsData } from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { label } from '../../ui/format.js'
import { PageHeading } from '../../ui/page-heading.js'
import { everyHalfMinute, ReadAgain } from '../../ui/read-again.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { TextFilter } from '../../ui/filter-form.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.accounts
type Row = NonNullable<AccountsData['accounts']>['nodes'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    name: texts.name,
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/ops/accounts/${id}`} size="sm">
        {name || id}
      </Anchor>
    ),
  },
  { name: texts.kind, cell: ({ kind }) => label(kind) },
  { name: texts.reference, cell: ({ externalId }) => externalId },
  { name: texts.plan, cell: ({ plan }) => plan.planVersion.plan.name },
  {
    name: texts.billing,
    cell: ({ billing }) => billing?.subscription && <StatusBadge state={billing.subscription.status} />,
  },
]

const STATUSES = ['ACTIVE', 'TRIALING', 'PAST_DUE', 'UNPAID', 'CANCELED'] as const

/** Search of accounts by anything that is known of them. */
export function Accounts() {
  const [search] = useFilter('search')
  const [status, setStatus] = useFilter('status')
  const pages = useCursorPages(
    AccountList,
    {
      first: 50,
      filter: { ...(search && { search }), ...(status && { subscriptionStatuses: [status as never] }) },
    },
    ({ accounts }) => accounts,
    { refetchInterval: everyHalfMinute },
  )
  return (
    <Stack>
      <PageHeading side={<ReadAgain />}>{texts.title}</PageHeading>
      <Group align="flex-end">
        <TextFilter name="search" label={texts.search} description={texts.searchHint} />
        <Select
          label={texts.statuses}
          none={operationsWords.all}
          data={STATUSES.map((value) => ({ value, label: label(value) }))}
          value={status || null}
          onChange={setStatus}
        />
      </Group>
      <DataTable name={texts.title} columns={COLUMNS} pages={pages} empty={texts.none} />
    </Stack>
  )
}
