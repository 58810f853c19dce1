import { Suspense } from 'react'
import { lazyPart } from '../../session/load-part.js'

const Welcome = lazyPart(() => import('./welcome.js'), 'Welcome')

/** The start page at the address of a page that needs a user. Loaded for visitors only. */
export const SignInFirst = (props: { readonly email?: string }) => (
  <Suspense fallback={null}>
    <Welcome {...props} />
  </Suspense>
)
