import { AuditLog, type AuditEntryFields, type AuditLogData, type AuditLogVariables } from '@stackgate/client/documents'
import { CsvButton } from '../../ui/csv-button.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { count } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { CodeName, FoldedJson, ShortId } from '../../ui/detail-list.js'
import { Panel } from '../../ui/panel.js'
import { everyHalfMinute } from '../../ui/read-again.js'
import { TIME_ORDERS, useFromEnd } from '../../ui/sorting.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'
import { AccountLink, ActorLink } from './links.js'

const texts = operationsWords.audit

type Details = { readonly reason?: unknown; readonly input?: Details | null; readonly after?: Details | null } | null

/** The reason of an act is in its input, or in the state after it. */
function reasonOf(details: Details): string | undefined {
  const reason = details?.reason ?? details?.input?.reason ?? details?.after?.reason
  return typeof reason === 'string' ? reason : undefined
}

const COLUMNS: readonly Column<AuditEntryFields>[] = [
  { name: texts.at, isShort: true, orders: TIME_ORDERS, by: ({ at }) => at, cell: ({ at }) => <Moment at={at} /> },
  {
    name: texts.actor,
    place: 'text',
    isLong: true,
    cell: ({ actor }) => <ActorLink actor={actor} />,
  },
  {
    name: texts.action,
    place: 'title',
    isLong: true,
    by: ({ action }) => action,
    cell: ({ action, occurrenceCount, details }) => (
      <>
        <div>
          <CodeName name={occurrenceCount > 1 ? texts.times(action, count(occurrenceCount)) : action} />
        </div>
        <div>{reasonOf(details as Details)}</div>
        <FoldedJson name={texts.details} value={details} />
      </>
    ),
  },
  { name: texts.object, by: ({ object }) => object, cell: ({ object }) => <ShortId id={object} /> },
  {
    name: operationsWords.account,
    by: ({ account }) => account?.name,
    cell: ({ account }) => <AccountLink account={account} />,
  },
]

/** The conditions of the list and of its file, which have the same names. */
export interface AuditFilter {
  readonly account?: string
  readonly actor?: string
  readonly action?: string
  readonly search?: string
  readonly from?: string
  readonly to?: string
}

/** Entries of the audit log, the newest first. */
export function AuditTable({ filter }: { readonly filter: AuditFilter }) {
  const pages = useCursorPages<AuditLogData, AuditLogVariables, AuditEntryFields>(
    AuditLog,
    { filter },
    ({ auditLog }) => auditLog,
    { refetchInterval: everyHalfMinute, isFromEnd: useFromEnd(COLUMNS) },
  )
  return (
    <Panel
      title={texts.entries}
      query={pages.query}
      actions={<CsvButton path="api/v1/audit-log.csv" search={{ ...filter }} />}
    >
      {() => <DataTable isPage name={texts.entries} columns={COLUMNS} pages={pages} empty={texts.none} />}
    </Panel>
  )
}
