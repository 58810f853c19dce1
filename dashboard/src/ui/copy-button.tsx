import { Button } from '@mantine/core'
import { useState } from 'react'
import { words } from '../words/en.js'

/** Copies a text and says that it did. */
export function CopyButton({
  text,
  label = words.keys.secret.copy,
}: {
  readonly text: string
  readonly label?: string
}) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <Button variant="default" size="sm" onClick={() => void copy()}>
      <span role="status">{copied ? words.keys.secret.copied : label}</span>
    </Button>
  )
}
