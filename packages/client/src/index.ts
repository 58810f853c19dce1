export { DENIALS } from './generated/denials.js'
export type * from './generated/types.js'
