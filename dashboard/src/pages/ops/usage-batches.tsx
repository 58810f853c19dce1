import { Stack, Text } from '@mantine/core'
import { UsageBatches as UsageBatchList, type UsageBatchFields } from '@stackgate/client/documents'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { batchWords } from '../../words/en/usage-batches.js'

const texts = batchWords

const COLUMNS: readonly Column<UsageBatchFields>[] = [
  {
    name: texts.name,
    isLong: true,
    by: ({ name }) => name,
    to: ({ id }) => `/ops/usage-batches/${id}`,
  },
  { name: texts.state, isState: true, by: ({ status }) => status },
  {
    name: texts.progress,
    isNumber: true,
    by: ({ lineCount }) => lineCount,
    cell: ({ lineCount, pendingCount }) => texts.of(count(lineCount - pendingCount), count(lineCount)),
  },
  { name: texts.reason, isLong: true, by: ({ reason }) => reason },
  {
    name: texts.opened,
    isShort: true,
    by: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Moment at={createdAt} isBusiness />,
  },
]

/** Batches of past usage, newest first. */
export function UsageBatches() {
  const pages = useCursorPages(UsageBatchList, { first: 20 }, ({ usageBatches }) => usageBatches)
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Text size="sm" c="dimmed">
        {texts.intro}
      </Text>
      <Panel title={texts.title} query={pages.query}>
        {() => <DataTable isPage name={texts.title} columns={COLUMNS} pages={pages} empty={texts.none} />}
      </Panel>
    </Stack>
  )
}
