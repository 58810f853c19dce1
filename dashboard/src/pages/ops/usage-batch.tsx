import { Alert, Anchor, Button, Group, Stack } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import {
  UsageBatch as UsageBatchDocument,
  type UsageBatchData,
  type UsageBatchFields,
} from '@stackgate/client/documents'
import { DataTable, type Column } from '../../ui/data-table.js'
import { DetailList } from '../../ui/detail-list.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { batchWords } from '../../words/en/usage-batches.js'
import { BatchPreview } from './batch-preview.js'
import { AccountLink, ActorLink } from './links.js'
import { lazyPart } from '../../session/load-part.js'

const dialog = <Name extends keyof typeof import('./batch-dialogs.js')>(name: Name) =>
  lazyPart(() => import('./batch-dialogs.js'), name)
const CloseDialog = dialog('CloseDialog')
const RevertDialog = dialog('RevertDialog')

const texts = batchWords
type Line = NonNullable<UsageBatchData['usageBatch']>['lines']['nodes'][number]

/** Lines publish no events: a batch that is worked on is read again. */
const REREAD_MS = 2_000

const COLUMNS: readonly Column<Line>[] = [
  { name: texts.key, isLong: true, by: ({ key }) => key },
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
  { name: texts.feature, by: ({ feature }) => feature?.code },
  {
    name: texts.units,
    isNumber: true,
    by: ({ amount, units }) => units ?? amount,
    cell: ({ amount, units }) => (units === null && amount === null ? texts.work : count(units ?? amount ?? 0)),
  },
  {
    name: texts.usedAt,
    isShort: true,
    by: ({ usedAt }) => usedAt,
    cell: ({ usedAt }) => usedAt && <Moment at={usedAt} isBusiness />,
  },
  { name: texts.state, isState: true, by: ({ status }) => status },
  {
    name: texts.returned,
    isNumber: true,
    by: ({ returnedUnits }) => returnedUnits,
  },
  {
    name: texts.result,
    isLong: true,
    by: ({ denialMessage }) => denialMessage,
  },
]

/** A batch: its progress, its effect while it is open, and each line. */
export function UsageBatch() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const pages = useCursorPages(UsageBatchDocument, { id }, (data) => data.usageBatch?.lines, {
    refetchInterval: (data) => (isWorking(data?.usageBatch?.status) ? REREAD_MS : false),
  })
  const batch = pages.query.data?.usageBatch ?? null
  return (
    <Stack>
      <Anchor component={Link} to="/ops/usage-batches" size="sm">
        {texts.title}
      </Anchor>
      <PageHeading>{batch?.name ?? texts.title}</PageHeading>
      <Panel title={texts.progress} query={pages.query}>
        {() => (batch ? <Progress batch={batch} onChanged={pages.dropOlder} /> : texts.missing)}
      </Panel>
      {batch?.status === 'OPEN' && <BatchPreview id={id} />}
      {batch && (
        <Panel title={texts.lines} query={pages.query}>
          {() => <DataTable name={texts.lines} columns={COLUMNS} pages={pages} empty={texts.noLines} />}
        </Panel>
      )}
    </Stack>
  )
}

const isWorking = (status: string | undefined): boolean => status === 'CLOSING' || status === 'REVERTING'

interface ProgressProps {
  readonly batch: UsageBatchFields
  readonly onChanged: () => void
}

function Progress({ batch, onChanged }: ProgressProps) {
  const { id, status, lineCount, pendingCount, appliedCount, discardedCount } = batch
  const { reason, openedBy, createdAt, closedBy, revertedBy, revertReason, lastError } = batch
  const [opened, open] = useState<'close' | 'revert' | null>(null)
  // The lines of a closed batch that still count are the rest of a reversal.
  const left = status === 'REVERTING' ? appliedCount : pendingCount
  const text = texts.of(count(lineCount - left), count(lineCount))
  const close = () => {
    open(null)
    onChanged()
  }
  return (
    <Stack>
      <progress className="meter" max={Math.max(lineCount, 1)} value={lineCount - left} aria-label={text} />
      <DetailList
        items={[
          [texts.state, <StatusBadge key="status" state={status} />],
          [texts.progress, text],
          [texts.applied, count(appliedCount)],
          [texts.denied, count(batch.deniedCount)],
          [texts.reverted, count(batch.revertedCount)],
          [texts.notReverted, count(batch.notRevertedCount)],
          ...(discardedCount > 0 ? [[texts.discarded, count(discardedCount)] as const] : []),
          [texts.reason, reason],
          [texts.openedBy, <ActorLink key="opened" actor={openedBy} />],
          [texts.opened, <Moment key="opened" at={createdAt} isBusiness />],
          ...(closedBy ? [[texts.closedBy, <ActorLink key="closed" actor={closedBy} />] as const] : []),
          ...(revertedBy ? [[texts.revertedBy, <ActorLink key="reverted" actor={revertedBy} />] as const] : []),
          ...(revertReason ? [[texts.revertReason, revertReason] as const] : []),
        ]}
      />
      {lastError && <Alert color="red">{lastError}</Alert>}
      <Group>
        {status === 'OPEN' && (
          <Button aria-haspopup="dialog" onClick={() => open('close')}>
            {texts.close}
          </Button>
        )}
        {(status === 'OPEN' || status === 'CLOSED') && (
          <Button variant="default" aria-haspopup="dialog" onClick={() => open('revert')}>
            {texts.revert}
          </Button>
        )}
      </Group>
      <Suspense>
        {opened === 'close' && <CloseDialog id={id} lineCount={pendingCount} onClose={close} />}
        {opened === 'revert' && (
          <RevertDialog
            id={id}
            isOpen={status === 'OPEN'}
            lineCount={status === 'OPEN' ? pendingCount : appliedCount}
            onClose={close}
          />
        )}
      </Suspense>
    </Stack>
  )
}
