import { Alert } from '@mantine/core'
import { Suspense, type ReactNode } from 'react'
import type { Denial } from '@stackgate/client'
import { words } from '../words/en.js'
import { ForDevelopers } from './for-developers.js'
import { lazyPart } from '../session/load-part.js'

/** Loaded when the first dialog opens. */
const ActForm = lazyPart(() => import('./act-form.js'), 'default')

export interface ActDialogProps {
  readonly title: string
  /** Effect of the act. */
  readonly effect: string
  /** Text of the button. */
  readonly confirm: string
  /** Text of the button that changes nothing. Default: Cancel. */
  readonly keep?: string
  readonly isDangerous?: boolean
  readonly needsReason?: boolean
  /** True while the act cannot be confirmed. */
  readonly isDisabled?: boolean
  readonly action: { readonly denial: Denial | null; readonly error: Error | null; readonly isPending: boolean }
  readonly children?: ReactNode
  readonly onConfirm: (reason: string) => void
  readonly onClose: () => void
}

/** An act of an operator: its effect, its reason, and the answer of the server. */
export const ActDialog = (props: ActDialogProps) => (
  <Suspense fallback={null}>
    <ActForm {...props} />
  </Suspense>
)

/** Why an act was refused or failed. */
export function DenialAlert({ action }: { readonly action: Pick<ActDialogProps['action'], 'denial' | 'error'> }) {
  const message = action.denial?.message ?? action.error?.message
  if (message === undefined) return null
  return (
    <Alert color="orange" role="alert" title={words.refused}>
      {message}
      <ForDevelopers problem={action.denial ?? action.error} />
    </Alert>
  )
}
