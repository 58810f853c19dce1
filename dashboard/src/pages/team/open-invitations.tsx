import { useMemo } from 'react'
import { CancelInvitation, Invitations, ResendInvitation, type InvitationFields } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { actColumn } from '../../ui/act-menu.js'
import { DataTable, type Column } from '../../ui/data-table.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { toast } from '../../ui/toast.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { teamWords } from '../../words/en/team.js'

const { columns } = teamWords

/** Invitations that were not accepted yet. */
export function OpenInvitations({ account }: { readonly account: string }) {
  const invitations = useOperation(Invitations, { account, statuses: ['PENDING'] })
  const resend = useAction(ResendInvitation, ({ email }) => toast({ text: teamWords.resent(email) }))
  const withdraw = useAction(CancelInvitation)
  const [{ run: onResend }, { run: onWithdraw }] = [resend, withdraw]
  const invitationColumns = useMemo(
    (): readonly Column<InvitationFields>[] => [
      { name: columns.email, by: ({ email }) => email },
      { name: columns.role, by: ({ role }) => teamWords.roles[role] },
      { name: columns.by, by: ({ invitedBy }) => invitedBy?.name },
      {
        name: columns.expires,
        place: 'side',
        isShort: true,
        by: ({ expiresAt }) => expiresAt,
        cell: ({ expiresAt }) => date(expiresAt),
      },
      actColumn(
        ({ email }) => email,
        ({ id }) => [
          { name: teamWords.resend, onChoose: () => onResend({ id }) },
          { name: teamWords.withdraw, isDangerous: true, onChoose: () => onWithdraw({ id }) },
        ],
      ),
    ],
    [onResend, onWithdraw],
  )
  return (
    <Panel title={teamWords.invitations} query={invitations} height={80}>
      {({ account: found }) => (
        <>
          <OutcomeText outcome={resend} account={account} />
          <OutcomeText outcome={withdraw} account={account} />
          <DataTable
            name={teamWords.invitations}
            columns={invitationColumns}
            pages={allAtOnce(invitations, found?.access?.invitations?.nodes ?? [])}
            empty={teamWords.noInvitations}
          />
        </>
      )}
    </Panel>
  )
}
