import { Button, Group, List, Stack, Textarea } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { useState, type FormEvent } from 'react'
import { InviteMembers, type InviteMembersData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { teamWords } from '../../words/en/team.js'

type Result = Extract<InviteMembersData['inviteMembers'], { __typename: 'InviteMembersPayload' }>['results'][number]

interface InviteDialogProps {
  readonly account: string
  readonly onClose: () => void
}

/** Invites several people at once. Each has its own result. */
export function InviteDialog({ account, onClose }: InviteDialogProps) {
  const [emails, setEmails] = useState('')
  const [role, setRole] = useState<'ADMIN' | 'MEMBER'>('MEMBER')
  const [results, setResults] = useState<readonly Result[]>([])
  const invite = useAction(InviteMembers, (result) => {
    if (result?.__typename === 'InviteMembersPayload') setResults(result.results)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const people = emails.split(/[\s,;]+/).filter(Boolean)
    invite.run({ accountId: account, invitations: people.map((email) => ({ email, role })) })
  }
  if (results.length > 0)
    return (
      <Dialog title={teamWords.invite} onClose={onClose}>
        <Stack>
          <List role="status">
            {results.map(({ email, invitation, denial }) => (
              <List.Item key={email}>
                {invitation ? teamWords.invited(email) : teamWords.notInvited(email, denial?.message ?? '')}
              </List.Item>
            ))}
          </List>
          <Group justify="flex-end">
            <Button onClick={onClose} data-autofocus>
              {teamWords.done}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    )
  return (
    <Dialog title={teamWords.invite} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <Textarea
            label={teamWords.emails}
            description={teamWords.emailsHint}
            required
            rows={3}
            data-autofocus
            value={emails}
            onChange={(event) => setEmails(event.currentTarget.value)}
          />
          <Select
            label={teamWords.role}
            description={teamWords.roleHints[role]}
            data={(['MEMBER', 'ADMIN'] as const).map((value) => ({ value, label: teamWords.roles[value]! }))}
            value={role}
            onChange={(value) => setRole(value ?? 'MEMBER')}
          />
          <FormFooter
            outcome={invite}
            account={account}
            cancel={teamWords.cancel}
            submit={teamWords.send}
            onClose={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  )
}
