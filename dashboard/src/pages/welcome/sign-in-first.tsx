import { lazy, Suspense } from 'react'

const Welcome = lazy(async () => ({ default: (await import('./welcome.js')).Welcome }))

/** The start page at the address of a page that needs a user. Loaded for visitors only. */
export const SignInFirst = () => (
  <Suspense fallback={null}>
    <Welcome />
  </Suspense>
)
