import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { saveView } from '../session/views.js'
import { listWords } from '../words/en/lists.js'
import { Dialog } from './dialog.js'

const texts = listWords

interface SaveViewDialogProps {
  readonly list: string
  readonly search: Readonly<Record<string, string>>
  readonly onClose: () => void
}

/** Asks for the name by which the conditions of a list are kept in this browser. */
export function SaveViewDialog({ list, search, onClose }: SaveViewDialogProps) {
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const send = (event: FormEvent) => {
    event.preventDefault()
    const view = name.trim()
    if (!view) return
    saveView(list, { name: view, search })
    void navigate({ to: '.', search: ((old: object) => ({ ...old, view })) as never, replace: true })
    onClose()
  }
  return (
    <Dialog onClose={onClose} title={texts.saveView}>
      <form onSubmit={send}>
        <Stack>
          <TextInput
            label={texts.viewName}
            description={texts.viewHint}
            maxLength={40}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.cancel}
            </Button>
            <Button type="submit" disabled={!name.trim()}>
              {texts.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
