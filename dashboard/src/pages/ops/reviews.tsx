import IconCheck from 'icon:check'
import { Stack } from '@mantine/core'
import { ReviewQueue, type ReviewQueueData } from '@stackgate/client/documents'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Empty } from '../../ui/empty.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { reviewWords } from '../../words/en/reviews.js'

const texts = reviewWords
type Row = NonNullable<ReviewQueueData['reviewQueue']>['nodes'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    name: texts.template,
    by: ({ name, nextVersion }) => nextVersion?.name ?? name,
    to: ({ id }) => `/ops/reviews/${id}`,
  },
  { name: texts.vendor, by: ({ vendor }) => vendor?.name },
  {
    name: texts.version,
    isNumber: true,
    by: ({ nextVersion }) => nextVersion?.number,
    cell: ({ nextVersion }) => nextVersion && count(nextVersion.number),
  },
  {
    name: texts.state,
    isState: true,
    by: ({ status, nextVersion }) => nextVersion?.status ?? status,
  },
  {
    name: texts.submitted,
    by: ({ nextVersion }) => nextVersion?.submittedAt,
    cell: ({ nextVersion }) => nextVersion?.submittedAt && <Moment at={nextVersion.submittedAt} isBusiness />,
  },
  {
    name: texts.warnings,
    isNumber: true,
    by: ({ nextVersion }) => nextVersion?.findings.length,
    cell: ({ nextVersion }) => count(nextVersion?.findings.length ?? 0),
  },
]

/** Versions that wait for a review, the oldest first. */
export function Reviews() {
  const pages = useCursorPages(ReviewQueue, { first: 50 }, ({ reviewQueue }) => reviewQueue)
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <DataTable
        isPage
        name={texts.title}
        columns={COLUMNS}
        pages={pages}
        empty={<Empty icon={IconCheck}>{texts.none}</Empty>}
      />
    </Stack>
  )
}
