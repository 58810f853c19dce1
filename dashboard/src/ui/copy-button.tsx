import { Button, type ButtonProps } from '@mantine/core'
import { useState } from 'react'
import { keyWords } from '../words/en/keys.js'

interface CopyButtonProps extends Pick<ButtonProps, 'size'> {
  readonly text: string
  readonly label?: string
}

/** Copies a text and says that it did. */
export function CopyButton({ text, label = keyWords.secret.copy, size = 'sm' }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <Button variant="default" size={size} onClick={() => void copy()}>
      <span role="status">{copied ? keyWords.secret.copied : label}</span>
    </Button>
  )
}
