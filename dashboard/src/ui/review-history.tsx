import { Text } from '@mantine/core'
import type { VendorTemplateData } from '@stackgate/client/documents'
import { reviewWords } from '../words/en/reviews.js'
import { DataTable, type Column } from './data-table.js'
import { date, label } from './format.js'
import { Panel } from './panel.js'
import { allAtOnce, type TablePages } from './use-cursor-pages.js'

const texts = reviewWords
type Review = NonNullable<VendorTemplateData['template']>['reviews']['nodes'][number]

const COLUMNS: readonly Column<Review>[] = [
  { name: texts.at, isShort: true, by: ({ at }) => at, cell: ({ at }) => date(at) },
  { name: texts.version, isNumber: true, by: ({ version }) => version },
  {
    name: texts.action,
    isLong: true,
    by: ({ action }) => label(action),
    cell: ({ action, reason }) => (
      <>
        {label(action)}
        {reason && (
          <Text size="sm" c="dimmed">
            {reason}
          </Text>
        )}
      </>
    ),
  },
]

interface ReviewHistoryProps {
  readonly query: TablePages<Review>['query']
  readonly reviews: readonly Review[]
}

/** Reviews of the versions of a template, newest first. */
export const ReviewHistory = ({ query, reviews }: ReviewHistoryProps) => (
  <Panel title={texts.history} query={query}>
    {() => (
      <DataTable
        name={texts.history}
        columns={COLUMNS}
        pages={allAtOnce(query, reviews.toReversed())}
        empty={texts.noHistory}
      />
    )}
  </Panel>
)
