import { Suspense } from 'react'
import type { DenialCardProps } from './denial-alert.js'
import { lazyPart } from '../session/load-part.js'

/** Loaded with the first refusal. */
const DenialAlert = lazyPart(() => import('./denial-alert.js'), 'default')

/** A refusal with its remedies. */
export const DenialCard = (props: DenialCardProps) => (
  <Suspense>
    <DenialAlert {...props} />
  </Suspense>
)
