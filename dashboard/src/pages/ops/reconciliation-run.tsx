import { Alert, Stack, Text, TextInput } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import {
  AcceptDrift,
  HealDrift,
  ReconciliationRun as Run,
  type DriftFields,
  type ReconciliationRunData,
} from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog } from '../../ui/act-dialog.js'
import { actColumn } from '../../ui/act-menu.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { DetailList, FoldedJson } from '../../ui/detail-list.js'
import { count, label } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { reconciliationWords } from '../../words/en/reconciliation.js'
import { operationsWords } from '../../words/en/operations.js'
import { AccountLink, providerName } from './links.js'
import { RunState } from './reconciliation.js'

const texts = reconciliationWords

const stateOf = ({ healed, accepted }: DriftFields): keyof typeof texts.states =>
  healed ? 'healed' : accepted ? 'accepted' : 'open'

const Side = ({ name, value }: { readonly name: string; readonly value: unknown }) =>
  value === null ? (
    <Text size="sm" c="dimmed">
      {name}: {texts.absent}
    </Text>
  ) : (
    <FoldedJson name={name} value={value} />
  )

const columnsWith = (
  onHeal: (drift: DriftFields) => void,
  onAccept: (drift: DriftFields) => void,
): readonly Column<DriftFields>[] => [
  {
    name: texts.difference,
    isLong: true,
    by: ({ kind }) => label(kind),
    cell: ({ kind, description, object }) => (
      <>
        <Text fw={500}>{label(kind)}</Text>
        <Text size="sm">{description}</Text>
        <Text className="mono breaking" c="dimmed">
          {object}
        </Text>
      </>
    ),
  },
  {
    name: texts.sides,
    cell: ({ ours, theirs }) => (
      <>
        <Side name={texts.ours} value={ours} />
        <Side name={texts.theirs} value={theirs} />
      </>
    ),
  },
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
  {
    name: texts.state,
    isState: true,
    by: stateOf,
    cell: (drift) => (
      <>
        <StateBadge color={stateOf(drift) === 'open' ? 'orange' : 'green'}>{texts.states[stateOf(drift)]}</StateBadge>
        {drift.unhealedReason && <Text size="sm">{texts.unhealed(drift.unhealedReason)}</Text>}
      </>
    ),
  },
  actColumn(
    ({ kind, object }) => `${label(kind)}, ${object}`,
    (drift) => {
      if (stateOf(drift) !== 'open') return []
      const repair = texts.heal[drift.action ?? '']
      return [
        repair && { name: repair, onOpen: () => onHeal(drift) },
        { name: texts.accept, onOpen: () => onAccept(drift) },
      ]
    },
  ),
]

const runOf = (data: ReconciliationRunData | undefined) =>
  data?.node?.__typename === 'ReconciliationRun' ? data.node : null

/** One comparison: its differences, each repaired or accepted with a reason. */
export function ReconciliationRun() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const pages = useCursorPages(Run, { id }, (data) => runOf(data)?.drift)
  const { query } = pages
  const [healed, setHealed] = useState<DriftFields | null>(null)
  const [accepted, setAccepted] = useState<DriftFields | null>(null)
  const columns = useMemo(() => columnsWith(setHealed, setAccepted), [])
  const run = runOf(query.data)
  return (
    <Stack>
      <PageHeading>{run ? texts.runOf(providerName(run.provider)) : texts.title}</PageHeading>
      <Panel title={texts.result} query={query}>
        {() =>
          run ? (
            <>
              <DetailList
                items={[
                  [texts.result, <RunState key="state" run={run} />],
                  [texts.started, <Moment key="started" at={run.startedAt} />],
                  [texts.checked, count(run.checkedCount)],
                  [texts.healed, count(run.healedCount)],
                ]}
              />
              {run.error && <Alert color="red">{run.error}</Alert>}
            </>
          ) : (
            texts.missing
          )
        }
      </Panel>
      {run && (
        <Panel title={texts.drift} query={query}>
          {() => (
            <DataTable
              name={texts.drift}
              columns={columns}
              pages={pages}
              empty={texts.agree(count(run.checkedCount))}
            />
          )}
        </Panel>
      )}
      {healed && <HealDialog drift={healed} onClose={() => setHealed(null)} />}
      {accepted && <AcceptDialog drift={accepted} onClose={() => setAccepted(null)} />}
    </Stack>
  )
}

interface DriftDialogProps {
  readonly drift: DriftFields
  readonly onClose: () => void
}

function HealDialog({ drift: { id, action, description }, onClose }: DriftDialogProps) {
  const heal = usePageAction(HealDrift, onClose)
  return (
    <ActDialog
      title={texts.healTitle}
      effect={texts.healEffect(description)}
      confirm={texts.heal[action ?? ''] ?? ''}
      action={heal}
      onConfirm={(reason) => heal.run({ id, reason })}
      onClose={onClose}
    />
  )
}

function AcceptDialog({ drift: { id }, onClose }: DriftDialogProps) {
  const accept = usePageAction(AcceptDrift, onClose)
  const [until, setUntil] = useState('')
  return (
    <ActDialog
      title={texts.acceptTitle}
      effect={texts.acceptEffect}
      confirm={texts.accept}
      action={accept}
      onConfirm={(reason) => accept.run({ id, reason, ...(until && { expiresAt: `${until}T00:00:00Z` }) })}
      onClose={onClose}
    >
      <TextInput
        type="date"
        label={texts.until}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
    </ActDialog>
  )
}
