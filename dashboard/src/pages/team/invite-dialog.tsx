import { Button, Group, List, Stack, Textarea } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { useState, type FormEvent } from 'react'
import type { MutationResult } from '@stackgate/client'
import { InviteMembers, type InviteMembersData } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { teamWords } from '../../words/en/team.js'

type Invited = MutationResult<InviteMembersData>

interface InviteDialogProps {
  readonly account: string
  readonly onClose: () => void
}

/** Invites several people at once. Each has its own result. */
export function InviteDialog({ account, onClose }: InviteDialogProps) {
  const [emails, setEmails] = useState('')
  const [role, setRole] = useState<'ADMIN' | 'MEMBER'>('MEMBER')
  const [results, setResults] = useState<Invited>([])
  const invite = useAction(InviteMembers, setResults)
  const people = emails.split(/[\s,;]+/).filter(Boolean)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.run({ accountId: account, invitations: people.map((email) => ({ email, role })) })
  }
  if (results.length > 0)
    return (
      <Dialog title={teamWords.invite} onClose={onClose}>
        <Stack>
          <List role="status">
            {results.map((result, index) => (
              <List.Item key={people[index]}>
                {result.ok
                  ? teamWords.invited(result.value.email)
                  : teamWords.notInvited(people[index]!, result.denial.message)}
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
