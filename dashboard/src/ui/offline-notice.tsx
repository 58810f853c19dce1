import { Alert } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { waitingParts } from '../session/load-part.js'
import { words } from '../words/en.js'

/** Says that a page or dialog opens later, because the server is away. */
export const OfflineNotice = () =>
  useSyncExternalStore(waitingParts.subscribe, waitingParts.count) > 0 && (
    <Alert className="near-limits" role="status" color="orange">
      {words.offline}
    </Alert>
  )
