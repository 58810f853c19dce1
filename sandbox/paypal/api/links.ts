import type { World } from '../../world.js'
import type { Link } from './paypal-error.js'

/** A link to a path of the API. */
export function apiLink(world: World, rel: string, path: string, method: Link['method'] = 'GET'): Link {
  return { href: `${world.baseUrl}/paypal${path}`, rel, method }
}
