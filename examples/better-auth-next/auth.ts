import { Stackgate } from '@stackgate/client/server' // gate
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'

/** Users and sessions of this process. Replace it by the adapter of your database. */
const memory = ((globalThis as { memory?: Record<string, never[]> }).memory ??= {
  user: [],
  session: [],
  account: [],
  verification: [],
})

export const auth = betterAuth({ database: memoryAdapter(memory), emailAndPassword: { enabled: true } })

/** The customer of a request: the user of its session. Null without a session. */
export async function customerOf({ headers }: Request) {
  // sign-in
  const user = (await auth.api.getSession({ headers }))?.user // sign-in
  return user ? { customer: user.id, email: user.email } : null // sign-in
} // sign-in

export const options = { stackgate: new Stackgate(), identify: customerOf } // gate
