import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { Dialog } from '../../ui/dialog.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { FORMS } from './commands.js'

interface ConfirmCommandProps {
  readonly type: string
  readonly label: string
  readonly app: string
  readonly onClose: () => void
  readonly onConfirm: (line: string) => void
}

/** Asks before a command that interrupts or changes something, and says what happens. */
export function ConfirmCommand({ type, label, app, onClose, onConfirm }: ConfirmCommandProps) {
  const [line, setLine] = useState('')
  const hasLine = FORMS[type]?.hasLine ?? false
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onConfirm(line)
  }
  return (
    <Dialog onClose={onClose} title={deploymentWords.confirmTitle(label)}>
      <form onSubmit={submit}>
        <Stack>
          <Text>{deploymentWords.confirm[type]?.(app)}</Text>
          {hasLine && (
            <TextInput
              label={deploymentWords.commandLine}
              required
              data-autofocus
              maxLength={2000}
              value={line}
              onChange={(event) => setLine(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus={hasLine ? undefined : true}>
              {deploymentWords.cancel}
            </Button>
            <Button type="submit" color="red">
              {label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
