import { DenialCode } from '../kernel/denial-code.js'
import { extendEnum } from '../kernel/decorators.js'

// Operations add these values to enums of lower modules.

extendEnum(DenialCode, {
  SANDBOX_ONLY: 'The operation exists only in sandbox mode.',
  INVALID_CLOCK: 'The business clock cannot move to this time.',
})
