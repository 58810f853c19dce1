import './inbox.css'
import { Button, Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import {
  ReplayWebhook,
  ReplayWebhooks,
  WebhookEventCounts,
  WebhookEvents,
  type WebhookEventFields,
} from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { useFilter } from '../../session/use-filter.js'
import { useOperation } from '@stackgate/react/hooks'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog, DenialAlert } from '../../ui/act-dialog.js'
import { actColumn } from '../../ui/act-menu.js'
import { Bulk, selectableColumns } from '../../ui/bulk.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { ListBar } from '../../ui/list-bar.js'
import { capitalized, count, label } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { TIME_ORDERS, useFromEnd } from '../../ui/sorting.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { providerName } from './links.js'

const texts = operationsWords.inbox
const STATES = ['RECEIVED', 'RETRYING', 'DEFERRED', 'DEAD', 'QUARANTINED', 'IGNORED', 'PROCESSED'] as const
const SEARCH = { name: 'search', label: texts.search }
const WAITING: readonly string[] = ['RECEIVED', 'RETRYING', 'DEFERRED']
/** The end of the processing publishes no event. */
const WAITING_MS = 3_000
const isWaiting = ({ status, count: waiting = 1 }: { readonly status: string; readonly count?: number }): boolean =>
  WAITING.includes(status) && waiting > 0
/** States that wait for something. The number of the others, of up to millions of events, leads to nothing. */
const COUNTED = ['RECEIVED', 'RETRYING', 'DEFERRED', 'DEAD', 'QUARANTINED'] as const
const REPLAYABLE: readonly string[] = ['DEAD', 'QUARANTINED', 'RETRYING', 'DEFERRED']

const isReplayable = ({ status }: WebhookEventFields): boolean => REPLAYABLE.includes(status)
const reasonOf = ({ statusReason, effects }: WebhookEventFields): string =>
  capitalized(statusReason ?? effects.join(', '))
const titleOf = ({ type, eventId }: WebhookEventFields): string => `${type} ${eventId}`

/** The column whose order the API has. */
const ORDERED = [{ name: texts.received, orders: TIME_ORDERS }] as const

const columnsWith = (replay: (row: WebhookEventFields) => void): readonly Column<WebhookEventFields>[] => [
  {
    ...ORDERED[0],
    isShort: true,
    by: ({ receivedAt }) => receivedAt,
    cell: ({ receivedAt }) => <Moment at={receivedAt} />,
  },
  {
    name: texts.provider,
    by: ({ provider }) => providerName(provider),
  },
  {
    name: texts.type,
    by: ({ type }) => type,
    to: ({ id }) => `/ops/inbox/${id}`,
    cell: ({ type }) => (
      <span data-code className="one-line" title={type}>
        {type}
      </span>
    ),
  },
  { name: texts.state, isState: true, by: ({ status }) => status },
  {
    name: texts.attempts,
    isNumber: true,
    by: ({ attemptCount }) => attemptCount,
  },
  {
    name: texts.reason,
    isLong: true,
    by: reasonOf,
    cell: (row) => (
      <span className="one-line" title={reasonOf(row)}>
        {reasonOf(row)}
      </span>
    ),
  },
  actColumn(titleOf, (row) => [isReplayable(row) && { name: texts.replay, onChoose: () => replay(row) }]),
]

/** Events of the payment providers, why each is in its state, and their replay. */
export function Inbox() {
  const [state] = useFilter('state')
  const [search] = useFilter('search')
  const filter = { ...(state && { statuses: [state as never] }), ...(search && { search }) }
  const pages = useCursorPages(WebhookEvents, { filter, first: 50 }, ({ webhookEvents }) => webhookEvents, {
    isFromEnd: useFromEnd(ORDERED),
    refetchInterval: (data) => (data?.webhookEvents?.nodes.some(isWaiting) ? WAITING_MS : false),
  })
  const counts = useOperation(
    WebhookEventCounts,
    { filter: { statuses: [...COUNTED] } },
    { refetchInterval: (data) => (data?.webhookEventCounts?.some(isWaiting) ? WAITING_MS : false) },
  )
  const replay = usePageAction(ReplayWebhook)
  const { run } = replay
  const [isReplayingAll, setReplayingAll] = useState(false)
  const columns = useMemo(
    () =>
      selectableColumns(
        columnsWith(({ id }) => run({ id })),
        titleOf,
      ),
    [run],
  )
  const { client } = useSession()
  const acts = [{ label: texts.replay, run: ({ id }: WebhookEventFields) => client.mutate(ReplayWebhook, { id }) }]
  const countOf = (name: string) => counts.data?.webhookEventCounts?.find((row) => row.status === name)?.count ?? 0
  return (
    <Stack>
      <PageHeading>{texts.title}</PageHeading>
      <ListBar
        name={texts.title}
        search={SEARCH}
        filters={[
          {
            name: 'state',
            label: texts.state,
            data: STATES.map((value) => ({
              value,
              label: COUNTED.some((one) => one === value) ? `${label(value)} (${count(countOf(value))})` : label(value),
            })),
          },
        ]}
      >
        {state && REPLAYABLE.includes(state) && countOf(state) > 0 && (
          <Button variant="default" aria-haspopup="dialog" onClick={() => setReplayingAll(true)}>
            {texts.replayAll}
          </Button>
        )}
      </ListBar>
      <DenialAlert action={replay} />
      <Bulk
        rows={pages.pieces.flat()}
        nameOf={titleOf}
        isSelectable={isReplayable}
        acts={acts}
        onDone={pages.dropOlder}
      >
        <DataTable isPage name={texts.title} columns={columns} pages={pages} empty={texts.none} />
      </Bulk>
      {isReplayingAll && <ReplayAll filter={filter} matching={countOf(state)} onClose={() => setReplayingAll(false)} />}
    </Stack>
  )
}

interface ReplayAllProps {
  readonly filter: object
  readonly matching: number
  readonly onClose: () => void
}

function ReplayAll({ filter, matching, onClose }: ReplayAllProps) {
  const [result, setResult] = useState('')
  const replay = usePageAction(ReplayWebhooks, (answer) => {
    setResult(texts.replayed(count(answer.replayedCount ?? 0), count(answer.remainingCount ?? 0)))
  })
  return (
    <ActDialog
      title={texts.replayAllTitle}
      effect={texts.replayAllEffect(count(matching))}
      confirm={texts.replayAll}
      needsReason={false}
      action={replay}
      onConfirm={() => replay.run({ filter })}
      onClose={onClose}
    >
      {result && <Text role="status">{result}</Text>}
    </ActDialog>
  )
}
