import { Button, Text, type ButtonProps } from '@mantine/core'
import { useState } from 'react'
import { useSession } from '../session/session-context.js'
import { words } from '../words/en.js'
import { Icon, type Drawing } from './icon.js'
import { saveFile } from './save-file.js'

interface DownloadProps extends Pick<ButtonProps, 'variant'> {
  readonly url: string
  /** Default: the name that the server says. */
  readonly fileName?: string
  readonly label: string
  /** Drawing that stands for the label on phones. Default: the label is there too. */
  readonly icon?: Drawing
  /** True if it does everywhere. */
  readonly isSmall?: boolean | undefined
}

/** Downloads a file of the server with the token of the session, which an address must not have. */
export function useDownload(): (url: string, fileName?: string) => Promise<void> {
  const { session } = useSession()
  return async (url, fileName) => {
    const headers = { authorization: `Bearer ${(await session?.token({ rejected: false })) ?? ''}` }
    const response = await fetch(url, { headers, credentials: 'omit' })
    if (!response.ok) throw new Error(await reasonOf(response))
    saveFile(await response.blob(), fileName ?? nameOf(response))
  }
}

/** A button that downloads a file, and says why it could not. */
export function DownloadButton({ url, fileName, label, icon, isSmall, ...looks }: DownloadProps) {
  const download = useDownload()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const start = async () => {
    setBusy(true)
    setError('')
    try {
      await download(url, fileName)
    } catch (reason) {
      setError((reason as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button
        size="xs"
        {...looks}
        {...(icon && { 'aria-label': label, title: label, 'data-icon': isSmall ? 'always' : 'phone' })}
        loading={isBusy}
        onClick={() => void start()}
      >
        {icon && <Icon of={icon} />}
        <span>{label}</span>
      </Button>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
    </>
  )
}

const nameOf = (response: Response): string =>
  /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? ''

/** Message of a denial, otherwise one with the status. */
async function reasonOf(response: Response): Promise<string> {
  const isJson = response.headers.get('content-type')?.includes('json')
  const { message } = (isJson ? await response.json() : {}) as { readonly message?: string }
  return message ?? words.downloadFailed(response.status)
}
