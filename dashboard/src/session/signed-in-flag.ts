/** Marks this browser, not a person: after a reload, the identity provider is asked without a question. */
const FLAG = 'stackgate.signed-in'

export function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(FLAG) !== null
  } catch {
    return false
  }
}

export function markSignedIn(isSignedIn: boolean): void {
  try {
    if (isSignedIn) localStorage.setItem(FLAG, 'yes')
    else localStorage.removeItem(FLAG)
  } catch {
    // Without storage, each window asks for a click.
  }
}
