import { useMemo } from 'react'
import {
  AccountSessions as AccountSessionsQuery,
  RevokeAccountSessions,
  RevokeApiKey,
  type AccountSessionsData,
} from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog, DenialAlert } from '../../ui/act-dialog.js'
import { actColumn } from '../../ui/act-menu.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { label, moment } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { Panel } from '../../ui/panel.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.look.sessions

type Session = NonNullable<NonNullable<AccountSessionsData['account']>['accountSessions']>['nodes'][number]

const columnsWith = (onRevoke: (session: Session) => void): readonly Column<Session>[] => [
  {
    name: texts.permissions,
    by: ({ permissions }) => permissions.join(' '),
    cell: ({ permissions }) => permissions.map(label).join(', '),
  },
  { name: texts.key, by: ({ createdByKey }) => createdByKey?.name },
  {
    name: texts.since,
    isShort: true,
    by: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => <Moment at={createdAt} />,
  },
  {
    name: texts.ends,
    isShort: true,
    by: ({ expiresAt }) => expiresAt,
    cell: ({ expiresAt }) => expiresAt && <Moment at={expiresAt} />,
  },
  actColumn(
    ({ permissions, createdAt }) => `${permissions.map(label).join(', ')}, ${moment(createdAt)}`,
    (session) => [{ name: texts.revoke, isDangerous: true, onChoose: () => onRevoke(session) }],
  ),
]

/** Tokens of browsers that have not ended. */
export function AccountSessions({ account }: { readonly account: string }) {
  const pages = useCursorPages(AccountSessionsQuery, { account }, (data) => data.account?.accountSessions)
  const revoke = usePageAction(RevokeApiKey)
  const { run } = revoke
  const columns = useMemo(() => columnsWith(({ id }) => run({ id })), [run])
  return (
    <Panel title={texts.title} query={pages.query}>
      {() => (
        <>
          <DenialAlert action={revoke} />
          <DataTable name={texts.title} columns={columns} pages={pages} empty={texts.none} />
        </>
      )}
    </Panel>
  )
}

/** Revokes all of them. */
export function RevokeSessionsDialog({ account, onClose }: { readonly account: string; readonly onClose: () => void }) {
  const revoke = usePageAction(RevokeAccountSessions, onClose)
  return (
    <ActDialog
      title={texts.revokeAll}
      effect={texts.revokeAllEffect}
      confirm={texts.revokeAll}
      isDangerous
      needsReason={false}
      action={revoke}
      onConfirm={() => revoke.run({ account })}
      onClose={onClose}
    />
  )
}
