import { Button, Group, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { CancelInvitation, Invitations, ResendInvitation, type InvitationFields } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { useOperation } from '../../session/use-operation.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { Panel } from '../../ui/panel.js'
import { ScrollTable } from '../../ui/scroll-table.js'
import { words } from '../../words/en.js'

/** Invitations that were not accepted yet. */
export function OpenInvitations({ account }: { readonly account: string }) {
  const invitations = useOperation(Invitations, { account, statuses: ['PENDING'] })
  const { columns } = words.team
  return (
    <Panel title={words.team.invitations} query={invitations} height={80}>
      {({ account: found }) =>
        found?.invitations?.nodes.length ? (
          <ScrollTable
            name={words.team.invitations}
            columns={[columns.email, columns.role, columns.by, columns.expires, words.team.actions]}
          >
            {found.invitations.nodes.map((invitation) => (
              <InvitationLine key={invitation.id} account={account} invitation={invitation} />
            ))}
          </ScrollTable>
        ) : (
          <Text>{words.team.noInvitations}</Text>
        )
      }
    </Panel>
  )
}

function InvitationLine({ account, invitation }: { readonly account: string; readonly invitation: InvitationFields }) {
  const { id, email, role, expiresAt, invitedBy } = invitation
  const [resent, setResent] = useState(false)
  const resend = useAction(ResendInvitation, () => setResent(true))
  const withdraw = useAction(CancelInvitation, undefined, { hasKey: false })
  return (
    <Table.Tr>
      <Table.Td>
        {email}
        {resent && (
          <Text size="xs" c="dimmed" role="status">
            {words.team.resent(email)}
          </Text>
        )}
        <OutcomeText outcome={resend} account={account} />
        <OutcomeText outcome={withdraw} account={account} />
      </Table.Td>
      <Table.Td>{words.team.roles[role]}</Table.Td>
      <Table.Td>{invitedBy?.name ?? invitedBy?.email}</Table.Td>
      <Table.Td>{date(expiresAt)}</Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Button
            size="xs"
            variant="subtle"
            aria-label={words.team.resendNamed(email)}
            loading={resend.isPending}
            onClick={() => resend.run({ invitationId: id })}
          >
            {words.team.resend}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="red"
            aria-label={words.team.withdrawNamed(email)}
            loading={withdraw.isPending}
            onClick={() => withdraw.run({ invitationId: id })}
          >
            {words.team.withdraw}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}
