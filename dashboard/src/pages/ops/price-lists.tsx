import { Stack, Text } from '@mantine/core'
import { PriceLists as PriceListsDocument, type PriceListFields } from '@stackgate/client/documents'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { priceListWords } from '../../words/en/price-lists.js'

const texts = priceListWords

const COLUMNS: readonly Column<PriceListFields>[] = [
  {
    name: texts.feature,
    by: ({ feature }) => feature,
    to: ({ id }) => `/ops/price-lists/${id}`,
  },
  { name: texts.state, isState: true, by: ({ status }) => status },
  {
    name: texts.changes,
    isNumber: true,
    by: ({ changes }) => changes.length,
  },
  {
    name: texts.application,
    isLong: true,
    by: ({ needsOperator }) => needsOperator,
    cell: ({ status, needsOperator }) =>
      status === 'PROPOSED' && (needsOperator ? texts.needsOperator : texts.automatic),
  },
  {
    name: texts.proposed,
    isShort: true,
    by: ({ proposedAt }) => proposedAt,
    cell: ({ proposedAt }) => <Moment at={proposedAt} />,
  },
  {
    name: texts.applied,
    isShort: true,
    by: ({ appliedAt }) => appliedAt,
    cell: ({ appliedAt }) => appliedAt && <Moment at={appliedAt} isBusiness />,
  },
]

/** Changes of prices that public price lists proposed, newest first. */
export function PriceLists() {
  const pages = useCursorPages(PriceListsDocument, { first: 15 }, ({ priceLists }) => priceLists)
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
