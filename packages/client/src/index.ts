export { DENIALS } from './generated/denials.js'
