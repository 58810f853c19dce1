import IconCheck from 'icon:check'
import IconCopy from 'icon:copy'
import { Button, type ButtonProps } from '@mantine/core'
import { useState } from 'react'
import { keyWords } from '../words/en/keys.js'
import { Icon } from './icon.js'

const texts = keyWords.secret

function useCopy(text: string) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return { copied, copy: () => void copy() }
}

interface CopyButtonProps extends Pick<ButtonProps, 'size'> {
  readonly text: string
  readonly label?: string
}

/** Copies a text and says that it did. */
export function CopyButton({ text, label = texts.copy, size = 'sm' }: CopyButtonProps) {
  const { copied, copy } = useCopy(text)
  return (
    <Button variant="default" size={size} onClick={copy}>
      <span role="status">{copied ? texts.copied : label}</span>
    </Button>
  )
}

/** The same behind a text in a line, as a drawing. */
export function CopyIcon({ name, text }: { readonly name: string; readonly text: string }) {
  const { copied, copy } = useCopy(text)
  return (
    <>
      <button
        type="button"
        className="square"
        data-small
        aria-label={texts.copyOf(name)}
        title={texts.copyOf(name)}
        onClick={copy}
      >
        <Icon of={copied ? IconCheck : IconCopy} />
      </button>
      <span role="status" className="only-read">
        {copied && texts.copied}
      </span>
    </>
  )
}
