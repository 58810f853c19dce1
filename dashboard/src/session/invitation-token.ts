/** The token of the link in a mail. It is in the fragment, which browsers send nowhere, and leaves the address when it is read. */
let held: string | null = null

/** Token of the invitation with which the dashboard was opened. It outlives signing in, and no reload. */
export function invitationToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token) {
    held = token
    history.replaceState(history.state, '', location.pathname)
  }
  return held
}

/** Continues with a token that was held before this window left to sign in. */
export function holdInvitationToken(token: string | null): void {
  held = token
}

export function dropInvitationToken(): void {
  held = null
}
