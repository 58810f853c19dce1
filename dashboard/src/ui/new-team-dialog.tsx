import { Stack, TextInput } from '@mantine/core'
import { useOperations } from '@stackgate/react/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { CreateTeam } from '@stackgate/client/documents'
import { useAction } from '../session/use-action.js'
import { Dialog } from './dialog.js'
import { FormFooter } from './dialogs.js'
import { teamWords } from '../words/en/team.js'

/** Creates a team and opens it. */
export function NewTeamDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('')
  const navigate = useNavigate()
  const operations = useOperations()
  const create = useAction(CreateTeam, (account) => {
    void operations.refetch('Viewer')
    onClose()
    void navigate({ to: `/a/${account.id}/team` })
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.run({ name })
  }
  const texts = teamWords.create
  return (
    <Dialog title={texts.title} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={texts.name}
            description={texts.hint}
            required
            maxLength={100}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <FormFooter outcome={create} account="" cancel={teamWords.cancel} submit={texts.submit} onClose={onClose} />
        </Stack>
      </form>
    </Dialog>
  )
}
