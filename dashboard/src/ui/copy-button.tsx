import { Button } from '@mantine/core'
import { useState } from 'react'
import { keyWords } from '../words/en/keys.js'

/** Copies a text and says that it did. */
export function CopyButton({ text, label = keyWords.secret.copy }: { readonly text: string; readonly label?: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <Button variant="default" size="sm" onClick={() => void copy()}>
      <span role="status">{copied ? keyWords.secret.copied : label}</span>
    </Button>
  )
}
