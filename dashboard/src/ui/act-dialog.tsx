import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import type { Denial } from '@stackgate/client'
import { words } from '../words/en.js'
import { Dialog } from './dialog.js'

interface ActDialogProps {
  readonly title: string
  /** Effect of the act. */
  readonly effect: string
  /** Text of the button. */
  readonly confirm: string
  readonly isDangerous?: boolean
  readonly needsReason?: boolean
  readonly action: { readonly denial: Denial | null; readonly error: Error | null; readonly isPending: boolean }
  readonly children?: ReactNode
  readonly onConfirm: (reason: string) => void
  readonly onClose: () => void
}

/** An act of an operator: its effect, its reason, and the answer of the server. */
export function ActDialog({ title, effect, confirm, isDangerous, needsReason = true, ...props }: ActDialogProps) {
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
              label={words.ops.reason}
              description={words.ops.reasonHint}
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
              {words.ops.cancel}
            </Button>
            <Button type="submit" color={isDangerous ? 'red' : undefined} loading={action.isPending}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

/** Why an act was refused or failed. */
export function DenialAlert({ action }: { readonly action: Pick<ActDialogProps['action'], 'denial' | 'error'> }) {
  const message = action.denial?.message ?? action.error?.message
  if (message === undefined) return null
  return (
    <Alert color="orange" role="alert" title={words.ops.refused}>
      {message}
    </Alert>
  )
}
