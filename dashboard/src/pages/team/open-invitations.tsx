import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { CancelInvitation, Invitations, ResendInvitation, type InvitationFields } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '@stackgate/react/hooks'
import { Empty } from '../../ui/empty.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { teamWords } from '../../words/en/team.js'

/** Invitations that were not accepted yet. */
export function OpenInvitations({ account }: { readonly account: string }) {
  const invitations = useOperation(Invitations, { account, statuses: ['PENDING'] })
  const { columns } = teamWords
  return (
    <Panel title={teamWords.invitations} query={invitations} height={80}>
      {({ account: found }) =>
        found?.access?.invitations?.nodes.length ? (
          <ScrollTable
            name={teamWords.invitations}
            columns={[columns.email, columns.role, columns.by, columns.expires, teamWords.actions]}
          >
            {found.access?.invitations.nodes.map((invitation) => (
              <InvitationLine key={invitation.id} account={account} invitation={invitation} />
            ))}
          </ScrollTable>
        ) : (
          <Empty>{teamWords.noInvitations}</Empty>
        )
      }
    </Panel>
  )
}

function InvitationLine({ account, invitation }: { readonly account: string; readonly invitation: InvitationFields }) {
  const { id, email, role, expiresAt, invitedBy } = invitation
  const [resent, setResent] = useState(false)
  const resend = useAction(ResendInvitation, () => setResent(true))
  const withdraw = useAction(CancelInvitation)
  return (
    <tr>
      <td>
        {email}
        {resent && (
          <Text size="xs" c="dimmed" role="status">
            {teamWords.resent(email)}
          </Text>
        )}
        <OutcomeText outcome={resend} account={account} />
        <OutcomeText outcome={withdraw} account={account} />
      </td>
      <td>{teamWords.roles[role]}</td>
      <td>{invitedBy?.name}</td>
      <td>{date(expiresAt)}</td>
      <td>
        <Group gap="xs" wrap="nowrap">
          <Button
            size="xs"
            variant="subtle"
            aria-label={teamWords.resendNamed(email)}
            loading={resend.isPending}
            onClick={() => resend.run({ id })}
          >
            {teamWords.resend}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="red"
            aria-label={teamWords.withdrawNamed(email)}
            loading={withdraw.isPending}
            onClick={() => withdraw.run({ id })}
          >
            {teamWords.withdraw}
          </Button>
        </Group>
      </td>
    </tr>
  )
}
