import type { VendorTemplateData } from '@stackgate/client/documents'
import { reviewWords } from '../words/en/reviews.js'
import { DataTable, type Column } from './data-table.js'
import { label } from './format.js'
import { Moment } from './moment.js'
import { Panel } from './panel.js'
import { allAtOnce, type TablePages } from './use-cursor-pages.js'

const texts = reviewWords
type Review = NonNullable<VendorTemplateData['template']>['reviews']['nodes'][number]

const COLUMNS: readonly Column<Review>[] = [
  { name: texts.at, isShort: true, by: ({ at }) => at, cell: ({ at }) => <Moment at={at} isBusiness /> },
  { name: texts.version, isNumber: true, by: ({ version }) => version },
  { name: texts.action, by: ({ action }) => label(action) },
  { name: texts.reason, place: 'line', by: ({ reason }) => reason },
]

interface ReviewHistoryProps {
  readonly query: TablePages<Review>['query']
  readonly reviews: readonly Review[]
}

/** Reviews of the versions of a template. */
export const ReviewHistory = ({ query, reviews }: ReviewHistoryProps) => (
  <Panel title={texts.history} query={query}>
    {() => (
      <DataTable name={texts.history} columns={COLUMNS} pages={allAtOnce(query, reviews)} empty={texts.noHistory} />
    )}
  </Panel>
)
