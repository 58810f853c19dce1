import IconCheck from 'icon:check'
import { Stack } from '@mantine/core'
import {
  RequestTemplateChanges,
  ReviewQueue,
  StartTemplateReview,
  type ReviewQueueData,
} from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { Bulk, selectableColumns, type BulkAct } from '../../ui/bulk.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { Empty } from '../../ui/empty.js'
import { LinkButton } from '../../ui/link-button.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { reviewWords } from '../../words/en/reviews.js'

const texts = reviewWords
type Row = NonNullable<ReviewQueueData['reviewQueue']>['nodes'][number]

const nameOf = ({ name, nextVersion }: Row): string => nextVersion?.name ?? name
const statusOf = ({ status, nextVersion }: Row) => nextVersion?.status ?? status

const COLUMNS: readonly Column<Row>[] = selectableColumns<Row>(
  [
    {
      name: texts.template,
      by: nameOf,
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
      by: statusOf,
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
  ],
  nameOf,
)

/** Versions that wait for a review, the oldest first. */
export function Reviews() {
  const pages = useCursorPages(ReviewQueue, { first: 50 }, ({ reviewQueue }) => reviewQueue)
  const acts = useReviewActs()
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <Bulk
        rows={pages.pieces.flat()}
        nameOf={nameOf}
        acts={acts}
        single={{ label: texts.approve, reason: texts.approvedAlone }}
        onDone={pages.dropOlder}
      >
        <DataTable
          isPage
          name={texts.title}
          columns={COLUMNS}
          pages={pages}
          empty={
            <Empty
              icon={IconCheck}
              title={texts.noneTitle}
              act={
                <LinkButton to="/ops/vendors" variant="default">
                  {texts.toVendors}
                </LinkButton>
              }
            >
              {texts.none}
            </Empty>
          }
        />
      </Bulk>
    </Stack>
  )
}

/** Acts on several templates. A review has to start before its end. */
function useReviewActs(): readonly BulkAct<Row>[] {
  const { client } = useSession()
  const start = ({ id }: Row) => client.mutate(StartTemplateReview, { id })
  return [
    { label: texts.start, run: start },
    {
      label: texts.changes,
      question: (rows) => ({
        title: texts.changesTitle(rows.length, count(rows.length)),
        effect: texts.changesEffectOfSome,
        needsReason: true,
      }),
      run: async (row, reason) => {
        const started = statusOf(row) === 'SUBMITTED' ? await start(row) : null
        return started?.ok === false ? started : client.mutate(RequestTemplateChanges, { id: row.id, reason })
      },
    },
  ]
}
