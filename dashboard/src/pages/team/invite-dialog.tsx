import { Button, Group, List, Select, Stack, Textarea } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { InviteMembers, type InviteMembersData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { words } from '../../words/en.js'

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
      <Dialog title={words.team.invite} onClose={onClose}>
        <Stack>
          <List role="status">
            {results.map(({ email, invitation, denial }) => (
              <List.Item key={email}>
                {invitation ? words.team.invited(email) : words.team.notInvited(email, denial?.message ?? '')}
              </List.Item>
            ))}
          </List>
          <Group justify="flex-end">
            <Button onClick={onClose} data-autofocus>
              {words.team.done}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    )
  return (
    <Dialog title={words.team.invite} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <Textarea
            label={words.team.emails}
            description={words.team.emailsHint}
            required
            rows={3}
            data-autofocus
            value={emails}
            onChange={(event) => setEmails(event.currentTarget.value)}
          />
          <Select
            label={words.team.role}
            description={words.team.roleHints[role]}
            data={(['MEMBER', 'ADMIN'] as const).map((value) => ({ value, label: words.team.roles[value]! }))}
            value={role}
            allowDeselect={false}
            onChange={(value) => setRole(value ?? 'MEMBER')}
          />
          <OutcomeText outcome={invite} account={account} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.team.cancel}
            </Button>
            <Button type="submit" loading={invite.isPending}>
              {words.team.send}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
