import { stackgateHandler } from '@stackgate/client/server' // handler
import { options } from '@/auth' // handler

export const POST = stackgateHandler(options) // handler
