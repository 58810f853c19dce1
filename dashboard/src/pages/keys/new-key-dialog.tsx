import '@mantine/core/styles/InlineInput.css'
import '@mantine/core/styles/CheckboxIndicator.css'
import '@mantine/core/styles/Checkbox.css'
import { Checkbox, Stack, TextInput } from '@mantine/core'
import { Select } from '../../ui/select.js'
import { useState, type FormEvent } from 'react'
import { CreateApiKey } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { Dialog } from '../../ui/dialog.js'
import { FormFooter } from '../../ui/dialogs.js'
import { keyWords } from '../../words/en/keys.js'
import { teamWords } from '../../words/en/team.js'

const SCOPES = ['entitlements:read', 'billing:read', 'commands:write'] as const
const ENDS = ['never', '30', '90', '365'] as const
const DAY_MS = 86_400_000

interface NewKeyDialogProps {
  readonly account: string
  readonly onClose: () => void
  /** Called with the secret, which is returned once. */
  readonly onCreated: (secret: string | null) => void
}

export function NewKeyDialog({ account, onClose, onCreated }: NewKeyDialogProps) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<string[]>(['entitlements:read'])
  const [end, setEnd] = useState<string>('never')
  const create = useAction(CreateApiKey, (result) => {
    onCreated(result.secret)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    // Keys end by the clock of the machine, also in the sandbox.
    const expiresAt = end === 'never' ? null : new Date(Date.now() + Number(end) * DAY_MS).toISOString()
    create.run({ input: { accountId: account, name, scopes, expiresAt } })
  }
  return (
    <Dialog title={keyWords.createTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={keyWords.name}
            description={keyWords.nameHint}
            required
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group label={keyWords.scopes} value={scopes} onChange={setScopes}>
            <Stack gap="xs" mt="xs">
              {SCOPES.map((scope) => (
                <Checkbox key={scope} value={scope} label={keyWords.scopeTexts[scope]} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Select
            label={keyWords.end}
            data={ENDS.map((value) => ({ value, label: keyWords.ends[value]! }))}
            value={end}
            onChange={(value) => setEnd(value ?? 'never')}
          />
          <FormFooter
            outcome={create}
            account={account}
            cancel={teamWords.cancel}
            submit={keyWords.submit}
            isDisabled={scopes.length === 0}
            onClose={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  )
}
