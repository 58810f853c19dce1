import './csv-button.css'
import IconDownload from 'icon:download'
import { serverUrl } from '../session/config.js'
import { words } from '../words/en.js'
import { DownloadButton } from './download-button.js'

interface CsvButtonProps {
  /** Path of the file below the server, for example `api/v1/analytics/churn.csv`. */
  readonly path: string
  readonly search: Readonly<Record<string, string>>
  /** True for a drawing, as on all phones. */
  readonly isSmall?: boolean
}

/** Downloads a table. */
export function CsvButton({ path, search, isSmall }: CsvButtonProps) {
  const url = serverUrl(path)
  url.search = new URLSearchParams(search).toString()
  return <DownloadButton url={url.href} label={words.csv} variant="default" icon={IconDownload} isSmall={isSmall} />
}
