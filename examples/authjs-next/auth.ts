import { Stackgate } from '@stackgate/client/server' // gate
import NextAuth from 'next-auth'
import Credentials from 'next-auth/providers/credentials'

/** Signs anybody in by an email address. Replace it by a provider of your own. */
const provider = Credentials({
  credentials: { email: {} },
  authorize: ({ email }) => (typeof email === 'string' ? { id: `user-${email}`, email } : null),
})

export const { auth, handlers } = NextAuth({
  providers: [provider],
  trustHost: true,
  callbacks: { session: ({ session, token }) => ({ ...session, user: { ...session.user, id: token.sub ?? '' } }) },
})

/** The customer of a request: the user of its session. Null without a session. */
export async function customerOf(_request: Request) {
  // sign-in
  const user = (await auth())?.user // sign-in
  return user?.id && user.email ? { customer: user.id, email: user.email } : null // sign-in
} // sign-in

export const options = { stackgate: new Stackgate(), identify: customerOf } // gate
