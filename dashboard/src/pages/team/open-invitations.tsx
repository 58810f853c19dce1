import { Button, Group, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { CancelInvitation, Invitations, ResendInvitation, type InvitationFields } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { DataTable, type Column } from '../../ui/data-table.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { allAtOnce } from '../../ui/use-cursor-pages.js'
import { teamWords } from '../../words/en/team.js'

const { columns } = teamWords

/** Invitations that were not accepted yet. */
export function OpenInvitations({ account }: { readonly account: string }) {
  const invitations = useOperation(Invitations, { account, statuses: ['PENDING'] })
  const invitationColumns = useMemo(
    (): readonly Column<InvitationFields>[] => [
      { name: columns.email, by: ({ email }) => email },
      { name: columns.role, by: ({ role }) => teamWords.roles[role] },
      { name: columns.by, by: ({ invitedBy }) => invitedBy?.name },
      { name: columns.expires, by: ({ expiresAt }) => expiresAt, cell: ({ expiresAt }) => date(expiresAt) },
      { name: teamWords.actions, cell: (invitation) => <Acts account={account} invitation={invitation} /> },
    ],
    [account],
  )
  return (
    <Panel title={teamWords.invitations} query={invitations} height={80}>
      {({ account: found }) => (
        <DataTable
          name={teamWords.invitations}
          columns={invitationColumns}
          pages={allAtOnce(invitations, found?.access?.invitations?.nodes ?? [])}
          empty={teamWords.noInvitations}
        />
      )}
    </Panel>
  )
}

function Acts({ account, invitation }: { readonly account: string; readonly invitation: InvitationFields }) {
  const { id, email } = invitation
  const [resent, setResent] = useState(false)
  const resend = useAction(ResendInvitation, () => setResent(true))
  const withdraw = useAction(CancelInvitation)
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={teamWords.resendNamed(email)}
          loading={resend.isPending}
          onClick={() => resend.run({ id })}
        >
          {teamWords.resend}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          color="red"
          aria-label={teamWords.withdrawNamed(email)}
          loading={withdraw.isPending}
          onClick={() => withdraw.run({ id })}
        >
          {teamWords.withdraw}
        </Button>
      </Group>
      {resent && (
        <Text size="xs" c="dimmed" role="status">
          {teamWords.resent(email)}
        </Text>
      )}
      <OutcomeText outcome={resend} account={account} />
      <OutcomeText outcome={withdraw} account={account} />
    </>
  )
}
