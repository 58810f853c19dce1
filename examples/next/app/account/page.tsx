import { cookies } from 'next/headers'
import { AccountView } from './account-view'

/** Gives the address and the token of the user to the browser. Replace the cookie by the session of your sign-in. */
export default async function AccountPage() {
  const token = (await cookies()).get('stackgate_token')?.value ?? null
  const url = process.env.STACKGATE_PUBLIC_URL ?? process.env.STACKGATE_URL ?? 'http://127.0.0.1:4000'
  return (
    <main>
      <h1>Your account</h1>
      {token ? <AccountView url={`${url}/graphql`} token={token} /> : <p>Sign in to see your plan.</p>}
    </main>
  )
}
