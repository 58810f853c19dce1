import { Button } from '@mantine/core'
import { useState } from 'react'
import {
  AccountSessions as AccountSessionsQuery,
  RevokeAccountSessions,
  RevokeApiKey,
  type AccountSessionsData,
} from '@stackgate/client/documents'
import { usePageAction } from '../../session/use-page-action.js'
import { ActDialog, DenialAlert } from '../../ui/act-dialog.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { label } from '../../ui/format.js'
import { Moment } from '../../ui/moment.js'
import { Panel } from '../../ui/panel.js'
import { useCursorPages } from '../../ui/use-cursor-pages.js'
import { operationsWords } from '../../words/en/operations.js'

const texts = operationsWords.look.sessions

type Session = NonNullable<NonNullable<AccountSessionsData['account']>['accountSessions']>['nodes'][number]

const COLUMNS: readonly Column<Session>[] = [
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
  { name: texts.acts, cell: (session) => <RevokeButton session={session} /> },
]

/** Tokens of browsers that have not ended, and buttons that revoke one or all of them. */
export function AccountSessions({ account }: { readonly account: string }) {
  const [isOpen, setOpen] = useState(false)
  const pages = useCursorPages(AccountSessionsQuery, { account }, (data) => data.account?.accountSessions)
  const revoke = usePageAction(RevokeAccountSessions, () => setOpen(false))
  const isEmpty = pages.pieces.every((piece) => piece.length === 0)
  return (
    <Panel
      title={texts.title}
      query={pages.query}
      actions={
        isEmpty ? null : (
          <Button size="xs" variant="default" aria-haspopup="dialog" onClick={() => setOpen(true)}>
            {texts.revokeAll}
          </Button>
        )
      }
    >
      {() => (
        <>
          <DataTable name={texts.title} columns={COLUMNS} pages={pages} empty={texts.none} />
          {isOpen && (
            <ActDialog
              title={texts.revokeAll}
              effect={texts.revokeAllEffect}
              confirm={texts.revokeAll}
              isDangerous
              needsReason={false}
              action={revoke}
              onConfirm={() => revoke.run({ account })}
              onClose={() => setOpen(false)}
            />
          )}
        </>
      )}
    </Panel>
  )
}

function RevokeButton({ session }: { readonly session: Session }) {
  const revoke = usePageAction(RevokeApiKey)
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={revoke.isPending}
        aria-label={texts.revokeOf(session.id)}
        onClick={() => revoke.run({ id: session.id })}
      >
        {texts.revoke}
      </Button>
      <DenialAlert action={revoke} />
    </>
  )
}
