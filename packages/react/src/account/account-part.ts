import { useMemo } from 'react'
import type { Labels } from '../labels.js'
import { usePart, type Part, type PartProps } from '../parts/part.js'
import { ACCOUNT_ENGLISH, type AccountLabels } from './account-labels.js'

/** Properties of the components of this entry. */
export interface AccountPartProps extends Omit<PartProps, 'labels'> {
  readonly labels?: Partial<Labels & AccountLabels> | undefined
  readonly accountId?: string | undefined
}

/** A part with the sentences of this entry. */
export interface AccountPart extends Part {
  readonly labels: Labels & AccountLabels
}

/** Sentences, classes and components of a part of this entry. */
export function useAccountPart(props: AccountPartProps): AccountPart {
  const part = usePart(props)
  // The labels of the provider and of the component can have sentences of this entry.
  return useMemo(() => ({ ...part, labels: { ...ACCOUNT_ENGLISH, ...part.labels } }), [part])
}
