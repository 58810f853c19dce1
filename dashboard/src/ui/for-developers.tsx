import { Suspense } from 'react'
import { lazyPart } from '../session/load-part.js'
import { useSession } from '../session/session-context.js'

/** Loaded with the first problem in the sandbox. */
const DeveloperDetails = lazyPart(() => import('./developer-details.js'), 'DeveloperDetails')

/** In the sandbox, what a refusal or an error means for a program. */
export const ForDevelopers = ({ problem }: { readonly problem: { readonly message: string } | null }) =>
  useSession().config.mode === 'sandbox' && problem ? (
    <Suspense>
      <DeveloperDetails problem={problem} />
    </Suspense>
  ) : null
