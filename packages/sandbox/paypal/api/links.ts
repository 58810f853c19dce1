import type { SandboxState } from '#sandbox-state.js'
import type { Link } from './paypal-error.js'

/** A link to a path of the API. */
export function apiLink(world: SandboxState, rel: string, path: string, method: Link['method'] = 'GET'): Link {
  return { href: `${world.baseUrl}/paypal${path}`, rel, method }
}
