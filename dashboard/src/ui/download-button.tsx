import { Anchor, Button, Text, type ButtonProps } from '@mantine/core'
import { useState } from 'react'
import { serverUrl } from '../session/config.js'
import { useSession } from '../session/session-context.js'
import { words } from '../words/en.js'
import { saveFile } from './save-file.js'

interface DownloadProps {
  readonly url: string
  /** Default: the name that the server says. */
  readonly fileName?: string
  readonly label: string
}

/** Downloads a file of the server with the token of the session, which an address must not have. */
export function DownloadButton({
  url,
  fileName,
  label,
  ...looks
}: DownloadProps & Pick<ButtonProps, 'size' | 'variant'>) {
  const { session } = useSession()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const download = async () => {
    setBusy(true)
    setError('')
    try {
      const headers = { authorization: `Bearer ${(await session?.token({ rejected: false })) ?? ''}` }
      const response = await fetch(url, { headers, credentials: 'omit' })
      if (!response.ok) throw new Error(await reasonOf(response))
      saveFile(await response.blob(), fileName ?? nameOf(response))
    } catch (reason) {
      setError((reason as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button size="xs" {...looks} loading={isBusy} onClick={() => void download()}>
        {label}
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

/** A document of an invoice: at the provider a link, from the server a download. */
export function DocumentLink({ url, label }: Omit<DownloadProps, 'fileName'>) {
  if (!url.startsWith(serverUrl('').href)) return <Anchor href={url}>{label}</Anchor>
  return <DownloadButton url={url} label={label} size="compact-xs" variant="default" />
}
