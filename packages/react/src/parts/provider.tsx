import { useMemo, type ReactNode } from 'react'
import { ENGLISH } from '../labels.js'
import { StackgateProvider as HooksProvider, type StackgateProviderProps } from '../provider.js'

/** Gives a client and sentences to the hooks and components below it. Makes a QueryClient if there is none. */
export function StackgateProvider(props: StackgateProviderProps): ReactNode {
  const { labels } = props
  const all = useMemo(() => ({ ...ENGLISH, ...labels }), [labels])
  return <HooksProvider {...props} labels={all} />
}
