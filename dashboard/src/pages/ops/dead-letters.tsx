import IconCheck from 'icon:check'
import { Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import {
  QueueStats,
  DeadLetters as DeadLetterList,
  DropDeadLetter,
  RetryDeadLetter,
  type DeadLettersData,
  type QueueStatsData,
} from '@stackgate/client/documents'
import { useFilter } from '../../session/use-filter.js'
import { useSession } from '../../session/session-context.js'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog, DenialAlert } from '../../ui/act-dialog.js'
import { actColumn } from '../../ui/act-menu.js'
import { Bulk, selectableColumns, type BulkAct } from '../../ui/bulk.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { FoldedJson } from '../../ui/detail-list.js'
import { Empty } from '../../ui/empty.js'
import { count, duration, label } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { ListBar } from '../../ui/list-bar.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { everyHalfMinute } from '../../ui/read-again.js'
import { allAtOnce, useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { AccountLink } from './links.js'
import { useRetriedLetters, type RetryOutcome } from './use-retried-letters.js'

const texts = operationsWords.deadLetters
const nameOf = (queue: string): string => operationsWords.queueNames[queue] ?? label(queue)

/** Queues whose causes have times of the business clock. */
const OF_BUSINESS: readonly string[] = ['MAIL', 'USAGE_REPORT', 'SCHEDULED_JOB']

type Row = NonNullable<DeadLettersData['deadLetters']>['nodes'][number]

const titleOf = ({ queue, summary }: Row): string => `${nameOf(queue)}: ${summary}`

interface Acts {
  /** Outcome of a retry, by the ID of the letter. */
  readonly outcomes: Readonly<Record<string, RetryOutcome>>
  readonly onRetry: (row: Row) => void
  readonly onDrop: (row: Row) => void
}

const columnsWith = ({ outcomes, onRetry, onDrop }: Acts): readonly Column<Row>[] => [
  { name: texts.queue, by: ({ queue }) => nameOf(queue) },
  {
    name: texts.what,
    place: 'text',
    isLong: true,
    by: ({ summary }) => summary,
    cell: ({ id, summary, lastError, payload }) => (
      <>
        <Text size="sm" data-code>
          {summary}
        </Text>
        <Text size="sm" c="dimmed" className="breaking">
          {lastError}
        </Text>
        {outcomes[id] && (
          <Text size="sm" fw={500} className="breaking">
            {outcomes[id].text}
          </Text>
        )}
        <FoldedJson name={operationsWords.payload} value={payload} />
      </>
    ),
  },
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
  {
    name: texts.since,
    place: 'side',
    isShort: true,
    by: ({ createdAt }) => createdAt,
    cell: ({ queue, createdAt }) => <Moment at={createdAt} isBusiness={OF_BUSINESS.includes(queue)} />,
  },
  {
    name: texts.attempts,
    isNumber: true,
    by: ({ attemptCount }) => attemptCount,
  },
  actColumn(titleOf, (row) => [
    { name: texts.retry, onChoose: () => onRetry(row) },
    { name: texts.drop, isDangerous: true, onOpen: () => onDrop(row) },
  ]),
]

type Queue = NonNullable<QueueStatsData['queueStats']>[number]

const QUEUE_COLUMNS: readonly Column<Queue>[] = [
  { name: texts.queue, by: ({ queue: code }) => nameOf(code) },
  { name: texts.waiting, isNumber: true, by: ({ waitingCount }) => waitingCount },
  {
    name: texts.oldest,
    isShort: true,
    by: ({ oldestWaitingSeconds }) => oldestWaitingSeconds,
    cell: ({ oldestWaitingSeconds: seconds }) => (seconds === null ? '–' : duration(seconds)),
  },
  {
    name: texts.title,
    isNumber: true,
    by: ({ deadCount }) => deadCount,
    cell: ({ queue: code, deadCount }) =>
      deadCount > 0 ? (
        <LinkAnchor
          aria-label={texts.deadOf(nameOf(code), count(deadCount))}
          {...(code === 'INBOX'
            ? { to: '/ops/inbox', search: { state: 'DEAD' } as never }
            : { to: '/ops/dead-letters', search: { queue: code } as never })}
        >
          {count(deadCount)}
        </LinkAnchor>
      ) : (
        count(0)
      ),
  },
]

/** Work that failed in any queue, to be retried or discarded with a reason. */
export function DeadLetters() {
  const [queue] = useFilter('queue')
  const counts = useOperation(QueueStats, {}, { refetchInterval: everyHalfMinute })
  const pages = useCursorPages(
    DeadLetterList,
    { first: 50, ...(queue && { queue: queue as never }) },
    ({ deadLetters }) => deadLetters,
    { refetchInterval: everyHalfMinute },
  )
  const { action, outcomes, retry } = useRetriedLetters()
  const [dropped, setDropped] = useState<Row | null>(null)
  const columns = useMemo(
    () => selectableColumns(columnsWith({ outcomes, onRetry: retry, onDrop: setDropped }), titleOf),
    [outcomes, retry],
  )
  const acts = useLetterActs()
  return (
    <Stack className="settling">
      <PageHeading>{texts.title}</PageHeading>
      <Text>{texts.intro}</Text>
      <ListBar
        name={texts.title}
        filters={[
          {
            name: 'queue',
            label: texts.queue,
            data: (counts.data?.queueStats ?? [])
              .filter((row) => row.queue !== 'INBOX')
              .map((row) => ({ value: row.queue, label: `${nameOf(row.queue)} (${count(row.deadCount)})` })),
          },
        ]}
      />
      <DenialAlert action={action} />
      <Bulk rows={pages.pieces.flat()} nameOf={titleOf} acts={acts} onDone={pages.dropOlder}>
        <DataTable
          isPage
          name={texts.title}
          columns={columns}
          pages={pages}
          empty={<Empty icon={IconCheck}>{texts.none}</Empty>}
        />
      </Bulk>
      <div className="settled">
        <Panel title={texts.queues} query={counts} height={380}>
          {({ queueStats }) => (
            <DataTable
              name={texts.queues}
              columns={QUEUE_COLUMNS}
              pages={allAtOnce(counts, queueStats ?? [])}
              empty={texts.noQueue}
              keyOf={(row) => row.queue}
            />
          )}
        </Panel>
      </div>
      {dropped && <DropDialog letter={dropped} onClose={() => setDropped(null)} />}
    </Stack>
  )
}

/** Acts on several dead letters. */
function useLetterActs(): readonly BulkAct<Row>[] {
  const { client } = useSession()
  return [
    { label: texts.retry, run: ({ id }) => client.mutate(RetryDeadLetter, { id }) },
    {
      label: texts.drop,
      isDangerous: true,
      question: (rows) => ({
        title: texts.dropTitleOf(rows.length, count(rows.length)),
        effect: texts.dropEffectOfSome,
        needsReason: true,
      }),
      run: ({ id }, reason) => client.mutate(DropDeadLetter, { id, reason }),
    },
  ]
}

function DropDialog({ letter, onClose }: { readonly letter: Row; readonly onClose: () => void }) {
  const drop = usePageAction(DropDeadLetter, onClose)
  return (
    <ActDialog
      title={texts.dropTitle}
      effect={texts.dropEffect(letter.summary)}
      confirm={texts.drop}
      isDangerous
      action={drop}
      onConfirm={(reason) => drop.run({ id: letter.id, reason })}
      onClose={onClose}
    />
  )
}
