/** Name of the channel between the windows of this browser. */
export const SIGN_IN_CHANNEL = 'stackgate.sign-in'

const SIGNED_OUT = 'signed-out'

/** Signs out in the other windows. */
export function reportSignOut(): void {
  const channel = new BroadcastChannel(SIGN_IN_CHANNEL)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origins
  channel.postMessage(SIGNED_OUT)
  channel.close()
}

/** Calls back when another window signs out. Returns a function that stops it. */
export function onSignOutElsewhere(listener: () => void): () => void {
  const channel = new BroadcastChannel(SIGN_IN_CHANNEL)
  channel.addEventListener('message', ({ data }) => data === SIGNED_OUT && listener())
  return () => channel.close()
}
