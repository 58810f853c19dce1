import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { words } from '../words/en.js'
import { DenialAlert, type ActDialogProps } from './act-dialog.js'
import { Dialog } from './dialog.js'

/** The content of `ActDialog`. */
export default function ActForm({
  title,
  effect,
  confirm,
  keep = words.cancel,
  isDangerous,
  needsReason = true,
  isDisabled = false,
  ...props
}: ActDialogProps) {
  const { action, children, onConfirm, onClose } = props
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onConfirm(reason.trim())
  }
  return (
    <Dialog onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{effect}</Text>
          {children}
          {needsReason && (
            <Textarea
              label={words.reason}
              description={words.reasonHint}
              required
              autosize
              minRows={2}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          )}
          <DenialAlert action={action} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {keep}
            </Button>
            <Button
              type="submit"
              color={isDangerous ? 'red' : undefined}
              loading={action.isPending}
              disabled={isDisabled}
            >
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
