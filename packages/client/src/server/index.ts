export {
  Stackgate,
  type AccountSession,
  type StackgateServerOptions,
  type UnavailablePolicy,
} from './stackgate-server.js'
export { stackgateHandler, type HandlerOptions } from './handler.js'
export type { Identify, IdentifyOptions, Identity } from './identity.js'
export { fetchGate, type GateBody, type GateOptions } from './gate.js'
export { DenialError, type Denial, type DenialRemedy } from '../denials.js'
export { NetworkError, StackgateError } from '../errors.js'
