import type { ReachableOpenId } from '../config.js'
import type { SignInProblem } from '../sign-in-problem.js'
import { SIGN_IN_CHANNEL } from '../sign-out-channel.js'
import { exchange, newSignIn, problemOf, type TokenSet } from './protocol.js'

const PREFIX = 'window.'
const FEATURES = 'popup,width=480,height=680'

/** The answer of the provider. It is worthless for any window but the one that has the verifier. */
interface Message {
  readonly response: string
}

/** Signs in in a window of its own: the page stays, with everything that was typed. */
export async function signInInWindow(openId: ReachableOpenId, signal: AbortSignal): Promise<TokenSet | SignInProblem> {
  try {
    const { url, request } = await newSignIn(openId, { state: `${PREFIX}${crypto.randomUUID()}` })
    const response = responseFor(request.state, signal)
    window.open(url, '_blank', FEATURES)
    return await exchange(openId, await response, request)
  } catch (error) {
    return problemOf(error)
  }
}

/** The answer of the provider, which another window received. */
function responseFor(state: string, signal: AbortSignal): Promise<URLSearchParams> {
  return new Promise<URLSearchParams>((resolve, reject) => {
    const channel = new BroadcastChannel(SIGN_IN_CHANNEL)
    signal.addEventListener('abort', () => {
      channel.close()
      reject(signal.reason as Error)
    })
    channel.addEventListener('message', ({ data }: MessageEvent<Message | string>) => {
      const response = new URLSearchParams(typeof data === 'string' ? '' : data.response)
      if (response.get('state') !== state) return
      channel.close()
      resolve(response)
    })
  })
}

/** True for an answer that belongs to a window that waits for it. */
export const isForOtherWindow = (response: URLSearchParams): boolean =>
  response.get('state')?.startsWith(PREFIX) ?? false

/** Hands the answer of the provider to the window that waits, and closes this one. */
export function handOver(response: URLSearchParams): void {
  const channel = new BroadcastChannel(SIGN_IN_CHANNEL)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no other origins
  channel.postMessage({ response: response.toString() } satisfies Message)
  channel.close()
  window.close()
}
