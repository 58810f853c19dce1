import { Button, Group, Text } from '@mantine/core'
import { useEffect, useEffectEvent, useState } from 'react'
import { pageKeyWords as texts } from '../words/en/page-keys.js'

/** Elements to which a letter belongs. */
const FIELDS = 'input:not([type=checkbox]), textarea, select, [contenteditable=true]'
const STORED = 'stackgate.keys'

export interface PageKey {
  /** A lower-case letter. */
  readonly key: string
  readonly name: string
  readonly run: () => void
}

interface PageKeysProps {
  readonly keys: readonly PageKey[]
  /** Result of the last key for readers. */
  readonly said: string
}

/**
 * Single letters that act on a page, with their meanings. They rest while a field has the focus or a dialog is open, and each reader can turn
 * them off: who speaks to a browser can type them by accident.
 */
export function PageKeys({ keys, said }: PageKeysProps) {
  const [isOn, setOn] = useState(() => localStorage.getItem(STORED) !== 'off')
  const press = useEffectEvent((event: KeyboardEvent) => {
    const isShortcut = event.ctrlKey || event.metaKey || event.altKey
    const isTyping = (event.target as Element).closest?.(FIELDS)
    if (isShortcut || event.defaultPrevented || isTyping || document.querySelector('[role=dialog]')) return
    const pressed = keys.find(({ key }) => key === event.key.toLowerCase())
    if (!pressed) return
    event.preventDefault()
    pressed.run()
  })
  useEffect(() => {
    if (!isOn) return undefined
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [isOn])
  const turn = () => {
    localStorage.setItem(STORED, isOn ? 'off' : 'on')
    setOn(!isOn)
  }
  return (
    <Group gap="sm" role="group" aria-label={texts.name} className="page-keys">
      {isOn &&
        keys.map(({ key, name }) => (
          <Text key={key} size="xs" c="dimmed" span>
            <kbd>{key.toUpperCase()}</kbd> {name}
          </Text>
        ))}
      <Button size="compact-xs" variant="subtle" color="gray" onClick={turn}>
        {isOn ? texts.turnOff : texts.turnOn}
      </Button>
      <Text size="xs" role="status" span>
        {said}
      </Text>
    </Group>
  )
}
