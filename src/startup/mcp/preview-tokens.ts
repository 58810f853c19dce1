import { fingerprint } from '#services/catalog/versions/fingerprint.js'
import { randomSecret } from '#services/kernel/secrets/secret-box.js'
import type { Timers } from '#services/kernel/time/timers.js'

export type ToolArguments = Readonly<Record<string, unknown>>

/** A call that was previewed. */
interface Preview {
  /** Key of the call: a repeated call with it has no effect. */
  readonly key: string
  readonly call: string
  readonly expiresAt: number
}

export type Redeemed =
  | {
      readonly key: string
      /** Makes the token valid again: the server did not respond, and a repeated call has the same key. */
      readonly restore: () => void
    }
  | { readonly code: 'PREVIEW_REQUIRED' | 'PREVIEW_EXPIRED' | 'PREVIEW_DIFFERS'; readonly message: string }

const MAX_PREVIEWS = 1_000

/** Tokens of previews, in memory: each permits one call with exactly the previewed arguments until it expires. */
export class PreviewTokens {
  private readonly previews = new Map<string, Preview>()

  constructor(
    private readonly timers: Pick<Timers, 'now'>,
    private readonly lifetimeSeconds: number,
  ) {}

  issue(tool: string, args: ToolArguments, key: string): { readonly token: string; readonly expiresAt: Date } {
    const [oldest] = this.previews.keys()
    if (oldest !== undefined && this.previews.size >= MAX_PREVIEWS) this.previews.delete(oldest)
    const token = randomSecret()
    const expiresAt = this.timers.now() + this.lifetimeSeconds * 1000
    this.previews.set(token, { key, call: fingerprint([tool, args]), expiresAt })
    return { token, expiresAt: new Date(expiresAt) }
  }

  /** Ends the token and returns the key of the call. A token with other arguments stays valid for the previewed ones. */
  redeem(tool: string, args: ToolArguments, token: string): Redeemed {
    const preview = this.previews.get(token)
    if (!preview)
      return { code: 'PREVIEW_REQUIRED', message: `No such preview, or it is used: call preview_${tool} first.` }
    if (preview.expiresAt <= this.timers.now())
      return { code: 'PREVIEW_EXPIRED', message: `The preview has expired: call preview_${tool} again.` }
    if (preview.call !== fingerprint([tool, args]))
      return { code: 'PREVIEW_DIFFERS', message: 'The preview is of another tool or of other arguments.' }
    this.previews.delete(token)
    return { key: preview.key, restore: () => void this.previews.set(token, preview) }
  }
}
