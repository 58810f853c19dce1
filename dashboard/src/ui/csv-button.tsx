import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import { serverUrl } from '../session/config.js'
import { useSession } from '../session/session-context.js'
import { words } from '../words/en.js'
import { saveFile } from './save-file.js'

interface CsvButtonProps {
  /** Path of the file below the server, for example `api/v1/analytics/churn.csv`. */
  readonly path: string
  readonly search: Readonly<Record<string, string>>
}

/** Downloads a file with the token of the session, which an address must not have. */
export function CsvButton({ path, search }: CsvButtonProps) {
  const { session } = useSession()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const download = async () => {
    setBusy(true)
    setError('')
    try {
      const url = serverUrl(path)
      url.search = new URLSearchParams(search).toString()
      const headers = { authorization: `Bearer ${(await session?.token({ rejected: false })) ?? ''}` }
      const response = await fetch(url, { headers, credentials: 'omit' })
      if (!response.ok) throw new Error(words.csvFailed(response.status))
      saveFile(await response.blob(), path.slice(path.lastIndexOf('/') + 1))
    } catch (reason) {
      setError((reason as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button size="xs" variant="default" loading={isBusy} onClick={() => void download()}>
        {words.csv}
      </Button>
      {error && (
        <Text size="sm" c="red" role="alert">
          {error}
        </Text>
      )}
    </>
  )
}
