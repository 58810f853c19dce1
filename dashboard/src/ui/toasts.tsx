import '@mantine/core/styles/Notification.css'
import '@mantine/notifications/styles.css'
import { Button, Group, Text } from '@mantine/core'
import { Notifications, notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { words } from '../words/en.js'
import { takeToasts, useWaitingToasts, type Toast } from './toast.js'

/** Time to read a sentence, and to undo what it says. */
const SHOWN_MS = 8_000

/** The place of toasts, above the lower edge. A module of its own: it is loaded with the first toast. */
export default function Toasts() {
  const count = useWaitingToasts()
  useEffect(() => takeToasts().forEach(show), [count])
  return (
    <section aria-label={words.toasts}>
      <Notifications position="bottom-center" zIndex={350} containerWidth={400} withinPortal={false} />
    </section>
  )
}

function show({ text, undo }: Toast): void {
  const id = notifications.show({
    autoClose: SHOWN_MS,
    withBorder: true,
    closeButtonProps: { 'aria-label': words.close },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text>{text}</Text>
        {undo && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(id)
              undo()
            }}
          >
            {words.undo}
          </Button>
        )}
      </Group>
    ),
  })
}
