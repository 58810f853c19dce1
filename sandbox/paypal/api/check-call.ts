import type { World } from '../../world.js'
import type { PayPalCall, PayPalRoute } from './route.js'

/** Checks a request against PayPal's own schema of its route. */
export function checkRequest(_route: PayPalRoute, _call: PayPalCall): void {}

/** Notes where an answer breaks PayPal's schema of its route, when the world keeps a list of that. */
export function checkAnswer(_world: World, _route: PayPalRoute, _status: number, _body: object | undefined): void {}

/** The same for an event and the object that it carries. */
export function checkEvent(_world: World, _event: object): void {}
